package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PrivacyRequestStore checks a ports.PrivacyRequestStore. open returns an empty store.
func PrivacyRequestStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.PrivacyRequestID, domain.PrivacyRequest]{
		thing: "privacy_request",
		id:    func(r domain.PrivacyRequest) domain.PrivacyRequestID { return r.ID },
		make: func(c *cast) (first, second, bare domain.PrivacyRequest) {
			first, second = fill[domain.PrivacyRequest](c.filler(1)), fill[domain.PrivacyRequest](c.filler(2))
			first.State, second.State = domain.PrivacyGranted, domain.PrivacyRefused
			second.ID = first.ID
			bare = domain.PrivacyRequest{
				ID: first.ID, UserID: first.UserID, Kind: domain.PrivacyErasure, State: domain.PrivacyOpen, CreatedAt: noon, DueAt: noon,
			}
			return first, second, bare
		},
		fixed: []string{"ID"},
		add: func(ctx context.Context, tx ports.Tx, r domain.PrivacyRequest) error {
			return tx.PrivacyRequests.Add(ctx, r)
		},
		get: func(ctx context.Context, tx ports.Tx, id domain.PrivacyRequestID) (domain.PrivacyRequest, error) {
			return tx.PrivacyRequests.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.PrivacyRequestID) (domain.PrivacyRequest, error) {
			return tx.PrivacyRequests.Lock(ctx, id)
		},
		update: func(ctx context.Context, tx ports.Tx, r *domain.PrivacyRequest) error {
			return tx.PrivacyRequests.Update(ctx, r)
		},
		version: func(r *domain.PrivacyRequest) *int64 { return &r.Version },
		tally: func(r *domain.PrivacyRequest, n int) int {
			r.DueAt = r.DueAt.Add(time.Duration(n) * time.Hour)
			return int(r.DueAt.Unix() / 3600)
		},
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists what the filter lets through, first due first": listsPrivacyRequests,
		"silences one person's":                               silences,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{}, page)
				return err
			})
		},
	})
}

// privacyRequests adds requests of two people, of every kind and state, and returns them by due
// time.
func (c *cast) privacyRequests() []domain.PrivacyRequest {
	c.t.Helper()
	var all []domain.PrivacyRequest
	for i := range 12 {
		r := fill[domain.PrivacyRequest](c.filler(i + 1))
		r.UserID = []domain.UserID{c.owner.ID, c.valuer.ID}[i%2]
		r.Kind, r.State = domain.PrivacyRequestKinds[i%4], domain.PrivacyRequestStates[i%3]
		r.DueAt = noon.Add(time.Duration(i/4) * time.Second)
		if r.State == domain.PrivacyOpen {
			r.AnsweredAt, r.AnsweredBy, r.Reason = time.Time{}, "", ""
		}
		all = append(all, r)
	}
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, r := range shuffled(all) {
			if err := tx.PrivacyRequests.Add(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(all, byTime(
		func(r domain.PrivacyRequest) time.Time { return r.DueAt },
		func(r domain.PrivacyRequest) domain.PrivacyRequestID { return r.ID },
	))
	return all
}

func listsPrivacyRequests(t *testing.T, c *cast) {
	all := c.privacyRequests()
	for _, filter := range []ports.PrivacyRequestFilter{
		{}, {UserID: c.owner.ID}, {State: domain.PrivacyOpen}, {Kind: domain.PrivacyGrievance},
		{UserID: c.valuer.ID, State: domain.PrivacyRefused}, {UserID: c.owner.ID, Kind: domain.PrivacyCorrection}, {UserID: c.supervisor.ID},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(r domain.PrivacyRequest) bool {
			return filter.UserID != "" && r.UserID != filter.UserID || filter.Kind != "" && r.Kind != filter.Kind ||
				filter.State != "" && r.State != filter.State
		})
		paged(t, want, func(page domain.Page) domain.List[domain.PrivacyRequest] {
			return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.PrivacyRequest], error) {
				return tx.PrivacyRequests.List(ctx, filter, page)
			})
		})
	}
	open := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) {
		return tx.PrivacyRequests.CountOpen(ctx, c.owner.ID)
	})
	assert.Equal(t, 2, open)
}

