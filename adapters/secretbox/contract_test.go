package secretbox_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/secretbox"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

// random is entropy of the system.
type random struct{}

func (random) Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.SecretBox(t, func(t *testing.T, keys ...string) ports.SecretBox {
		t.Helper()
		raw := make([][]byte, len(keys))
		for i, key := range keys {
			raw[i] = []byte(key)
		}
		box, err := secretbox.New(random{}, raw...)
		require.NoError(t, err)
		return box
	})
}

func TestNewNeedsDifferentKeys(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][][]byte{
		"none": nil, "empty": {[]byte("")}, "an empty second": {[]byte("a"), nil}, "the same twice": {[]byte("a"), []byte("b"), []byte("a")},
	} {
		_, err := secretbox.New(random{}, keys...)
		require.Error(t, err, name)
	}
}

// fromBefore was sealed when the form was first written.
const fromBefore = "s1.553323c1.O9bJVDNNUwuoHaiWOjDMs8APOkuJBam0AxHw_iadCwSfylrRojhIeUxLiSDXD_8y3pJGs0Ii4S9kERoq"

// A text of another release must open: its form, key derivation and ids are fixed.
func TestATextFromBeforeOpens(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	box, err := secretbox.New(random{}, key)
	require.NoError(t, err)
	secret, err := box.Open(fromBefore, "01934f5e-0000-7000-8000-000000000001")
	require.NoError(t, err)
	assert.Equal(t, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", secret)
	assert.True(t, box.Current(fromBefore))
}
