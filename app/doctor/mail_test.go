package doctor_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/app/doctor"
	"github.com/propflow/propflow/tests/kit/vendors"
)

func TestTheMailServer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	server := vendors.StartMail(t, vendors.MailOptions{Plain: true})
	s.vars["SMTP_HOST"], s.vars["SMTP_PORT"], s.vars["SMTP_TLS"] = server.Host, fmt.Sprint(server.Port), "none"
	s.vars["SMTP_FROM"] = "digest@propflow.example.in"
	add := func(number int, role, email string, disabled bool) string {
		id := fmt.Sprintf("019346b2-0000-7000-8000-0000000000%02d", number)
		s.exec(`INSERT INTO users (id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version, email)
			VALUES ($1, $2, 'Sunita Sharma', $3, 'en', $4, '', false, 0, now(), now(), 1, $5)`, id, fmt.Sprintf("+9198111000%02d", number), role, disabled, email)
		return id
	}
	add(1, "SUPERVISOR", "sunita@bank.example.in", false)
	others := []string{add(2, "SUPERVISOR", "", true), add(3, "VALUER", "", false)}
	d := s.examine()
	d.says(doctor.OK, "vendors", "e-mail: the server takes messages")
	assert.NotContains(t, d.text, "no address is known")
	assert.Empty(t, server.Letters())

	missing := add(4, "SUPERVISOR", "", false)
	d = s.examine()
	d.says(doctor.Warning, "vendors", "no address is known of supervisors "+missing, "updateStaff")
	for _, silent := range append(others, "Sunita", "sunita", "98111") {
		assert.NotContains(t, d.text, silent)
	}
	for n := range 12 {
		add(10+n, "SUPERVISOR", "", false)
	}
	s.examine().says(doctor.Warning, "vendors", "and others")

	s.vars["SMTP_TLS"], s.vars["SMTP_USERNAME"], s.vars["SMTP_PASSWORD"] = "starttls", "a-login", "a-password"
	s.examine().says(doctor.Warning, "vendors", "e-mail: the server cannot be used", "STARTTLS")
	s.vars["SMTP_PORT"] = "1"
	s.examine().says(doctor.Warning, "vendors", "e-mail: the server cannot be used", "refused", "SMTP_HOST")
	s.vars["SMTP_TLS"] = "perhaps"
	s.examine().says(doctor.Warning, "vendors", "e-mail: not checked, as SMTP_TLS cannot be used")
}
