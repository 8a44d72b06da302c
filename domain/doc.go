// Package domain holds what PropFlow is about: properties and their life, photos and
// their evidence, comparables and valuations, people and what they may do.
//
// Everything here is pure: it reads no clock, draws no random number and touches no
// network, so the same input always gives the same result. Times and identifiers come
// in as arguments. It imports the standard library only; everybody may import it.
package domain
