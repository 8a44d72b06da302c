package portstest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func triesAgain(_ *testing.T, b *bench) {
	b.fail = func(_ domain.JobKind, _ string, attempt int) error {
		if attempt < domain.MaxJobAttempts {
			return errors.New("failure")
		}
		return nil
	}
	b.start(b.handlers())
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "", 0))
	from := lookedAt
	if b.Still {
		from = 1
	}
	b.reach(from)
	for attempt := from; attempt < domain.MaxJobAttempts; attempt++ {
		b.waits(attempt)
	}
	b.Advance(24 * time.Hour)
	b.did(slices.Repeat([]string{"inspect_photo 1"}, domain.MaxJobAttempts)...)
}

func panicIsFailure(_ *testing.T, b *bench) {
	b.fail = func(_ domain.JobKind, _ string, attempt int) error {
		switch {
		case attempt < lookedAt:
			return errors.New("failure")
		case attempt == lookedAt:
			panic("oh")
		}
		return nil
	}
	b.start(b.handlers())
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "", 0))
	b.reach(lookedAt)
	b.waits(lookedAt)
}

// wearOut makes a job fail until it is given up.
func (b *bench) wearOut(handlers map[domain.JobKind]ports.JobHandler) {
	b.t.Helper()
	b.fail = func(_ domain.JobKind, subject string, attempt int) error {
		if subject != "1" {
			return nil
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Empty(b.t, b.dead, "given up before attempt %d", attempt)
		return errors.New("failure")
	}
	b.start(handlers)
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "key", 0))
	b.reach(domain.MaxJobAttempts)
	b.Advance(24 * time.Hour)
	want := slices.Repeat([]string{"inspect_photo 1"}, domain.MaxJobAttempts)
	b.did(want...)
	b.enqueue(b.job(domain.JobInspectPhoto, "2", "key", 0)) // the key is free again
	b.did(append(want, "inspect_photo 2")...)
}

func givesUp(t *testing.T, b *bench) {
	b.wearOut(b.handlers())
	require.Equal(t, []string{"inspect_photo 1"}, b.dead)
}

func givesUpWithoutGiveUp(_ *testing.T, b *bench) {
	handlers := b.handlers()
	handler := handlers[domain.JobInspectPhoto]
	handler.GiveUp = nil
	handlers[domain.JobInspectPhoto] = handler
	b.wearOut(handlers)
}