func silences(t *testing.T, c *cast) {
	all := c.privacyRequests()
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.PrivacyRequests.Silence(ctx, c.owner.ID) })
	for _, r := range all {
		stored := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
			return tx.PrivacyRequests.Get(ctx, r.ID)
		})
		if r.UserID == c.owner.ID {
			r.Message, r.Reason = "", ""
			r.Version++
		}
		same(t, r, stored)
	}
}

// LegalHoldStore checks a ports.LegalHoldStore. open returns an empty store.
func LegalHoldStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.LegalHoldID, domain.LegalHold]{
		thing: "hold",
		id:    func(h domain.LegalHold) domain.LegalHoldID { return h.ID },
		make: func(c *cast) (first, second, bare domain.LegalHold) {
			first, second = fill[domain.LegalHold](c.filler(1)), fill[domain.LegalHold](c.filler(2))
			first.UserID, second.PropertyID, second.ID = "", "", first.ID
			bare = domain.LegalHold{ID: first.ID, PropertyID: c.other.ID, Reason: "a court's order", PlacedBy: c.valuer.ID, PlacedAt: noon}
			return first, second, bare
		},
		fixed: []string{"ID"},
		add:   func(ctx context.Context, tx ports.Tx, h domain.LegalHold) error { return tx.LegalHolds.Add(ctx, h) },
		get: func(ctx context.Context, tx ports.Tx, id domain.LegalHoldID) (domain.LegalHold, error) {
			return tx.LegalHolds.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.LegalHoldID) (domain.LegalHold, error) {
			return tx.LegalHolds.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, h *domain.LegalHold) error { return tx.LegalHolds.Update(ctx, h) },
		version: func(h *domain.LegalHold) *int64 { return &h.Version },
		tally: func(h *domain.LegalHold, n int) int {
			h.PlacedAt = h.PlacedAt.Add(time.Duration(n) * time.Hour)
			return int(h.PlacedAt.Unix() / 3600)
		},
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists what the filter lets through, newest first": listsLegalHolds,
		"covers a case or a person until it is lifted":     coversUntilLifted,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.LegalHolds.List(ctx, ports.LegalHoldFilter{}, page)
				return err
			})
		},
	})
}

func (c *cast) hold(h domain.LegalHold) domain.LegalHold {
	c.t.Helper()
	h.ID, h.Reason, h.PlacedBy = domain.LegalHoldID(newID()), "a court's order", c.supervisor.ID
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.LegalHolds.Add(ctx, h) })
	return h
}

func listsLegalHolds(t *testing.T, c *cast) {
	var all []domain.LegalHold
	for i := range 8 {
		h := domain.LegalHold{PlacedAt: noon.Add(time.Duration(i/3) * time.Second)}
		if i%2 == 0 {
			h.PropertyID = c.property.ID
		} else {
			h.UserID = c.owner.ID
		}
		if i%4 < 2 {
			h.LiftedAt, h.LiftedBy = noon, c.supervisor.ID
		}
		all = append(all, c.hold(h))
	}
	slices.SortFunc(all, byTime(
		func(h domain.LegalHold) time.Time { return h.PlacedAt }, func(h domain.LegalHold) domain.LegalHoldID { return h.ID },
	))
	slices.Reverse(all)
	for _, filter := range []ports.LegalHoldFilter{
		{}, {PropertyID: c.property.ID}, {UserID: c.owner.ID}, {InForce: true}, {PropertyID: c.property.ID, InForce: true}, {UserID: c.valuer.ID},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(h domain.LegalHold) bool {
			return filter.UserID != "" && h.UserID != filter.UserID || filter.PropertyID != "" && h.PropertyID != filter.PropertyID ||
				filter.InForce && !h.InForce()
		})
		paged(t, want, func(page domain.Page) domain.List[domain.LegalHold] {
			return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.LegalHold], error) {
				return tx.LegalHolds.List(ctx, filter, page)
			})
		})
	}
}

