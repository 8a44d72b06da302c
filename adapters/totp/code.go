package totp

import (
	"time"

	"github.com/pquerna/otp/totp"
)

// Code returns the code that an authenticator app with the secret shows at the given time, or
// "" if the secret is not base-32.
func (f SecondFactors) Code(secret string, at time.Time) string {
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		return ""
	}
	return code
}
