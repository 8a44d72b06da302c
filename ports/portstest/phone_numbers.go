package portstest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PhoneNumbers checks a ports.PhoneNumbers.
func PhoneNumbers(t *testing.T, open func(t *testing.T) ports.PhoneNumbers) {
	t.Run("reads what people write", func(t *testing.T) {
		t.Parallel()
		for _, raw := range []string{
			"+919812345678", "9812345678", "09812345678", "+91 98123 45678", "98123-45678", " 981 234 5678 ", "+91-9812345678", "(+91) 9812345678",
		} {
			phone, err := open(t).Parse(raw)
			require.NoError(t, err, raw)
			assert.Equal(t, domain.Phone("+919812345678"), phone, raw)
		}
	})
	t.Run("refuses everything else", func(t *testing.T) {
		t.Parallel()
		for _, raw := range []string{
			"", " ", "+", "12345", "981234567", "98123456789", "+9198123456789", "5812345678", "0812345678", "+91 11 2345 6789",
			"+12025550123", "+447911123456", "nine eight one", "98123x5678", "9812345678;rm", "\x00", strings.Repeat("9", 10_000),
		} {
			phone, err := open(t).Parse(raw)
			assert.Empty(t, phone, raw)
			var failure *domain.Error
			if assert.ErrorAs(t, err, &failure, "error of %q", raw) {
				assert.Equal(t, domain.KindInvalid, failure.Kind)
				if assert.Len(t, failure.Fields, 1) {
					assert.Equal(t, "phone", failure.Fields[0].Field)
				}
				if len(raw) > 3 {
					assert.NotContains(t, failure.Error(), raw, "errors never echo a number")
				}
			}
		}
	})
}
