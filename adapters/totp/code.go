package totp

import (
	"time"

	"github.com/pquerna/otp/totp"
)

// Code returns what an authenticator app that holds the secret shows at the time, empty
// where the secret is not base-32.
func (f SecondFactors) Code(secret string, at time.Time) string {
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		return ""
	}
	return code
}