func coversUntilLifted(t *testing.T, c *cast) {
	covers := func(property domain.PropertyID, user domain.UserID) bool {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (bool, error) { return tx.LegalHolds.Covers(ctx, property, user) })
	}
	require.False(t, covers(c.property.ID, c.owner.ID))
	onCase := c.hold(domain.LegalHold{PropertyID: c.property.ID, PlacedAt: noon})
	assert.True(t, covers(c.property.ID, ""))
	assert.True(t, covers(c.property.ID, c.owner.ID))
	assert.False(t, covers(c.other.ID, c.owner.ID), "another case of the person")
	assert.False(t, covers("", c.owner.ID))
	onPerson := c.hold(domain.LegalHold{UserID: c.owner.ID, PlacedAt: noon})
	assert.True(t, covers(c.other.ID, c.owner.ID))
	assert.True(t, covers("", c.owner.ID))
	assert.False(t, covers("", ""))
	assert.False(t, covers(c.other.ID, c.valuer.ID))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, h := range []domain.LegalHold{onCase, onPerson} {
			h.LiftedAt, h.LiftedBy, h.LiftReason = noon, c.supervisor.ID, "the order ended"
			if err := tx.LegalHolds.Update(ctx, &h); err != nil {
				return err
			}
		}
		return nil
	})
	assert.False(t, covers(c.property.ID, c.owner.ID))
}

// ErasureStore checks a ports.ErasureStore. open returns an empty store.
func ErasureStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.UserID, domain.Erasure]{
		thing: "user",
		id:    func(e domain.Erasure) domain.UserID { return e.UserID },
		make: func(c *cast) (first, second, bare domain.Erasure) {
			user := c.user(domain.RoleCustomer, noon)
			first = domain.Erasure{UserID: user.ID, AskedAt: noon, Phone: newPhone(), Name: "Asha"}
			second = domain.Erasure{UserID: user.ID, AskedAt: noon.Add(time.Hour), FinishedAt: noon.Add(2 * time.Hour)}
			return first, second, domain.Erasure{UserID: user.ID, AskedAt: noon}
		},
		fixed: []string{"UserID"},
		add:   func(ctx context.Context, tx ports.Tx, e domain.Erasure) error { return tx.Erasures.Add(ctx, e) },
		get: func(ctx context.Context, tx ports.Tx, id domain.UserID) (domain.Erasure, error) {
			return tx.Erasures.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.UserID) (domain.Erasure, error) {
			return tx.Erasures.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, e *domain.Erasure) error { return tx.Erasures.Update(ctx, e) },
		version: func(e *domain.Erasure) *int64 { return &e.Version },
		tally: func(e *domain.Erasure, n int) int {
			e.AskedAt = e.AskedAt.Add(time.Duration(n) * time.Hour)
			return int(e.AskedAt.Unix() / 3600)
		},
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"a person asks once": func(t *testing.T, c *cast) {
			add := func(ctx context.Context, tx ports.Tx) error {
				return tx.Erasures.Add(ctx, domain.Erasure{UserID: c.owner.ID, AskedAt: noon})
			}
			do(t, c.uow, add)
			fails(t, c.uow, domain.KindConflict, "erasure_requested", add)
		},
		"finds those without cases and holds": findsReadyErasures,
		"people without a number do not meet": func(t *testing.T, c *cast) {
			for range 2 {
				gone := c.user(domain.RoleCustomer, noon)
				number := gone.Phone
				gone.Erase(noon)
				c.change(gone)
				stored := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.Get(ctx, gone.ID) })
				assert.True(t, stored.Erased())
				fails(t, c.uow, domain.KindNotFound, "user_not_found", func(ctx context.Context, tx ports.Tx) error {
					_, err := tx.Users.ByPhone(ctx, number)
					return err
				})
				do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
					return tx.Users.Add(ctx, domain.NewCustomer(domain.UserID(newID()), number, noon))
				})
			}
			fails(t, c.uow, domain.KindNotFound, "user_not_found", func(ctx context.Context, tx ports.Tx) error {
				_, err := tx.Users.ByPhone(ctx, "")
				return err
			})
		},
	})
}

