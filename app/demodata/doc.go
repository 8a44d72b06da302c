// Package demodata makes up the comparable sales that a demo starts with: invented flats,
// houses, villas, shops and plots in six Indian cities, priced as such things are. No sale
// in it ever happened.
//
// It imports domain only.
package demodata
