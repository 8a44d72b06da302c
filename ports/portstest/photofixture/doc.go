// Package photofixture turns the houses of app/demodata/drawnphoto into files for tests: JPEG,
// PNG, WebP or HEIC, with the metadata, orientation and defects that a test asks for. The same
// seed and options always give the same bytes; different seeds look different.
//
// Everything is generated, so that the repository needs no photo files. It imports domain and
// app/demodata/drawnphoto only.
package photofixture
