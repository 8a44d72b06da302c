package identity

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// draws is entropy that gives these numbers, one after the other.
type draws []uint32

func (d *draws) Bytes(n int) []byte {
	b := make([]byte, n)
	binary.BigEndian.PutUint32(b, (*d)[0])
	*d = (*d)[1:]
	return b
}

func TestNewOTPThrowsAwayUnfairDraws(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		draws draws
		want  string
		left  int
	}{
		{draws{0, 1}, "000000", 1},
		{draws{42, 1}, "000042", 1},
		{draws{999_999, 1}, "999999", 1},
		{draws{1_000_000, 1}, "000000", 1},
		{draws{4_293_999_999, 1}, "999999", 1}, // the last of 4294 whole rounds
		{draws{4_294_000_000, 7}, "000007", 0}, // the first of a round that 32 bits do not finish
		{draws{4_294_967_295, 4_294_500_000, 8}, "000008", 0},
	} {
		left := slices.Clone(c.draws)
		assert.Equal(t, c.want, newOTP(&left), "%v", c.draws)
		assert.Len(t, left, c.left, "%v", c.draws)
	}
}

func TestNewOTPAlwaysHasItsDigits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint32Range(0, 4_293_999_999).Draw(t, "draw")
		assert.Regexp(t, `^[0-9]{6}$`, newOTP(&draws{n}))
	})
}

func TestOTPHashBelongsToPepperAttemptPhoneAndCode(t *testing.T) {
	t.Parallel()
	const phone = domain.Phone("+919812345678")
	// printf 'login:+919812345678:482913' | openssl dgst -sha256 -hmac pepper
	assert.Equal(t, "078c929f6a3a6172263db04db8f5b4151225a14e7ed477989e88265d12cb3a17", otpHash([]byte("pepper"), "login", phone, "482913"))
	seen := []string{
		otpHash([]byte("pepper"), "login", phone, "482913"), otpHash([]byte("salt"), "login", phone, "482913"),
		otpHash([]byte("pepper"), "login", "+919812345679", "482913"), otpHash([]byte("pepper"), "login", phone, "482914"),
		otpHash([]byte("pepper"), "other", phone, "482913"),
	}
	slices.Sort(seen)
	assert.Len(t, slices.Compact(seen), 5)
}

func TestOTPMessageSpeaksTheUsersLanguage(t *testing.T) {
	t.Parallel()
	for language, template := range map[domain.Language]string{
		domain.English: "otp.en", domain.Hindi: "otp.hi", "": "otp.en", "fr": "otp.en",
	} {
		m := otpMessage("+919812345678", language, "482913")
		assert.Equal(t, template, m.Template)
		assert.Equal(t, domain.ChannelSMS, m.Channel)
		assert.Equal(t, []string{"482913"}, m.Params)
		assert.Contains(t, m.Text, "482913")
		assert.Empty(t, m.Key, "a code is never sent twice, so there is no repeat to tell")
	}
}
