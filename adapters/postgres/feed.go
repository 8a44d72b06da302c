package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// feed is a ports.EventFeed that any number of processes read. Transactions insert events
// without a number, because a slow transaction could otherwise commit a number that readers
// have already passed. The next reader after the commit numbers the events, under the lock of
// the feed's head.
type feed struct {
	store *Store
	q     *sqlcgen.Queries

	start  sync.Once
	end    context.CancelFunc
	ctx    context.Context // of the follower
	done   chan struct{}   // closed when the follower has ended
	mu     sync.Mutex
	newest domain.EventID
	grown  chan struct{} // closed when an event arrives
}

// numberedAtOnce limits one numbering, so that it holds the lock only briefly.
const numberedAtOnce = 1000

func newFeed(s *Store) *feed {
	f := &feed{store: s, q: sqlcgen.New(s.pool), done: make(chan struct{}), grown: make(chan struct{})}
	f.ctx, f.end = context.WithCancel(context.Background())
	return f
}

// EventFeed returns the feed of the store's events.
func (s *Store) EventFeed() ports.EventFeed { return s.feed }

// number assigns positions and ids to the committed events, in the order in which they were
// appended, and deletes the oldest beyond Options.RetainedEvents.
func (f *feed) number(ctx context.Context) error {
	for {
		pending, err := f.q.EventsPending(ctx)
		if err != nil || !pending {
			return translate(err)
		}
		err = pgx.BeginFunc(ctx, f.store.pool, func(tx pgx.Tx) error {
			q := sqlcgen.New(tx)
			head, err := q.LockFeedHead(ctx)
			if err != nil {
				return err
			}
			err = q.NumberEvents(ctx, sqlcgen.NumberEventsParams{
				Position: head.Position, Ms: max(head.Ms, time.Now().UnixMilli()), PageLimit: numberedAtOnce,
			})
			if err != nil {
				return err
			}
			if head, err = q.FeedHead(ctx); err != nil {
				return err
			}
			return q.ForgetEvents(ctx, head.Position-int64(f.store.options.RetainedEvents))
		})
		if err != nil {
			return translate(err)
		}
	}
}

// Newest implements ports.EventFeed. Errors: KindUnavailable.
func (f *feed) Newest(ctx context.Context) (domain.EventID, error) {
	if err := f.number(ctx); err != nil {
		return "", err
	}
	head, err := f.q.FeedHead(ctx)
	return idOf[domain.EventID](head.FeedID), translate(err)
}

// Since implements ports.EventFeed. If events may be missing it returns none, because the
// caller has to start again from Newest anyway. Errors: KindUnavailable.
func (f *feed) Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error) {
	if err := f.number(ctx); err != nil {
		return nil, false, err
	}
	position, known, err := f.positionOf(ctx, after)
	if err != nil || !known {
		return nil, !known, translate(err)
	}
	rows, err := f.q.EventsAfter(ctx, sqlcgen.EventsAfterParams{Position: position, PageLimit: max(0, limit)})
	if err != nil {
		return nil, false, translate(err)
	}
	head, err := f.q.FeedHead(ctx) // last, because some may have been forgotten meanwhile
	if err != nil || head.Forgotten > position {
		return nil, err == nil, translate(err)
	}
	return mapped(rows, eventOf), false, nil
}

// positionOf returns the position of an event in the feed. It is unknown if the event never
// existed, or if it is forgotten and not the newest.
func (f *feed) positionOf(ctx context.Context, id domain.EventID) (position int64, known bool, err error) {
	switch {
	case id == "":
		return 0, true, nil
	case !uuidPattern.MatchString(string(id)):
		return 0, false, nil
	}
	position, err = f.q.EventPosition(ctx, string(id))
	if !errors.Is(err, pgx.ErrNoRows) {
		return position, err == nil, err
	}
	head, err := f.q.FeedHead(ctx)
	return head.Position, err == nil && idOf[domain.EventID](head.FeedID) == id, err
}

func eventOf(r sqlcgen.Event) domain.Event {
	return domain.Event{
		ID: idOf[domain.EventID](r.FeedID), Action: domain.Action(r.Action), PropertyID: idOf[domain.PropertyID](r.PropertyID),
		PhotoID: idOf[domain.PhotoID](r.PhotoID), State: domain.State(r.State), SLALevel: domain.SLALevel(r.SlaLevel), At: r.At,
		OwnerID: idOf[domain.UserID](r.OwnerID), Roles: texts[domain.Role](r.Roles),
		LostBy: idOf[domain.UserID](r.LostBy), GivenTo: idOf[domain.UserID](r.GivenTo),
	}
}

// Wait implements ports.EventFeed. While the database is down it keeps waiting. Errors:
// KindUnavailable once the store is closed.
func (f *feed) Wait(ctx context.Context, after domain.EventID) error {
	f.start.Do(func() { go f.follow() }) //nolint:contextcheck // follows for all who wait, not for this one
	for asked := false; ; asked = true {
		f.mu.Lock()
		newest, grown := f.newest, f.grown
		f.mu.Unlock()
		if !asked { // there may be events from before this feed began to listen
			if id, err := f.Newest(ctx); err == nil {
				newest = max(newest, id)
			}
		}
		if newest > after {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		case <-f.ctx.Done():
			return unavailable(f.ctx.Err())
		}
	}
}

// follow wakes the callers of Wait, until the feed is closed: on a notification, and every
// Options.FeedPoll in case one was lost.
func (f *feed) follow() {
	defer close(f.done)
	for f.ctx.Err() == nil {
		if err := f.listen(); err != nil && f.ctx.Err() == nil {
			f.store.options.Logger.WarnContext(f.ctx, "event feed lost its connection", "error", err)
			f.refresh()
			select {
			case <-time.After(min(time.Second, f.store.options.FeedPoll)):
			case <-f.ctx.Done():
			}
		}
	}
}

// listen refreshes on every notification, and every Options.FeedPoll, until its connection
// breaks.
func (f *feed) listen() error {
	conn, err := pgx.ConnectConfig(f.ctx, f.store.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(f.ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx) // the server notices by itself
	}()
	if err := checkSession(f.ctx, conn); err != nil {
		return err
	}
	if _, err := conn.Exec(f.ctx, "LISTEN propflow_events"); err != nil {
		return err
	}
	for {
		f.refresh()
		ctx, cancel := context.WithTimeout(f.ctx, f.store.options.FeedPoll)
		_, err := conn.WaitForNotification(ctx)
		quiet := ctx.Err() != nil && f.ctx.Err() == nil && !conn.IsClosed()
		cancel()
		if err != nil && !quiet {
			return err
		}
	}
}

// refresh wakes the callers of Wait if there is a newer event.
func (f *feed) refresh() {
	newest, err := f.Newest(f.ctx)
	if err != nil {
		return // the next look may succeed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if newest > f.newest {
		f.newest = newest
		close(f.grown)
		f.grown = make(chan struct{})
	}
}

// close ends the follower, if it ever began.
func (f *feed) close() {
	f.end()
	f.start.Do(func() { close(f.done) })
	<-f.done
}
