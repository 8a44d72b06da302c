package api

import (
	"context"
	"sync"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

// openStreams counts the live streams of each customer in this process. Counting those of other
// processes too would cost a round trip for each stream, and a count that outlives a process that
// died; the limit is low enough that a few processes together cannot be exhausted by it.
type openStreams struct {
	mu sync.Mutex
	of map[domain.UserID]int
}

// enter counts a stream of the user until leave is called, unless there are most already.
func (s *openStreams) enter(user domain.UserID, most int) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[user] >= most {
		return nil, false
	}
	if s.of == nil {
		s.of = make(map[domain.UserID]int)
	}
	s.of[user]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.of[user]--; s.of[user] == 0 {
			delete(s.of, user)
		}
	}), true
}

// enterStream counts a stream of a customer; staff may have any number. Errors: KindTooMany
// "too_many_streams", those of getSettings.
func (s *server) enterStream(ctx context.Context, actor domain.Actor) (leave func(), err error) {
	if actor.Role != domain.RoleCustomer {
		return func() {}, nil
	}
	settings, err := s.UseCases.GetSettings.Execute(ctx, identity.GetSettingsInput{Actor: actor})
	if err != nil {
		return nil, err
	}
	leave, ok := s.streams.enter(actor.ID, settings.Limits.Streams)
	if !ok {
		return nil, &domain.Error{
			Kind: domain.KindTooMany, Code: "too_many_streams", Message: "too many live streams are open at a time; close one",
			RetryAfter: eventPulse, // a stream whose client vanished ends by then
		}
	}
	return leave, nil
}
