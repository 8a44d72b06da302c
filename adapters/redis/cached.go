package redis

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	queues topic = "queue"
	sales  topic = "sales"
)

// Cached is a ports.UnitOfWork that remembers the hot reads of another for all processes: the
// first page of a queue of open cases, and the sales near a place. Every process that writes
// must write through one, on the same keys: Do returns once what it wrote is no longer
// remembered otherwise.
//
// A transaction that writes or locks decides, and reads the store alone. Without Redis all
// reads do.
type Cached struct {
	store ports.UnitOfWork
	cache *cache
}

// NewCached returns the store with its hot reads cached in the client's Redis, whose keys
// must be of this store alone.
func NewCached(store ports.UnitOfWork, c *Client) *Cached {
	return &Cached{store: store, cache: newCache(c)}
}

// Do implements ports.UnitOfWork. What may have been written counts as written, because the
// answer to a commit can be lost.
func (c *Cached) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	unit := &unit{cache: c.cache}
	defer func() {
		if len(unit.wrote) > 0 {
			c.cache.invalidate(context.WithoutCancel(ctx), unit.wrote)
		}
	}()
	err := c.store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		unit.decides, unit.found = false, nil
		tx.Properties = cachedProperties{tx.Properties, unit}
		tx.Comparables = cachedComparables{tx.Comparables, unit}
		return fn(ctx, tx)
	})
	if err == nil && len(unit.found) > 0 {
		c.cache.keep(ctx, unit.found)
	}
	unit.decides = true // whoever kept tx gets the store's refusal
	return err
}

// unit is one transaction.
type unit struct {
	cache   *cache
	decides bool              // it locked or wrote
	wrote   []topic           // in any run
	found   map[string][]byte // to be kept
}

// writes notes what the transaction is about to write.
func (u *unit) writes(about topic) {
	u.decides = true
	if !slices.Contains(u.wrote, about) {
		u.wrote = append(u.wrote, about)
	}
}

// remembered returns the answer to a question, which names everything that it depends on.
func remembered[T any](ctx context.Context, u *unit, about topic, question any, read func() (T, error)) (T, error) {
	if u.decides {
		return read()
	}
	key, known := u.cache.load(ctx, about, question)
	if len(known) > 0 {
		var answer T
		if json.Unmarshal(known, &answer) == nil {
			return answer, nil
		}
	}
	answer, err := read()
	if err != nil || key == "" {
		return answer, err
	}
	if text, err := json.Marshal(answer); err == nil { // now: the caller may change what it gets
		if u.found == nil {
			u.found = make(map[string][]byte)
		}
		u.found[key] = text
	}
	return answer, nil
}

type cachedProperties struct {
	ports.PropertyStore
	unit *unit
}

// open are the states in which a case awaits somebody of the lender, and its clock runs.
var open = []domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff}

// steady reports whether a page of the queue depends on nothing but what is stored: the level
// of a case and the due time of a paused one depend on the time too.
func steady(filter domain.QueueFilter, page domain.Page) bool {
	return page.Cursor == (domain.Cursor{}) && filter.Level == "" &&
		!slices.ContainsFunc(filter.States, func(s domain.State) bool { return !slices.Contains(open, s) })
}

// Queue remembers first pages: the cursors of others differ from reader to reader.
func (s cachedProperties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	read := func() (domain.List[domain.Property], error) { return s.PropertyStore.Queue(ctx, filter, page) }
	if !steady(filter, page) {
		return read()
	}
	question := filter
	question.Now = time.Time{}
	return remembered(ctx, s.unit, queues, []any{question, page}, read)
}

// writes notes that the property changes. Queues that are remembered hold no drafts.
func (s cachedProperties) writes(state domain.State) {
	s.unit.decides = true
	if state != domain.Draft {
		s.unit.writes(queues)
	}
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
	s.unit.writes(queues)
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

type cachedComparables struct {
	ports.ComparableStore
	unit *unit
}

func (s cachedComparables) Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error) {
	return remembered(ctx, s.unit, sales, []any{kind, centre, radiusKM, soldSince, limit}, func() ([]domain.Comparable, error) {
		return s.ComparableStore.Near(ctx, kind, centre, radiusKM, soldSince, limit)
	})
}

func (s cachedComparables) Add(ctx context.Context, comparable domain.Comparable) error {
	s.unit.writes(sales)
	return s.ComparableStore.Add(ctx, comparable)
}
