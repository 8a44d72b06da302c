package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
)

// listening is how long Redis blocks a read to wait for the next event. It bounds the time
// until the follower notices that Redis is frozen or that there is no caller of Wait left.
const listening = time.Second

// follower reads the end of a stream for all callers of Wait, over one connection.
type follower struct {
	newest domain.EventID
	grown  chan struct{} // closed when newest changes or err is set
	err    error
}

// Wait implements ports.EventFeed. Errors: KindUnavailable, at most listening + Patience
// after Redis went away.
func (s *Stream) Wait(ctx context.Context, after domain.EventID) error {
	f := s.join(ctx)
	defer s.leave()
	for {
		s.mu.Lock()
		newest, grown, err := f.newest, f.grown, f.err
		s.mu.Unlock()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case newest > after:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-grown:
		case <-ctx.Done():
		}
	}
}

// join returns the follower, which it starts for the first caller.
func (s *Stream) join(ctx context.Context) *follower {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters++
	if s.follower == nil {
		s.follower = &follower{grown: make(chan struct{})}
		go s.follow(context.WithoutCancel(ctx), s.follower)
	}
	return s.follower
}

func (s *Stream) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters--
}

// follow announces new events until there is no caller of Wait left or Redis fails.
func (s *Stream) follow(ctx context.Context, f *follower) {
	newest, err := s.Newest(ctx)
	for s.announce(f, newest, err) {
		newest, err = s.next(ctx, newest)
	}
}

// announce wakes the callers of Wait if there is a newer event or an error, and reports
// whether to continue.
func (s *Stream) announce(f *follower, newest domain.EventID, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if newest != f.newest || err != nil {
		f.newest, f.err = newest, err
		close(f.grown)
		f.grown = make(chan struct{})
	}
	if err != nil || s.waiters == 0 {
		s.follower = nil
		return false
	}
	return true
}

// next waits for an event after the given one and returns the newest that it reads. If there
// is none within listening, it returns the given one.
func (s *Stream) next(ctx context.Context, after domain.EventID) (domain.EventID, error) {
	from, ok := entryID(after)
	if !ok {
		from = "0-0" // the beginning
	}
	ctx, cancel := context.WithTimeout(ctx, listening+s.client.patience)
	defer cancel()
	streams, err := s.client.redis.XRead(ctx, &redis.XReadArgs{Streams: []string{s.key, from}, Count: 1000, Block: listening}).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return after, nil
	case err != nil:
		return after, translate(err)
	}
	entries := streams[0].Messages
	return eventID(entries[len(entries)-1].ID)
}
