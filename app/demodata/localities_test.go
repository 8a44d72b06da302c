package demodata

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// TestTheDemoIsWhereItsAddressesAre checks that no case of the demo would need a second
// signature because of its address.
func TestTheDemoIsWhereItsAddressesAre(t *testing.T) {
	t.Parallel()
	for _, c := range cities {
		for _, l := range c.localities {
			d := domain.Details{
				Address:  domain.Address{Line1: "12, 4th Cross", City: c.name, State: c.state, Pincode: l.pincode},
				Location: &domain.Location{Point: l.centre},
			}
			assert.True(t, d.Address.StateKnown() && d.Address.DistrictKnown(), l.name)
			fit := d.AddressFit()
			assert.False(t, fit.Elsewhere, "%s: %.1f of %.1f km, state %s, pincode's %s", l.name, fit.DistanceKM, fit.LimitKM, fit.AddressState, fit.Pincode.State)
			assert.NotEmpty(t, fit.Pincode.State, l.name)
		}
	}
}
