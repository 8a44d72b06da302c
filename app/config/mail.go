package config

import (
	"errors"
	"net/mail"
	"slices"

	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/domain"
)

func (m Mail) faults() []error {
	faults := optional("SMTP_HOST", m.SMTPHost, "a host without a port", hostOnly)
	if m.SMTPPort == 0 {
		faults = append(faults, errors.New("SMTP_PORT: must be a number from 1 to 65535"))
	}
	if !slices.Contains(smtp.Securities, smtp.Security(m.SMTPTLS)) {
		faults = append(faults, errors.New("SMTP_TLS: must be starttls, implicit or none"))
	}
	faults = append(faults, optional("SMTP_FROM", m.SMTPFrom, "an address such as PropFlow <digest@example.in>", isSender)...)
	switch {
	case m.SMTPHost == "":
	case m.SMTPFrom == "":
		faults = append(faults, errors.New("SMTP_FROM: required where SMTP_HOST is set"))
	case (m.SMTPUsername == "") != (m.SMTPPassword == ""):
		faults = append(faults, errors.New("SMTP_USERNAME, SMTP_PASSWORD: give both or neither"))
	case m.SMTPUsername != "" && m.SMTPTLS == string(smtp.Plain):
		faults = append(faults, errors.New("SMTP_TLS: a login needs starttls or implicit"))
	}
	return faults
}

// isSender reports whether mail servers accept the address.
func isSender(s string) bool {
	address, err := mail.ParseAddress(s)
	if err == nil {
		_, err = domain.ParseEmail(address.Address)
	}
	return err == nil
}
