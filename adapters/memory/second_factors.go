package memory

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps read it uses HMAC-SHA-1
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"

	"github.com/propflow/propflow/ports"
)

// stepSeconds is the length of a time step (RFC 6238, 5.2).
const stepSeconds = 30

// SecondFactors is a ports.SecondFactors: RFC 6238 with SHA-1, six digits and 30 s steps.
type SecondFactors struct{ entropy ports.Entropy }

// NewSecondFactors returns SecondFactors whose secrets come from the entropy.
func NewSecondFactors(entropy ports.Entropy) *SecondFactors { return &SecondFactors{entropy} }

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// Enrol implements ports.SecondFactors.
func (f *SecondFactors) Enrol(account string) (secret, uri string, err error) {
	secret = secretText.EncodeToString(f.entropy.Bytes(20))
	link := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/PropFlow:" + account,
		RawQuery: url.Values{"secret": {secret}, "issuer": {"PropFlow"}}.Encode(),
	}
	return secret, link.String(), nil
}

// Check implements ports.SecondFactors.
func (f *SecondFactors) Check(secret, code string, now time.Time) (int64, bool) {
	for _, at := range []time.Time{now, now.Add(-stepSeconds * time.Second), now.Add(stepSeconds * time.Second)} {
		want := TOTPCode(secret, at)
		if want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / stepSeconds, true
		}
	}
	return 0, false
}

// TOTPCode returns the six digits that an authenticator app shows at a time, or "" if the
// secret is malformed.
func TOTPCode(secret string, at time.Time) string {
	key, err := secretText.DecodeString(secret)
	if err != nil || len(key) == 0 {
		return ""
	}
	mac := hmac.New(sha1.New, key)
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/stepSeconds))
	mac.Write(step[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf // dynamic truncation (RFC 4226, 5.3)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}
