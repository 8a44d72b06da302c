package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/internal/cooldown"
)

const (
	// cacheLasts is how long Redis keeps a page, and how long a process keeps a decoded page
	// that it got from Redis. Twice as long is the greatest age of a page whose invalidation
	// was lost, because a process died between its commit and the invalidation, or could not
	// reach Redis.
	cacheLasts = time.Second
	// cachePause is how long Redis is not asked after it did not answer.
	cachePause = 2 * time.Second
	// generationLasts is how long the generation is kept if there are no writes.
	generationLasts = 24 * time.Hour
	// maxDecodedPages is the maximum number of decoded pages that a process keeps, some kilobytes
	// each.
	maxDecodedPages = 256
)

type queuePage = domain.List[domain.Property]

// pages caches pages of the queue. Their keys contain a generation, a random value that every
// write replaces. A reader gets the generation before it asks the store, and stores the page
// under it, so that a page from before a write is never found after the write. Because a key
// never gets another page, each process also keeps decoded pages in its own memory.
type pages struct {
	client *Client
	guard  *cooldown.Guard // of Redis

	mu      sync.Mutex
	missed  uint64 // the last write whose invalidation failed, 0 if there is none
	writes  uint64 // count of the writes whose invalidation failed
	decoded map[string]decodedPage
}

type decodedPage struct {
	page  queuePage
	until time.Time
}

func newPages(c *Client) *pages {
	return &pages{
		client: c, decoded: make(map[string]decodedPage), guard: cooldown.New(c.patience/5, cachePause),
	}
}

// ask calls Redis, unless the guard is pausing after a failure.
func (p *pages) ask(ctx context.Context, do func(ctx context.Context) error) error {
	return p.guard.Ask(ctx, func(ctx context.Context) error { return p.client.call(ctx, do) })
}

func (p *pages) generationKey() string { return p.client.prefix + "queue:generation" }

// generation returns the generation, and sets one if there is none. KEYS: the generation.
// ARGV: a new one, its milliseconds.
var generation = redis.NewScript(`
local now = redis.call('GET', KEYS[1])
if not now then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
	now = ARGV[1]
end
return {now}`)

// key returns the key of the page that answers a question now, or "" if Redis fails or does
// not know of every write of this process.
func (p *pages) key(ctx context.Context, question any) string {
	asked, err := json.Marshal(question)
	if err != nil || !p.caughtUp(ctx) {
		return ""
	}
	var now []any
	err = p.ask(ctx, func(ctx context.Context) (err error) {
		now, err = generation.Run(ctx, p.client.redis, []string{p.generationKey()}, rand.Text(), generationLasts.Milliseconds()).Slice()
		return err
	})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(asked)
	text, _ := now[0].(string)
	return p.client.prefix + "queue:" + text + ":" + hex.EncodeToString(sum[:16])
}

// find returns the page of a key, if it is cached.
func (p *pages) find(ctx context.Context, key string) (queuePage, bool) {
	p.mu.Lock()
	known, found := p.decoded[key]
	p.mu.Unlock()
	if found && time.Now().Before(known.until) {
		return copyPage(known.page), true
	}
	var text []byte
	err := p.ask(ctx, func(ctx context.Context) (err error) {
		text, err = p.client.redis.Get(ctx, key).Bytes()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	var page queuePage
	if err != nil || len(text) == 0 || json.Unmarshal(text, &page) != nil {
		return queuePage{}, false
	}
	p.remember(key, page)
	return copyPage(page), true
}

// remember keeps a decoded page for this process.
func (p *pages) remember(key string, page queuePage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.decoded) >= maxDecodedPages {
		clear(p.decoded) // nearly all are of earlier generations
	}
	p.decoded[key] = decodedPage{page, time.Now().Add(cacheLasts)}
}

// keep caches pages by their keys. It retains the pages, so the caller must not change them.
func (p *pages) keep(ctx context.Context, found map[string]queuePage) {
	_ = p.ask(ctx, func(ctx context.Context) error { // a page not kept is read again
		_, err := p.client.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for key, page := range found {
				text, err := json.Marshal(page)
				if err != nil {
					return err
				}
				pipe.Set(ctx, key, text, cacheLasts)
				p.remember(key, page)
			}
			return nil
		})
		return err
	})
}

// renew sets a new generation, which makes all cached pages unreachable.
func (p *pages) renew(ctx context.Context) error {
	return p.ask(ctx, func(ctx context.Context) error {
		return p.client.redis.Set(ctx, p.generationKey(), rand.Text(), generationLasts).Err()
	})
}

// invalidate makes the cached pages unreachable. If that fails, this process uses no cached
// page until an invalidation succeeds.
func (p *pages) invalidate(ctx context.Context) {
	if p.renew(ctx) == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	p.missed = p.writes
}

// caughtUp reports whether Redis knows of every write of this process. If it does not, caughtUp
// tries to invalidate its pages again.
func (p *pages) caughtUp(ctx context.Context) bool {
	p.mu.Lock()
	missed := p.missed
	p.mu.Unlock()
	if missed == 0 {
		return true
	}
	if p.renew(ctx) != nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.missed == missed {
		p.missed = 0
	}
	return p.missed == 0
}

// copyPage returns a copy of the page that shares nothing changeable with it.
func copyPage(page queuePage) queuePage {
	if page.Items == nil {
		return page
	}
	items := make([]domain.Property, len(page.Items))
	for i, item := range page.Items {
		items[i] = copyProperty(item)
	}
	page.Items = items
	return page
}

func copyProperty(p domain.Property) domain.Property {
	d := &p.Details
	for _, number := range []**int{&d.Bedrooms, &d.Bathrooms, &d.Floor, &d.YearBuilt} {
		*number = copied(*number)
	}
	d.Location, p.FirstPin = copied(d.Location), copied(p.FirstPin)
	p.Claim, p.Reservation = copied(p.Claim), copied(p.Reservation)
	p.SignOffFlag, p.Rejection = copied(p.SignOffFlag), copied(p.Rejection)
	p.Handovers = slices.Clone(p.Handovers)
	if p.FollowUps != nil {
		p.FollowUps = append([]domain.FollowUp{}, p.FollowUps...)
		for i, f := range p.FollowUps {
			if f.Items != nil {
				p.FollowUps[i].Items = append([]domain.FollowUpItem{}, f.Items...)
			}
		}
	}
	return p
}

func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	fresh := *v
	return &fresh
}
