// Package photofixture draws synthetic photos of houses and writes them as JPEG, PNG, WebP
// or HEIC files with the metadata, orientation and defects that a test asks for. The same
// seed and options always give the same bytes; different seeds look different.
//
// Everything is made here from pixels and bytes: no file of anybody's is needed. It imports
// the standard library only.
package photofixture
