package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// privacyTables are what is kept for the rights of people.
type privacyTables struct {
	requests *table[domain.PrivacyRequestID, domain.PrivacyRequest]
	holds    *table[domain.LegalHoldID, domain.LegalHold]
	erasures *table[domain.UserID, domain.Erasure]
	exports  *table[domain.ExportID, domain.Export]
}

func newPrivacyTables() privacyTables {
	return privacyTables{
		requests: newTable(func(r *domain.PrivacyRequest) domain.PrivacyRequestID { return r.ID }),
		holds:    newTable(func(h *domain.LegalHold) domain.LegalHoldID { return h.ID }),
		erasures: newTable(func(e *domain.Erasure) domain.UserID { return e.UserID }),
		exports:  newTable(func(e *domain.Export) domain.ExportID { return e.ID }),
	}
}

// held returns the values of a table that keep lets through, in no order and not copied.
func held[K comparable, V any](t *table[K, V], keep func(*V) bool) []*V {
	var values []*V
	for _, v := range t.held {
		if keep(v) {
			values = append(values, v)
		}
	}
	return values
}

type privacyRequests struct {
	tableView[domain.PrivacyRequestID, domain.PrivacyRequest]
}

func (s privacyRequests) List(ctx context.Context, filter ports.PrivacyRequestFilter, page domain.Page) (domain.List[domain.PrivacyRequest], error) {
	if err := s.begin(ctx, "List"); err != nil {
		return domain.List[domain.PrivacyRequest]{}, err
	}
	due := order[domain.PrivacyRequest]{
		at: func(r *domain.PrivacyRequest) time.Time { return r.DueAt },
		id: func(r *domain.PrivacyRequest) string { return string(r.ID) },
	}
	return due.page(s.table.clone, held(s.table, func(r *domain.PrivacyRequest) bool {
		return (filter.UserID == "" || r.UserID == filter.UserID) && (filter.Kind == "" || r.Kind == filter.Kind) &&
			(filter.State == "" || r.State == filter.State)
	}), page)
}

func (s privacyRequests) CountOpen(ctx context.Context, user domain.UserID) (int, error) {
	if err := s.begin(ctx, "CountOpen"); err != nil {
		return 0, err
	}
	return len(held(s.table, func(r *domain.PrivacyRequest) bool { return r.UserID == user && r.State == domain.PrivacyOpen })), nil
}

func (s privacyRequests) Silence(ctx context.Context, user domain.UserID) error {
	if err := s.begin(ctx, "Silence"); err != nil {
		return err
	}
	for _, r := range held(s.table, func(r *domain.PrivacyRequest) bool { return r.UserID == user && r.Message+r.Reason != "" }) {
		silent := s.table.clone(*r)
		silent.Message, silent.Reason = "", ""
		silent.Version++
		s.table.put(s.unit, silent)
	}
	return nil
}

type legalHolds struct {
	tableView[domain.LegalHoldID, domain.LegalHold]
}

func (s legalHolds) List(ctx context.Context, filter ports.LegalHoldFilter, page domain.Page) (domain.List[domain.LegalHold], error) {
	if err := s.begin(ctx, "List"); err != nil {
		return domain.List[domain.LegalHold]{}, err
	}
	newest := order[domain.LegalHold]{
		at:         func(h *domain.LegalHold) time.Time { return h.PlacedAt },
		id:         func(h *domain.LegalHold) string { return string(h.ID) },
		descending: true,
	}
	return newest.page(s.table.clone, held(s.table, func(h *domain.LegalHold) bool {
		return (filter.PropertyID == "" || h.PropertyID == filter.PropertyID) && (filter.UserID == "" || h.UserID == filter.UserID) &&
			(!filter.InForce || h.InForce())
	}), page)
}

func (s legalHolds) Covers(ctx context.Context, property domain.PropertyID, user domain.UserID) (bool, error) {
	if err := s.begin(ctx, "Covers"); err != nil {
		return false, err
	}
	return s.store.privacy.covered(property, user), nil
}

// covered reports whether a hold in force covers the case or the person.
func (t privacyTables) covered(property domain.PropertyID, user domain.UserID) bool {
	return len(held(t.holds, func(h *domain.LegalHold) bool {
		return h.InForce() && (property != "" && h.PropertyID == property || user != "" && h.UserID == user)
	})) > 0
}

type erasures struct {
	tableView[domain.UserID, domain.Erasure]
}

func (s erasures) Add(ctx context.Context, erasure domain.Erasure) error {
	if err := s.begin(ctx, "Add"); err != nil {
		return err
	}
	if _, ok := s.table.held[erasure.UserID]; ok {
		return domain.ErasureRequested()
	}
	s.table.put(s.unit, erasure)
	return nil
}

func (s erasures) Ready(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error) {
	if err := s.begin(ctx, "Ready"); err != nil {
		return nil, err
	}
	var ready []domain.UserID
	for _, e := range held(s.table, func(e *domain.Erasure) bool { return e.FinishedAt.IsZero() && e.UserID > after }) {
		if len(s.store.properties.ofOwner.held[e.UserID]) == 0 && !s.store.privacy.covered("", e.UserID) {
			ready = append(ready, e.UserID)
		}
	}
	slices.Sort(ready)
	return ready[:min(len(ready), max(0, limit))], nil
}

type exports struct {
	tableView[domain.ExportID, domain.Export]
}

func (s exports) ByUser(ctx context.Context, user domain.UserID) ([]domain.Export, error) {
	if err := s.begin(ctx, "ByUser"); err != nil {
		return nil, err
	}
	mine := held(s.table, func(e *domain.Export) bool { return e.UserID == user })
	slices.SortFunc(mine, func(a, b *domain.Export) int {
		return cmp.Or(b.RequestedAt.Compare(a.RequestedAt), cmp.Compare(b.ID, a.ID))
	})
	return s.table.copies(mine), nil
}
