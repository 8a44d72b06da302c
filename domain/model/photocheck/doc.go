// Package photocheck weighs the evidence of a photo and returns what it finds wrong with it,
// and advises the owner what to do: one function per check, with its thresholds.
//
// It is pure, as domain is, and imports domain and the standard library only. What is stored
// with a photo is in domain (ImageFacts, ImageAnalysis, Finding), and so is what the life of a
// case asks of its photos: their traits, that they were not taken too far away
// (Photo.TooFar), and that two show the same picture (SamePicture), by which stores search.
package photocheck
