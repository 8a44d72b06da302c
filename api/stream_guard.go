package api

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// guardEvery is how often the sessions of live streams are looked at. With the time of a
	// query, a stream ends within a second of its session.
	guardEvery = 400 * time.Millisecond
	// guardPatience is how long streams go on while their sessions cannot be looked at.
	guardPatience = 10 * time.Second
)

// streamGuard ends live streams when their sessions end. It looks at the sessions of all streams
// at once, and only while there are streams.
type streamGuard struct {
	uow   ports.UnitOfWork
	clock ports.Clock

	mu      sync.Mutex
	streams map[*guarded]struct{}
	rest    context.CancelFunc // ends run; nil while there is no stream
}

// guarded is one stream.
type guarded struct {
	identity domain.Identity
	end      context.CancelFunc
}

func newStreamGuard(uow ports.UnitOfWork, clock ports.Clock) *streamGuard {
	return &streamGuard{uow: uow, clock: clock, streams: make(map[*guarded]struct{})}
}

// watch returns a context that ends with ctx, or soon after the session of the identity. release
// must be called once, when the stream is over.
func (g *streamGuard) watch(ctx context.Context, identity domain.Identity) (watched context.Context, release func()) {
	watched, end := context.WithCancel(ctx)
	stream := &guarded{identity, end}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.streams[stream] = struct{}{}
	if g.rest == nil {
		running, rest := context.WithCancel(context.Background())
		g.rest = rest
		go g.run(running)
	}
	return watched, func() {
		end()
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.streams, stream)
		if len(g.streams) == 0 {
			g.rest()
			g.rest = nil
		}
	}
}

// run looks at the sessions until ctx ends.
func (g *streamGuard) run(ctx context.Context) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for seen := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		streams := g.open()
		if g.look(ctx, streams) {
			seen = time.Now()
			continue
		}
		if time.Since(seen) > guardPatience {
			for _, stream := range streams {
				stream.end()
			}
		}
	}
}

func (g *streamGuard) open() []*guarded {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.streams))
}

// look ends the streams whose sessions have ended, and reports whether it could find out.
func (g *streamGuard) look(ctx context.Context, streams []*guarded) bool {
	ctx, cancel := context.WithTimeout(ctx, guardPatience)
	defer cancel()
	ids := make([]domain.SessionID, len(streams))
	for i, stream := range streams {
		ids[i] = stream.identity.SessionID
	}
	found, err := ports.InTx(ctx, g.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SessionStanding, error) {
		return tx.Sessions.Standings(ctx, ids)
	})
	if err != nil {
		return false
	}
	standings := make(map[domain.SessionID]domain.SessionStanding, len(found))
	for _, standing := range found {
		standings[standing.SessionID] = standing
	}
	now := g.clock.Now()
	for _, stream := range streams {
		if standings[stream.identity.SessionID].Admits(stream.identity, now) != nil {
			stream.end()
		}
	}
	return true
}
