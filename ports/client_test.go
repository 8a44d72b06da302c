package ports_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/ports"
)

func TestClientsAreKnownByTheirNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "::1": "::/64", "2001:db8:1:2::/64": "2001:db8:1:2::/64",
		"": "", "@": "@",
	} {
		assert.Equal(t, want, ports.ClientOf(ports.WithClient(t.Context(), address)), address)
	}
	assert.Empty(t, ports.ClientOf(t.Context()))
}
