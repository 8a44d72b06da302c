package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestNamesAreShortLines checks the form of names of customers and staff.
func TestNamesAreShortLines(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"Asha Rao":                          true,
		"सुनीता":                            true,
		strings.Repeat("न", 100):            true,
		strings.Repeat("न", 101):            false,
		" A ":                               false,
		"Asha" + strings.Repeat(" ", 97):    false, // white space counts towards the limit
		strings.Repeat(" ", 1<<20) + "Asha": false,
		"Asha\nApproved by: the supervisor": false,
		"Asha\rRao":                         false,
		"Asha\tRao":                         false,
		"Asha\x00Rao":                       false,
		"Asha\xffRao":                       false,
	} {
		_, err := domain.NewStaff("u", "+919812345678", name, domain.RoleValuer, t0)
		assert.Equal(t, ok, err == nil, "staff %.20q", name)
		user := domain.NewCustomer("u", "+919812345678", t0)
		err = user.ChangeProfile(&name, nil, t0)
		assert.Equal(t, ok, err == nil, "customer %.20q", name)
		if !ok {
			require.Equal(t, domain.KindInvalid, domain.KindOf(err))
			assert.Empty(t, user.Name, "a refused change changes nothing")
		}
	}
}
