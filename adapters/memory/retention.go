package memory

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type retention struct{ *unit }

func (s retention) DeleteCase(ctx context.Context, id domain.PropertyID) error {
	if err := s.call(ctx, "Retention.DeleteCase"); err != nil {
		return err
	}
	if _, ok := s.store.properties.held[id]; !ok {
		return domain.NotFound("property")
	}
	deleteWhere(s.unit, s.store.photos.table, func(p *domain.Photo) bool { return p.PropertyID == id })
	deleteWhere(s.unit, s.store.challenges, func(c *domain.Challenge) bool { return c.PropertyID == id })
	deleteWhere(s.unit, s.store.valuations, func(v *domain.Valuation) bool { return v.PropertyID == id })
	deleteWhere(s.unit, s.store.notifications.table, func(n *domain.Notification) bool { return n.PropertyID == id })
	s.keepSteps(func(step domain.Step) bool { return step.PropertyID != id })
	s.store.properties.delete(s.unit, id)
	return nil
}

func (s retention) DeleteCustomer(ctx context.Context, id domain.UserID, _ time.Time) error {
	if err := s.call(ctx, "Retention.DeleteCustomer"); err != nil {
		return err
	}
	user, ok := s.store.users.held[id]
	switch {
	case !ok || user.Role != domain.RoleCustomer:
		return domain.NotFound("user")
	case s.store.privacy.erasures.held[id] == nil:
		return domain.ErasureNotRequested()
	case len(s.store.properties.ofOwner.at(id, all)) > 0:
		return domain.UserHasCases()
	}
	deleteWhere(s.unit, s.store.privacy.exports, func(e *domain.Export) bool { return e.UserID == id })
	for _, session := range held(s.store.sessions, func(l *domain.Session) bool { return l.UserID == id }) {
		deleteWhere(s.unit, s.store.spentRefreshes, func(r *spentRefresh) bool { return r.Session == session.ID })
	}
	deleteWhere(s.unit, s.store.sessions, func(l *domain.Session) bool { return l.UserID == id })
	deleteWhere(s.unit, s.store.devices, func(d *domain.Device) bool { return d.UserID == id })
	deleteWhere(s.unit, s.store.consents, func(c *domain.Consent) bool { return c.UserID == id })
	deleteWhere(s.unit, s.store.idempotency, func(r *domain.IdempotencyRecord) bool { return r.Key.UserID == id })
	customerUse(s).forget(id)
	s.store.users.delete(s.unit, id)
	return nil
}

func (s retention) Forget(ctx context.Context, kind domain.Expiring, before time.Time, limit int) (int, error) {
	if err := s.call(ctx, "Retention.Forget"); err != nil {
		return 0, err
	}
	switch kind {
	case domain.ExpiringChallenges:
		return oldest(s.unit, s.store.challenges, func(c *domain.Challenge) time.Time { return c.ExpiresAt }, before, limit, s.unused()), nil
	case domain.ExpiringKeys:
		created := func(r *domain.IdempotencyRecord) time.Time { return r.CreatedAt }
		return oldest(s.unit, s.store.idempotency, created, before, limit, all), nil
	case domain.ExpiringSteps:
		return s.forgetSteps(before, limit), nil
	case domain.ExpiringDevices:
		return oldest(s.unit, s.store.devices, func(d *domain.Device) time.Time { return d.LastUsedAt }, before, limit, all), nil
	case domain.ExpiringNumbers:
		return s.emptyNumbers(before, limit), nil
	case domain.ExpiringEvents:
		return s.store.Feed.forget(s.unit, before, limit), nil
	}
	return 0, nil
}

// unused returns a function that reports whether a challenge has no photo.
func (s retention) unused() func(*domain.Challenge) bool {
	used := make(map[domain.ChallengeID]bool)
	for _, p := range s.store.photos.held {
		used[p.ChallengeID] = true
	}
	return func(c *domain.Challenge) bool { return !used[c.ID] }
}

// emptyNumbers empties the numbers of old proposals.
func (s retention) emptyNumbers(before time.Time, limit int) int {
	proposed := func(p *domain.Proposal) time.Time { return p.ProposedAt }
	full := func(p *domain.Proposal) bool { return p.Number != nil && *p.Number != (domain.NumberProposal{}) }
	old := oldestKeys(s.store.proposals, proposed, before, limit, full)
	for _, id := range old {
		p, _ := s.store.proposals.get(id)
		p.Number = &domain.NumberProposal{}
		p.Version++
		s.store.proposals.put(s.unit, p)
	}
	return len(old)
}

func (s retention) forgetSteps(before time.Time, limit int) int {
	var times []time.Time
	for _, step := range s.store.steps {
		if step.At.Before(before) {
			times = append(times, step.At)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	times = times[:min(len(times), max(0, limit))]
	left := len(times)
	s.keepSteps(func(step domain.Step) bool {
		old := left > 0 && !step.At.After(times[len(times)-1])
		if old {
			left--
		}
		return !old
	})
	return len(times)
}

// keepSteps deletes the steps for which keep returns false.
func (s retention) keepSteps(keep func(domain.Step) bool) {
	before := s.store.steps
	kept := make([]domain.Step, 0, len(before))
	for _, step := range before {
		if keep(step) {
			kept = append(kept, step)
		}
	}
	s.store.steps = kept
	s.onRollback(func() { s.store.steps = before })
}

func deleteWhere[K comparable, V any](u *unit, t *table[K, V], gone func(*V) bool) {
	for key, value := range t.held {
		if gone(value) {
			t.delete(u, key)
		}
	}
}

// oldest deletes the oldest values of a table that are older than before.
func oldest[K comparable, V any](u *unit, t *table[K, V], at func(*V) time.Time, before time.Time, limit int, expired func(*V) bool) int {
	old := oldestKeys(t, at, before, limit, expired)
	for _, key := range old {
		t.delete(u, key)
	}
	return len(old)
}

// oldestKeys returns the keys of at most limit expired values that are older than before, oldest first.
func oldestKeys[K comparable, V any](t *table[K, V], at func(*V) time.Time, before time.Time, limit int, expired func(*V) bool) []K {
	var old []K
	for key, value := range t.held {
		if at(value).Before(before) && expired(value) {
			old = append(old, key)
		}
	}
	slices.SortFunc(old, func(a, b K) int { return at(t.held[a]).Compare(at(t.held[b])) })
	return old[:min(len(old), max(0, limit))]
}
