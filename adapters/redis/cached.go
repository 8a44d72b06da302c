package redis

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Cached is a ports.UnitOfWork that caches the most frequent read of another for all
// processes: the first page of a queue of open cases, which every valuer reads again on each
// event. Every process that writes must write through a Cached with the same keys, because its
// Do invalidates the pages from before the write before it returns.
//
// A transaction that writes or locks makes decisions, so it reads only from the store. Without
// Redis every transaction does.
type Cached struct {
	store ports.UnitOfWork
	pages *pages
}

// NewCached returns the store with its queue cached in the client's Redis. The client's keys
// must be used for this store only (Client.Within).
func NewCached(store ports.UnitOfWork, c *Client) *Cached {
	return &Cached{store: store, pages: newPages(c)}
}

// Do implements ports.UnitOfWork. It invalidates the pages even if the transaction fails after
// a write, because the answer to a commit can be lost.
func (c *Cached) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	unit := &unit{pages: c.pages}
	defer func() {
		if unit.wrote {
			c.pages.invalidate(context.WithoutCancel(ctx))
		}
	}()
	err := c.store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		unit.decides, unit.found = false, nil
		tx.Properties = cachedProperties{tx.Properties, unit}
		return fn(ctx, tx)
	})
	if err == nil && len(unit.found) > 0 {
		c.pages.keep(ctx, unit.found)
	}
	unit.decides = true // a later use of tx gets the error of the store, not a cached page
	return err
}

// unit is one transaction.
type unit struct {
	pages   *pages
	decides bool                 // it locked or wrote
	wrote   bool                 // it wrote what a queue may contain, in any run of fn
	found   map[string]queuePage // to be cached
}

type cachedProperties struct {
	ports.PropertyStore
	unit *unit
}

// open are the states in which a case waits for the lender's staff, and its clock runs.
var open = []domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff}

// steady reports whether a page of the queue depends only on what is stored. The level of a
// case, and the due time of a paused one, also depend on the time. Pages other than the first
// are not worth caching, because their cursors differ from reader to reader.
func steady(filter domain.QueueFilter, page domain.Page) bool {
	return page.Cursor == (domain.Cursor{}) && filter.Level == "" &&
		!slices.ContainsFunc(filter.States, func(s domain.State) bool { return !slices.Contains(open, s) })
}

// Queue implements ports.PropertyStore. The cursor of a cached page carries the time at which
// it was first read. That does no harm, because only paused clocks depend on it.
func (s cachedProperties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	if s.unit.decides || !steady(filter, page) {
		return s.PropertyStore.Queue(ctx, filter, page)
	}
	question := filter
	question.Now = time.Time{}
	key := s.unit.pages.key(ctx, []any{question, page})
	if key == "" {
		return s.PropertyStore.Queue(ctx, filter, page)
	}
	if known, found := s.unit.pages.find(ctx, key); found {
		return known, nil
	}
	list, err := s.PropertyStore.Queue(ctx, filter, page)
	if err == nil {
		if s.unit.found == nil {
			s.unit.found = make(map[string]queuePage)
		}
		s.unit.found[key] = copyPage(list) // the caller may change what it gets
	}
	return list, err
}

// writes records that the property changes. Drafts are in no cached queue, so they invalidate
// nothing.
func (s cachedProperties) writes(state domain.State) {
	s.unit.decides = true
	s.unit.wrote = s.unit.wrote || state != domain.Draft
}

func (s cachedProperties) Add(ctx context.Context, property domain.Property) error {
	s.writes(property.State)
	return s.PropertyStore.Add(ctx, property)
}

func (s cachedProperties) Update(ctx context.Context, property *domain.Property) error {
	s.writes(property.State)
	return s.PropertyStore.Update(ctx, property)
}

func (s cachedProperties) Delete(ctx context.Context, id domain.PropertyID) error {
	s.unit.decides, s.unit.wrote = true, true // the state of the deleted property is not known
	return s.PropertyStore.Delete(ctx, id)
}

func (s cachedProperties) Lock(ctx context.Context, id domain.PropertyID) (domain.Property, error) {
	s.unit.decides = true
	return s.PropertyStore.Lock(ctx, id)
}

func (s cachedProperties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	s.unit.decides = true
	return s.PropertyStore.LockNext(ctx, valuer, now)
}
