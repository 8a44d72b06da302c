package doctor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/secretbox"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/doctor"
)

func TestKeysOfSecondFactors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.examine().says(doctor.OK, "database", "no second factor is enrolled")
	const holder = "+919700000000"
	hold := func(secret string) {
		s.exec("UPDATE users SET totp_secret = $2, totp_confirmed = true WHERE phone = $1", holder, secret)
	}
	sealed := func(key string) string {
		box, err := secretbox.New(system.Entropy{}, []byte(key))
		require.NoError(t, err)
		text, err := box.Seal("JBSWY3DPEHPK3PXP", "the id of the user")
		require.NoError(t, err)
		return text
	}
	key, older := s.vars["TOTP_KEY"], strings.Repeat("o", 32)

	hold("JBSWY3DPEHPK3PXP")
	d := s.examine()
	d.says(doctor.Warning, "database", "1 secrets of second factors are in the clear", "seal_secrets")
	assert.NotContains(t, d.text, "JBSWY3DPEHPK3PXP")
	hold(sealed(older))
	s.examine().says(doctor.Critical, "database", "which TOTP_KEY lacks", "runbook")
	s.vars["TOTP_KEY"] = key + "," + older
	s.examine().says(doctor.Warning, "database", "sealed with the older key", "keep every key")
	hold(sealed(key))
	s.examine().says(doctor.OK, "database", "1 secrets of second factors are sealed with the first key")
}
