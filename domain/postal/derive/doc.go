// Derive writes the pincode directory of package postal from the table that it is derived from:
//
//	go run ./domain/postal/derive <TABLE.csv
//
// The table has one row for each pincode of India Post's directory, with the columns pincode, lat,
// lng, quality, state, states_n, district and p90_km. It imports package postal and the
// standard library.
package main
