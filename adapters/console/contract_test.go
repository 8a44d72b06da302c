package console_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/console"
	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.Messenger(t, func(t *testing.T) portstest.MessengerHarness {
		log := &lines{t: t}
		return portstest.MessengerHarness{
			Messenger: console.New(slog.New(slog.NewJSONHandler(log, nil)), memory.ForTest().IDs), Channels: domain.Channels,
			Delivered: log.messages, Arrives: arrives, Refused: domain.Recipient{Phone: "98123", Email: "nobody"},
		}
	})
}

// arrives is what a line of the log has of a message.
func arrives(sent domain.Message) domain.Message {
	masked := domain.Recipient{Phone: domain.Phone(sent.To.Masked(sent.Channel))}
	return domain.Message{To: masked, Channel: sent.Channel, Template: sent.Template}
}

// lines is a log that is read again. It may be used concurrently.
type lines struct {
	t    *testing.T
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) messages() (all []domain.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for decoder := json.NewDecoder(bytes.NewReader(l.text.Bytes())); decoder.More(); {
		var line struct {
			To                      domain.Phone
			Channel, Template, Text string
		}
		if !assert.NoError(l.t, decoder.Decode(&line)) {
			return nil
		}
		all = append(all, domain.Message{
			To: domain.Recipient{Phone: line.To}, Channel: domain.Channel(line.Channel), Template: line.Template, Text: line.Text,
		})
	}
	return all
}
