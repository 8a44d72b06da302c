package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type securityLog struct{ *unit }

func (s securityLog) Append(ctx context.Context, event domain.SecurityEvent) error {
	if err := s.call(ctx, "Security.Append"); err != nil {
		return err
	}
	if event.ID == "" {
		event.ID = domain.SecurityEventID(s.store.securityIDs.New())
	}
	before := s.store.security
	if slices.ContainsFunc(before, func(e domain.SecurityEvent) bool { return e.ID == event.ID }) {
		return nil
	}
	s.store.security = append(before, filled(ctx, event, s.store.clock))
	s.onRollback(func() { s.store.security = before })
	return nil
}

// filled returns the event with its time and client, as stores keep it.
func filled(ctx context.Context, event domain.SecurityEvent, clock ports.Clock) domain.SecurityEvent {
	if event.At.IsZero() {
		event.At = clock.Now()
	}
	if event.Client == "" {
		event.Client = ports.ClientOf(ctx)
	}
	return event.Stored()
}

func (s securityLog) List(ctx context.Context, filter domain.SecurityFilter, page domain.Page) (domain.List[domain.SecurityEvent], error) {
	if err := s.call(ctx, "Security.List"); err != nil {
		return domain.List[domain.SecurityEvent]{}, err
	}
	var found []*domain.SecurityEvent
	for i := range s.store.security {
		if event := &s.store.security[i]; filter.Includes(*event) {
			found = append(found, event)
		}
	}
	newest := order[domain.SecurityEvent]{
		at: func(e *domain.SecurityEvent) time.Time { return e.At }, id: func(e *domain.SecurityEvent) string { return string(e.ID) },
		descending: true,
	}
	return newest.page(func(e domain.SecurityEvent) domain.SecurityEvent { return e }, found, page)
}

// SecurityRecorder is a ports.SecurityRecorder that keeps what is recorded, for tests.
type SecurityRecorder struct {
	clock    ports.Clock
	mu       sync.Mutex
	recorded []domain.SecurityEvent
}

var _ ports.SecurityRecorder = (*SecurityRecorder)(nil)

// NewSecurityRecorder returns a recorder without events.
func NewSecurityRecorder(clock ports.Clock) *SecurityRecorder { return &SecurityRecorder{clock: clock} }

// Record implements ports.SecurityRecorder.
func (r *SecurityRecorder) Record(ctx context.Context, event domain.SecurityEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recorded = append(r.recorded, filled(ctx, event, r.clock))
}

// Recorded returns what was recorded, in order.
func (r *SecurityRecorder) Recorded() []domain.SecurityEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]domain.SecurityEvent(nil), r.recorded...)
}
