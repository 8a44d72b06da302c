package redis

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Cached is a ports.UnitOfWork that remembers the hottest read of another for all processes:
// the first page of a queue of open cases, which every valuer reads again whenever anything
// happens. Every process that writes must write through one, on the same keys: Do returns
// once no page from before is found any more.
//
// A transaction that writes or locks decides, and reads the store alone. Without Redis all
// do.
type Cached struct {
	store ports.UnitOfWork
	pages *pages
}

// NewCached returns the store with its queue cached in the client's Redis, whose keys must be
// of this store alone (Client.Within).
func NewCached(store ports.UnitOfWork, c *Client) *Cached {
	return &Cached{store: store, pages: newPages(c)}
}

// Do implements ports.UnitOfWork. What may have been written counts as written, because the
// answer to a commit can be lost.
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
	unit.decides = true // whoever kept tx gets the store's refusal
	return err
}

// unit is one transaction.
type unit struct {
	pages   *pages
	decides bool                 // it locked or wrote
	wrote   bool                 // what queues may hold, in any run
	found   map[string]queuePage // to be kept
}

type cachedProperties struct {
	ports.PropertyStore
	unit *unit
}

// open are the states in which a case awaits somebody of the lender, and its clock runs.
var open = []domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff}

// steady reports whether a page of the queue depends on nothing but what is stored: the level
// of a case and the due time of a paused one depend on the time too. Pages that are not the
// first have cursors that differ from reader to reader.
func steady(filter domain.QueueFilter, page domain.Page) bool {
	return page.Cursor == (domain.Cursor{}) && filter.Level == "" &&
		!slices.ContainsFunc(filter.States, func(s domain.State) bool { return !slices.Contains(open, s) })
}

// Queue implements ports.PropertyStore. The cursor of a remembered page carries the time of
// whoever read it first, which means nothing where no clock is paused.
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

// writes notes that the property changes. Queues that are remembered hold no drafts.
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
	s.unit.decides, s.unit.wrote = true, true // the store does not ask what it deletes
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
