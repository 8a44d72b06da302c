// Package imaging inspects photo files: it implements ports.PhotoInspector with decoders
// written in Go (HEIC: libheif compiled to WebAssembly). Under the build tag turbo, JPEG
// files go through libjpeg-turbo instead, by its subpackage of that name.
//
// A file is hostile until shown otherwise. Its true format is sniffed from its bytes, its
// claimed dimensions are checked before a pixel is decoded, decoders run under a time limit
// with their panics caught, and only so many run at once. One decode yields the measures,
// the perceptual hashes and both derivatives.
//
// It imports domain, ports and its image libraries only.
package imaging