func findsReadyErasures(t *testing.T, c *cast) {
	var ready []domain.UserID
	for i := range 7 {
		user := c.user(domain.RoleCustomer, noon)
		e := domain.Erasure{UserID: user.ID, AskedAt: noon}
		switch i {
		case 0:
			c.draft(user, noon)
		case 1:
			c.hold(domain.LegalHold{UserID: user.ID, PlacedAt: noon})
		case 2:
			e.FinishedAt = noon
		case 3:
			c.hold(domain.LegalHold{UserID: user.ID, PlacedAt: noon, LiftedAt: noon, LiftedBy: c.supervisor.ID})
			ready = append(ready, user.ID)
		default:
			ready = append(ready, user.ID)
		}
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Erasures.Add(ctx, e) })
	}
	slices.Sort(ready)
	list := func(after domain.UserID, limit int) []domain.UserID {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.UserID, error) {
			return tx.Erasures.Ready(ctx, after, limit)
		})
	}
	assert.Equal(t, ready, list("", 10))
	assert.Equal(t, ready[:2], list("", 2))
	assert.Equal(t, ready[2:], list(ready[1], 10))
}

// ExportStore checks a ports.ExportStore. open returns an empty store.
func ExportStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.ExportID, domain.Export]{
		thing: "export",
		id:    func(e domain.Export) domain.ExportID { return e.ID },
		make: func(c *cast) (first, second, bare domain.Export) {
			first, second = fill[domain.Export](c.filler(1)), fill[domain.Export](c.filler(2))
			second.ID = first.ID
			return first, second, domain.Export{ID: first.ID, UserID: first.UserID, State: domain.ExportPending, RequestedAt: noon, ExpiresAt: noon}
		},
		fixed: []string{"ID"},
		add:   func(ctx context.Context, tx ports.Tx, e domain.Export) error { return tx.Exports.Add(ctx, e) },
		get: func(ctx context.Context, tx ports.Tx, id domain.ExportID) (domain.Export, error) {
			return tx.Exports.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.ExportID) (domain.Export, error) {
			return tx.Exports.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, e *domain.Export) error { return tx.Exports.Update(ctx, e) },
		remove:  func(ctx context.Context, tx ports.Tx, id domain.ExportID) error { return tx.Exports.Delete(ctx, id) },
		version: func(e *domain.Export) *int64 { return &e.Version },
		tally:   func(e *domain.Export, n int) int { e.Parts += n; return e.Parts },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){"lists a person's, newest first": listsExports})
}

func listsExports(t *testing.T, c *cast) {
	var want []domain.Export
	for i := range 4 {
		want = append(want, domain.Export{
			ID: domain.ExportID(newID()), UserID: c.owner.ID, State: domain.ExportPending, RequestedAt: noon.Add(time.Duration(i/2) * time.Hour), ExpiresAt: noon,
		})
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, e := range shuffled(want) {
			if err := tx.Exports.Add(ctx, e); err != nil {
				return err
			}
		}
		return tx.Exports.Add(ctx, domain.Export{
			ID: domain.ExportID(newID()), UserID: c.valuer.ID, State: domain.ExportPending, RequestedAt: noon, ExpiresAt: noon,
		})
	})
	slices.SortFunc(want, byTime(func(e domain.Export) time.Time { return e.RequestedAt }, func(e domain.Export) domain.ExportID { return e.ID }))
	slices.Reverse(want)
	same(t, want, read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Export, error) {
		return tx.Exports.ByUser(ctx, c.owner.ID)
	}))
}
