package smtp

import (
	"context"

	gomail "github.com/wneessen/go-mail"
)

// connected logs in, runs do and takes leave, all within Config.Timeout. The error is do's, or
// that of the way to it.
func (m *Messenger) connected(ctx context.Context, do func(*gomail.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, m.config.Timeout)
	defer cancel()
	line := &line{messenger: m}
	defer line.close()
	// The library heeds the context only while it connects.
	defer context.AfterFunc(ctx, line.close)()
	client, err := gomail.NewClient(m.config.Host, m.options(line)...)
	if err != nil {
		return &failure{step: "configure", cause: err}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return broken(ctx, "connect", err)
	}
	if err := do(client); err != nil {
		return broken(ctx, "send", err)
	}
	_ = client.Close() // what was done stays done, though taking leave fails
	return nil
}

func (m *Messenger) options(line *line) []gomail.Option {
	policy := gomail.NoTLS // Implicit is the dialer's
	if m.config.Security == STARTTLS {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(int(m.config.Port)), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(m.tls.Clone()),
		gomail.WithTimeout(m.config.Timeout), gomail.WithHELO(m.domain), gomail.WithDialContextFunc(line.dial),
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithoutSMTPUTF8(), // addresses are ASCII
	}
	if m.config.Username != "" {
		options = append(options, gomail.WithUsername(m.config.Username), gomail.WithPassword(m.config.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return options
}
