package smtp

import (
	"context"

	gomail "github.com/wneessen/go-mail"
)

// connected connects, logs in, runs do and quits, all within Config.Timeout. It returns do's error,
// or that of a step before do.
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
	_ = client.Close() // a message that was taken stays so even if QUIT fails
	return nil
}

func (m *Messenger) options(line *line) []gomail.Option {
	policy := gomail.NoTLS // also with Implicit, because the dialer encrypts then
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
