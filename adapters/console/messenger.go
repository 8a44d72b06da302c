package console

import (
	"context"
	"log/slog"
	"regexp"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var _ ports.Messenger = Messenger{}

// Messenger writes messages to a log.
type Messenger struct {
	log *slog.Logger
	ids ports.IDs
}

// New returns a Messenger that writes to log and takes its message ids from ids.
func New(log *slog.Logger, ids ports.IDs) Messenger { return Messenger{log: log, ids: ids} }

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// Send logs that the message was sent. It returns an id derived from the message's Key, so that
// sending the message again returns the same id, or a new id if there is no Key. Errors:
// KindInvalid for a malformed address, KindUnavailable if ctx has ended and for a channel that
// domain does not know.
func (m Messenger) Send(ctx context.Context, message domain.Message) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", domain.Unavailable("console", 0, err)
	}
	if !slices.Contains(domain.Channels, message.Channel) {
		return "", ports.Unserved(message.Channel)
	}
	var v domain.Violations
	if message.Channel == domain.ChannelEmail {
		_, err := domain.ParseEmail(string(message.To.Email))
		v.Require(err == nil, "to", "format", "must be an e-mail address")
	} else {
		v.Require(e164.MatchString(string(message.To.Phone)), "to", "format", "must be a phone number in E.164 form")
	}
	if err := v.Err(); err != nil {
		return "", err
	}
	id := message.Key
	if id == "" {
		id = m.ids.New()
	}
	id = "console:" + id
	attrs := []slog.Attr{
		slog.String("message_id", id), slog.String("to", message.To.Masked(message.Channel)),
		slog.String("channel", string(message.Channel)), slog.String("template", message.Template),
	}
	if message.Template == domain.TemplateDigest {
		attrs = append(attrs, slog.String("text", message.Text))
	}
	m.log.LogAttrs(ctx, slog.LevelInfo, "message sent", attrs...)
	return id, nil
}
