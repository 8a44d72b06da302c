// Package outside finds data made by others, such as real photos, comparables and phone numbers,
// which are not part of the repository. Tests that need it are skipped if it is missing.
//
// It imports no other package of the repository.
package outside
