package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/postal"
)

// LookUpPincode reads the pincode directory, so that a form can fill in the state and district.
type LookUpPincode struct{}

// LookUpPincodeInput names the pincode.
type LookUpPincodeInput struct {
	Actor   domain.Actor
	Pincode string
}

// Execute returns what the directory has about the pincode. Errors: KindNotFound
// "pincode_not_found"; an address may have such a pincode, because the directory may be older.
func (LookUpPincode) Execute(_ context.Context, in LookUpPincodeInput) (postal.Area, error) {
	area, ok := postal.Lookup(in.Pincode)
	if !ok {
		return postal.Area{}, domain.NotFound("pincode")
	}
	return area, nil
}
