package domain

import "log/slog"

// These methods keep personal data and secrets out of the log if a value that has them is logged
// whole.

// LogValue returns the masked number.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// LogValue returns the masked address.
func (e Email) LogValue() slog.Value { return slog.StringValue(e.Masked()) }

// LogValue returns the masked number and address.
func (r Recipient) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("phone", r.Phone), slog.Any("email", r.Email))
}

// LogValue returns the user's id and role.
func (u User) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(u.ID)), slog.String("role", string(u.Role)))
}

// LogValue returns the masked address, channel, template and key of the message. It leaves out
// the text, the parameters and the subject, because they may contain a one-time password.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("to", m.To.Masked(m.Channel)), slog.String("channel", string(m.Channel)),
		slog.String("template", m.Template), slog.String("key", m.Key),
	)
}

// LogValue returns when the tokens expire, not the tokens.
func (t TokenPair) LogValue() slog.Value {
	return slog.GroupValue(slog.Time("access_expires_at", t.AccessExpiresAt), slog.Time("refresh_expires_at", t.RefreshExpiresAt))
}
