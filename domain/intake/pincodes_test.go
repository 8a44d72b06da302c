package intake_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/postal"
)

func TestPincodesAreLookedUp(t *testing.T) {
	t.Parallel()
	area, err := intake.LookUpPincode{}.Execute(t.Context(), intake.LookUpPincodeInput{Pincode: "560038"})
	require.NoError(t, err)
	assert.Equal(t, postal.State("KA"), area.State)
	assert.Equal(t, "Bengaluru Urban", area.District)
	for _, unknown := range []string{"", "560999", "999999", "x"} {
		_, err := intake.LookUpPincode{}.Execute(t.Context(), intake.LookUpPincodeInput{Pincode: unknown})
		assert.Equal(t, "pincode_not_found", domain.CodeOf(err), unknown)
		assert.Equal(t, domain.KindNotFound, domain.KindOf(err), unknown)
	}
}

func TestPincodesAreFoundByPosition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	uc := intake.ListNearestPincodes{UnitOfWork: w.Store}
	home := domain.Point{Lat: 12.9719, Lng: 77.6412}
	for _, limit := range []int{1, intake.MaxNearestPincodes} {
		near, err := uc.Execute(t.Context(), intake.ListNearestPincodesInput{Actor: owner, At: home, Limit: limit})
		require.NoError(t, err)
		assert.Equal(t, home.NearestPincodes(limit), near)
		assert.Len(t, near, limit)
	}
	near, err := uc.Execute(t.Context(), intake.ListNearestPincodesInput{Actor: owner, At: home})
	require.NoError(t, err)
	assert.Len(t, near, intake.DefaultNearestPincodes)
	for name, c := range map[string]struct {
		at     domain.Point
		limit  int
		broken []string
	}{
		"nowhere":   {domain.Point{}, 1, []string{"location"}},
		"London":    {domain.Point{Lat: 51.5, Lng: -0.1}, 1, []string{"location"}},
		"no number": {domain.Point{Lat: math.NaN(), Lng: 77}, 1, []string{"location"}},
		"negative":  {home, -1, []string{"limit"}},
		"too many":  {home, intake.MaxNearestPincodes + 1, []string{"limit"}},
	} {
		_, err := uc.Execute(t.Context(), intake.ListNearestPincodesInput{Actor: owner, At: c.at, Limit: c.limit})
		var refused *domain.Error
		require.ErrorAs(t, err, &refused, name)
		var fields []string
		for _, f := range refused.Fields {
			fields = append(fields, f.Field)
		}
		assert.Equal(t, c.broken, fields, name)
	}
}
