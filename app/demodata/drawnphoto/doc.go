// Package drawnphoto draws the photos of invented houses: fronts, sides, rooms, amenities and
// documents, as JPEG files with the metadata of a phone's camera. They pass every photo check,
// so that the demo and the tests need no photos of real homes.
//
// The same seed and subject always give the same picture, and the checks never take photos of
// different seeds for the same picture. All photos of one seed show one house: its colours, its
// floor and its furniture depend on the seed alone.
//
// It imports domain and golang.org/x/image only.
package drawnphoto
