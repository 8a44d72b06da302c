package doctor_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/app/doctor"
)

func TestSecondAdmins(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	assert.NotContains(t, s.examine().text, "ADMIN")
	s.exec("UPDATE users SET disabled = true WHERE phone = '+919700000001'")
	s.examine().says(doctor.Warning, "configuration", "there are 1 ADMINs with access", "staff add --role ADMIN")
	s.vars["SECOND_ADMIN"] = "false"
	d := s.examine()
	d.says(doctor.Warning, "configuration", "SECOND_ADMIN is false", "remove SECOND_ADMIN")
	assert.NotContains(t, d.text, "ADMINs with access")
}
