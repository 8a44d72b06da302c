package domain

import (
	"regexp"

	"github.com/propflow/propflow/domain/postal"
)

// Address is a postal address in India.
type Address struct {
	Line1    string
	Line2    string
	Locality string
	City     string
	State    string // as the owner spells it, e.g. "Karnataka", "KA" or "कर्नाटक"
	Pincode  string // six digits, the first not 0
}

// Complete reports whether the address has the parts that a submission needs.
func (a Address) Complete() bool {
	return a.Line1 != "" && a.City != "" && a.State != "" && a.Pincode != ""
}

// StateKnown reports whether State means a state or union territory of India. Addresses that
// were stored by releases up to 0.2 may have any text there.
func (a Address) StateKnown() bool {
	_, ok := postal.ParseState(a.State)
	return ok
}

// DistrictKnown reports whether the sorting district of the pincode, its first three digits,
// exists. A pincode that is newer than the directory passes.
func (a Address) DistrictKnown() bool { return postal.DistrictExists(a.Pincode) }

func (a Address) violations() Violations {
	var v Violations
	v.Require(textWithin(a.Line1, 1, 200), "address.line1", "length", "must be 1 to 200 characters")
	v.Require(textWithin(a.Line2, 0, 200), "address.line2", "length", "must be at most 200 characters")
	v.Require(textWithin(a.Locality, 0, 100), "address.locality", "length", "must be at most 100 characters")
	v.Require(textWithin(a.City, 1, 100), "address.city", "length", "must be 1 to 100 characters")
	if textWithin(a.State, 1, 100) {
		v.Require(a.StateKnown(), "address.state", "enum", "must be a state or union territory of India, in English or Hindi")
	} else {
		v.Require(false, "address.state", "length", "must be 1 to 100 characters")
	}
	return append(v, pincodeViolations("address.pincode", a.Pincode)...)
}

var pincodePattern = regexp.MustCompile(`^[1-9][0-9]{5}$`)

// pincodeViolations returns the rule that a pincode breaks, named by field.
func pincodeViolations(field, pincode string) Violations {
	var v Violations
	if pincodePattern.MatchString(pincode) {
		v.Require(postal.DistrictExists(pincode), field, "exists", "must be a pincode of India: no pincode begins with these three digits")
	} else {
		v.Require(false, field, "format", "must be six digits, the first not 0")
	}
	return v
}
