// Package demodata generates the comparable sales with which a demo starts: invented flats,
// houses, villas, shops and plots in six Indian cities, at realistic prices. None of the sales
// ever happened.
//
// It imports domain only.
package demodata
