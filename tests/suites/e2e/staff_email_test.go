package e2e_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnAdminKeepsTheAddressesOfStaff walks an address through the contract. Only an ADMIN sees it:
// the person's own profile is what the product knows of every user, and has none.
func TestAnAdminKeepsTheAddressesOfStaff(t *testing.T) {
	onBothStages(t, keepsTheAddressesOfStaff)
}

func keepsTheAddressesOfStaff(t *testing.T, s *stage) {
	const address = "vikram.nair@bank.example.in"
	proposed := s.do(t, admin, http.MethodPost, "/api/v1/staff", object{
		"phone": "+919822200001", "email": "vikram.nair@Bank.example.in", "name": "Vikram Nair", "role": "SUPERVISOR",
	})
	require.Equal(t, http.StatusAccepted, proposed.status, "%s", proposed.body)
	assert.Contains(t, string(proposed.body), `"email":"`+address+`"`)
	created := s.post(t, second, "/api/v1/proposals/"+proposed.field("id")+"/confirmation", nil)
	require.Equal(t, http.StatusOK, created.status, "%s", created.body)

	staff := "/api/v1/staff/" + created.field("user_id")
	assert.Equal(t, address, s.do(t, admin, http.MethodGet, staff, nil).field("email"))
	change := func(body object) answer {
		t.Helper()
		read := s.do(t, admin, http.MethodGet, staff, nil)
		require.Equal(t, http.StatusOK, read.status)
		edited := s.send(t, request{
			method: http.MethodPatch, path: staff, token: s.tokens[admin], body: body,
			headers: map[string]string{"If-Match": read.header.Get("ETag")},
		})
		return s.confirmed(t, edited, request{method: http.MethodGet, path: staff, token: s.tokens[admin]})
	}
	for _, faulty := range []object{
		{"email": "vikram"}, {"email": "a@b.in\r\nBcc: c@d.in"}, {"email": ""}, {"email": address, "remove_email": true},
	} {
		refused := change(faulty)
		assert.Equal(t, http.StatusBadRequest, refused.status, "%v: %s", faulty, refused.body)
		assert.NotContains(t, string(refused.body), "c@d.in")
	}
	assert.Equal(t, address, change(object{"name": "Vikram N."}).field("email"), "what is not named stays")
	assert.Equal(t, "other@example.in", change(object{"email": "other@example.in"}).field("email"))
	removed := change(object{"remove_email": true})
	assert.Equal(t, http.StatusOK, removed.status, "%s", removed.body)
	assert.NotContains(t, string(removed.body), "email")
	assert.NotContains(t, string(s.do(t, admin, http.MethodGet, "/api/v1/me", nil).body), "email")
}
