package identity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

// guess enters a wrong code for a number that nobody asked a code for.
func (h *house) guess(address string, n int, devices ...string) error {
	_, err := h.verifyOtp().Execute(h.from(address), identity.VerifyOtpInput{
		LoginID: "none", Phone: fmt.Sprintf("97%08d", n), Code: "000000", DeviceTokens: devices,
	})
	return err
}

// TestVerifyOtpLimitsTheMissesOfAClient enters wrong codes from one network of each kind. Right ones
// cost it nothing, and devices that are known to a number are not concerned.
func TestVerifyOtpLimitsTheMissesOfAClient(t *testing.T) {
	t.Parallel()
	for address, most := range map[string]int{client: 300, "2001:db8::1": 30} {
		h := newHouse(t)
		device := h.login(asha).DeviceToken
		for n := range most {
			if n%10 == 0 {
				phone := domain.Phone(fmt.Sprintf("+9196%08d", n))
				_, err := h.verifyOtp().Execute(h.from(address), h.entered(phone, h.request(phone)))
				require.NoError(t, err, "a right code costs nothing")
			}
			assertCode(t, h.guess(address, n), domain.KindUnauthenticated, "invalid_code")
		}
		assertTooMany(t, h.guess(address, 1), "too_many_otp_attempts", time.Hour)
		entered := h.entered(asha, h.request(asha))
		_, err := h.verifyOtp().Execute(h.from(address), entered)
		assertTooMany(t, err, "too_many_otp_attempts", time.Hour)
		entered.DeviceTokens = []string{device}
		for range domain.OTPMaxAttempts - 1 {
			miss := entered
			miss.Code = wrong(entered.Code)
			_, err = h.verifyOtp().Execute(h.from(address), miss)
			assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
		}
		_, err = h.verifyOtp().Execute(h.from(address), entered)
		require.NoError(t, err, "the right code was not used up, and the device is known")
		assertCode(t, h.guess("198.51.100.1", 1), domain.KindUnauthenticated, "invalid_code")
		h.Clock.Advance(time.Hour)
		assertCode(t, h.guess(address, 1), domain.KindUnauthenticated, "invalid_code")
	}
}

func TestVerifyOtpSharesTheMissesOfANetwork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for n := range 30 {
		assertCode(t, h.guess(fmt.Sprintf("2001:db8::%x", n), n), domain.KindUnauthenticated, "invalid_code")
	}
	assertTooMany(t, h.guess("2001:db8::ffff", 1), "too_many_otp_attempts", time.Hour)
	assertCode(t, h.guess("2001:db8:0:1::1", 1), domain.KindUnauthenticated, "invalid_code")
}

// TestLoginsKeepDevices checks which token a login answers, and that a token that the client made up
// is never taken over.
func TestLoginsKeepDevices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	enter := func(phone domain.Phone, devices ...string) string {
		entered := h.entered(phone, h.request(phone))
		entered.DeviceTokens = devices
		out, err := h.verifyOtp().Execute(h.from(client), entered)
		require.NoError(t, err)
		assert.Regexp(t, `^[A-Za-z0-9_-]{43}$`, out.DeviceToken)
		return out.DeviceToken
	}
	first := enter(asha)
	assert.Equal(t, first, enter(asha, first))
	assert.Equal(t, first, enter(asha, "another", first))
	assert.NotEqual(t, first, enter(asha))
	assert.NotEqual(t, "planted", enter(asha, "planted"))
	const other = domain.Phone("+919812300009")
	assert.NotEqual(t, first, enter(other, first), "a token is good for one number")

	device := h.enteredDevice(vikram)
	h.Clock.Advance(30 * time.Second)
	out, err := h.verifyTotp().Execute(t.Context(), identity.VerifyTotpInput{
		Identity: h.halfway(vikram), Code: h.code(secret), DeviceTokens: []string{device},
	})
	require.NoError(t, err)
	assert.Equal(t, device, out.DeviceToken)
}
