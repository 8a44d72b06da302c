// Package imaging inspects photo files: it implements ports.PhotoInspector with decoders
// written in Go (HEIC: libheif compiled to WebAssembly). With the build tag turbo, JPEG files
// are decoded by libjpeg-turbo instead, through the subpackage turbo.
//
// Every file is treated as hostile. Its true format is sniffed from its bytes, its claimed
// dimensions are checked before a pixel is decoded, decoders run under a time limit with their
// panics caught, and the number that run at once is limited. One decode yields the measures, the
// perceptual hashes and both derivatives.
//
// It imports domain, ports and its image libraries only.
package imaging
