// Package domain holds what PropFlow is about: properties and their life, photos and
// their evidence, comparables and valuations, people and what they may do.
//
// Everything here is pure: it reads no clock, draws no random number and touches no
// network, so the same input always gives the same result. Times and identifiers come
// in as arguments. It imports the standard library only; everybody may import it.
//
// What computes on these values, and no value needs for its own rules, is in the packages of
// domain/model: the estimate, the key figures, the photo checks. Their results (Suggestion,
// Finding) are here, because they are stored with a Valuation or a Photo; so is SamePicture,
// by which stores search.
package domain
