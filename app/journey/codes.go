package journey

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Codes provides the codes that people read from their phones.
type Codes interface {
	// OTP returns the newest one-time code that was sent to the phone.
	OTP(ctx context.Context, phone string) (string, error)
	// TOTP returns the code that the phone's authenticator app shows now.
	TOTP(ctx context.Context, phone string) (string, error)
}

// DemoCodes reads codes from the operations that exist in demo mode only.
type DemoCodes struct {
	Client *propflow.ClientWithResponses
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// OTP implements Codes.
func (d DemoCodes) OTP(ctx context.Context, phone string) (string, error) {
	sent, err := d.Client.ListDemoMessagesWithResponse(ctx)
	if err != nil {
		return "", err
	}
	for _, m := range sent.JSON200.Items {
		if m.To == phone && m.Template != nil && strings.HasPrefix(*m.Template, "otp.") {
			if code := sixDigits.FindString(m.Text); code != "" {
				return code, nil
			}
		}
	}
	return "", fmt.Errorf("no code was sent to %s", phone)
}

// TOTP implements Codes.
func (d DemoCodes) TOTP(ctx context.Context, phone string) (string, error) {
	staff, err := d.Client.ListDemoStaffWithResponse(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range staff.JSON200.Items {
		if s.Phone == phone {
			return s.TotpCode, nil
		}
	}
	return "", fmt.Errorf("%s is not on the demo's staff", phone)
}

// CommandCodes runs shell commands that print a code; PHONE stands for the number in them.
type CommandCodes struct {
	OTPCommand  string
	TOTPCommand string
}

// OTP implements Codes.
func (c CommandCodes) OTP(ctx context.Context, phone string) (string, error) {
	return printed(ctx, c.OTPCommand, phone)
}

// TOTP implements Codes.
func (c CommandCodes) TOTP(ctx context.Context, phone string) (string, error) {
	return printed(ctx, c.TOTPCommand, phone)
}

// printed returns the code that the command prints.
func printed(ctx context.Context, command, phone string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", "-c", command) //nolint:gosec // the user's own command
	shell.Env = append(shell.Environ(), "PHONE="+phone)
	out, err := shell.Output()
	if err != nil {
		return "", fmt.Errorf("run the command for a code: %w", err)
	}
	code := sixDigits.FindString(string(out))
	if code == "" {
		return "", fmt.Errorf("the command for a code printed no six digits")
	}
	return code, nil
}
