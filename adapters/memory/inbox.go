package memory

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// inboxSize is the maximum number of messages in an Inbox.
const inboxSize = 1000

// Inbox is a ports.Messenger for every channel that keeps the newest messages instead of
// sending them. A message with the Key of a kept one is dropped: Send returns the ID of that.
type Inbox struct {
	clock  ports.Clock
	faults *Faults

	mu       sync.Mutex
	received []Received // oldest first
	byKey    map[string]string
	refused  map[string]bool // by address
	count    int
}

// Received is a message and when it came.
type Received struct {
	ID      string // as Send returned it
	At      time.Time
	Message domain.Message
}

// NewInbox returns an empty Inbox. faults may be nil.
func NewInbox(clock ports.Clock, faults *Faults) *Inbox {
	return &Inbox{clock: clock, faults: faults, byKey: make(map[string]string), refused: make(map[string]bool)}
}

// Send implements ports.Messenger.
func (b *Inbox) Send(ctx context.Context, message domain.Message) (string, error) {
	if err := b.faults.outside(ctx, "Messenger.Send"); err != nil {
		return "", err
	}
	if !slices.Contains(domain.Channels, message.Channel) {
		return "", ports.Unserved(message.Channel)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if address := message.To.Address(message.Channel); address == "" || b.refused[address] {
		return "", &domain.Error{Kind: domain.KindInvalid, Code: "number_refused", Message: "the provider refuses this number"}
	}
	if id, repeat := b.byKey[message.Key]; repeat && message.Key != "" {
		return id, nil
	}
	b.count++
	id := "inbox-" + strconv.Itoa(b.count)
	message.Params = slices.Clone(message.Params)
	b.received = append(b.received, Received{ID: id, At: b.clock.Now(), Message: message})
	b.byKey[message.Key] = id
	if len(b.received) > inboxSize {
		delete(b.byKey, b.received[0].Message.Key)
		b.received = slices.Delete(b.received, 0, 1)
	}
	return id, nil
}

// Messages lists what came, newest first.
func (b *Inbox) Messages() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	messages := slices.Clone(b.received)
	for i := range messages {
		messages[i].Message.Params = slices.Clone(messages[i].Message.Params)
	}
	slices.Reverse(messages)
	return messages
}

// To lists what came for one number, newest first.
func (b *Inbox) To(phone domain.Phone) []Received {
	return slices.DeleteFunc(b.Messages(), func(r Received) bool { return r.Message.To.Phone != phone })
}

// Refuse makes the provider refuse an address, such as a phone number, for good.
func (b *Inbox) Refuse(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused[address] = true
}
