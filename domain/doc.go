// Package domain is the rules of PropFlow: properties and the states that they go through,
// photos and their evidence, comparables and valuations, people and what they may do.
//
// Everything here is pure: it reads no clock, draws no random number and uses no network, so the
// same input always gives the same result. Times and identifiers are arguments. The package
// imports the standard library only, and every other package may import it.
//
// Computations on these values that no value needs for its own rules are in the packages of
// domain/model: the estimate, the key figures, the photo checks. Their results (Suggestion,
// Finding) are here, because they are stored with a Valuation or a Photo. SamePicture is here,
// because stores search by it.
package domain
