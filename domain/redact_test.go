package domain_test

import (
	"bytes"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestLogsTellNothingPersonal(t *testing.T) {
	t.Parallel()
	phone, email := domain.Phone("+919812345678"), domain.Email("asha.rao@bank.example.in")
	user := domain.NewCustomer("u-1", phone, t0)
	user.Name, user.TOTP.Secret = "Asha Rao", "JBSWY3DPEHPK3PXP"
	values := []any{
		"phone", phone, "email", email, "recipient", domain.Recipient{Phone: phone, Email: email}, "user", user,
		"message", domain.Message{To: domain.Recipient{Phone: phone, Email: email}, Template: "otp.en", Params: []string{"482913"}, Text: "482913 is your code", Key: "k-1"},
		"tokens", &domain.TokenPair{AccessToken: "eyJhbGciOi", RefreshToken: "s-1.c2VjcmV0", AccessExpiresAt: t0, RefreshExpiresAt: t0.Add(time.Hour)},
	}
	var text, json bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("all", values...)
	slog.New(slog.NewJSONHandler(&json, nil)).Info("all", values...)
	for _, line := range []string{text.String(), json.String()} {
		for _, secret := range []string{"9812345", "asha.rao", "bank", "Asha", "JBSWY", "482913", "eyJ", "c2VjcmV0"} {
			assert.NotContains(t, line, secret)
		}
		for _, told := range []string{"+91********78", "a***@b***.in", "u-1", "CUSTOMER", "otp.en", "k-1", "2026-11-23T05:30:00"} {
			assert.Contains(t, line, told)
		}
	}
}
