// Package turbo decodes and encodes JPEG files with libjpeg-turbo: a strip of rows at a time, as
// planes of luma and colour without a conversion to RGB. It takes the plain kinds, gray and
// YCbCr. For others it returns ErrUnsupported, and they are left to the standard library.
//
// It is empty without the build tag turbo, which needs a C compiler and libjpeg-turbo's headers
// (Debian: libjpeg62-turbo-dev). The library runs with its memory, its scans and its time
// limited, and its errors become Go errors. It imports the standard library only.
package turbo
