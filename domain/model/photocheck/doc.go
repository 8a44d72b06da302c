// Package photocheck checks the evidence of a photo and returns what is wrong with it, with advice
// for the owner. There is one function per check, with its thresholds.
//
// It is pure, as domain is, and imports domain and the standard library only. What is stored with
// a photo is in domain (ImageFacts, ImageAnalysis, Finding). So are the rules that are needed
// outside the checks: the traits of types and Photo.TooFar for the life of a case, and
// SamePicture, by which stores search.
package photocheck
