// Package outside finds data made by others: real photos, sales and phone numbers, which are
// no part of the repository. Tests on them are skipped where the data is not at hand.
//
// It imports no other package of the house.
package outside
