package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/redis/go-redis/v9"
)

const (
	// cacheLasts is how long an answer may be old where its invalidation was lost: a process
	// died between its commit and that, or could not reach Redis.
	cacheLasts = 2 * time.Second
	// cachePatience is how long the cache may take: less than asking the store again would.
	cachePatience = 200 * time.Millisecond
	// cachePause is how long a Redis that did not answer is left alone.
	cachePause = 2 * time.Second
	// generationLasts is how long the generation of a topic that nobody writes is kept.
	generationLasts = 24 * time.Hour
)

// topic is a set of things that are written and read: every write invalidates all answers
// about its topic.
type topic string

// cache keeps answers. Their keys hang on the generation of their topic, a random value that
// every write sets anew. Whoever reads takes the generation before it asks the store, and
// keeps the answer under it, so that an answer from before a write is never found after it.
type cache struct {
	client  *Client
	breaker circuitbreaker.CircuitBreaker[any]

	mu    sync.Mutex
	dirty map[topic]uint64 // written, but not invalidated: which write was the last
	count uint64
}

func newCache(c *Client) *cache {
	return &cache{
		client: c, dirty: make(map[topic]uint64),
		breaker: circuitbreaker.NewBuilder[any]().WithFailureThreshold(1).WithDelay(cachePause).Build(),
	}
}

var errPaused = errors.New("redis: left alone for a while")

// ask calls Redis, unless it is being left alone. A caller who leaves says nothing about
// Redis, except that a trial of it did not succeed.
func (c *cache) ask(ctx context.Context, do func(ctx context.Context) error) error {
	if !c.breaker.TryAcquirePermit() {
		return errPaused
	}
	bounded, cancel := context.WithTimeout(ctx, cachePatience)
	defer cancel()
	err := c.client.call(bounded, do)
	switch {
	case err == nil:
		c.breaker.RecordSuccess()
	case ctx.Err() == nil || !c.breaker.IsClosed():
		c.breaker.RecordFailure()
	}
	return err
}

func (c *cache) generation(about topic) string { return c.client.key("generation", string(about)) }
func (c *cache) answers(about topic) string    { return c.client.prefix + "answer:" + string(about) + ":" }

// loadAnswer: a new generation, its milliseconds, prefix of answers, question.
var loadAnswer = redis.NewScript(`
local generation = redis.call('GET', KEYS[1])
if not generation then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
	return {ARGV[1], false}
end
return {generation, redis.call('GET', ARGV[3] .. generation .. ':' .. ARGV[4])}`)

// load returns the key under which the answer to a question is to be kept, empty where it is
// not, and the answer if it is there.
func (c *cache) load(ctx context.Context, about topic, question any) (key string, answer []byte) {
	asked, err := json.Marshal(question)
	if err != nil || !c.clean(ctx, about) {
		return "", nil
	}
	sum := sha256.Sum256(asked)
	name := hex.EncodeToString(sum[:16])
	var found []any
	err = c.ask(ctx, func(ctx context.Context) (err error) {
		found, err = loadAnswer.Run(ctx, c.client.redis, []string{c.generation(about)},
			rand.Text(), generationLasts.Milliseconds(), c.answers(about), name).Slice()
		return err
	})
	if err != nil {
		return "", nil
	}
	text, _ := found[1].(string)
	return fmt.Sprintf("%s%s:%s", c.answers(about), found[0], name), []byte(text)
}

// keep keeps answers by their keys.
func (c *cache) keep(ctx context.Context, answers map[string][]byte) {
	_ = c.ask(ctx, func(ctx context.Context) error { // what is not kept is asked for again
		_, err := c.client.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for key, answer := range answers {
				pipe.Set(ctx, key, answer, cacheLasts)
			}
			return nil
		})
		return err
	})
}

// invalidate makes every answer about the topics unknown. Where Redis cannot be told, this
// process uses no answer about them until it was.
func (c *cache) invalidate(ctx context.Context, about []topic) {
	err := c.ask(ctx, func(ctx context.Context) error {
		_, err := c.client.redis.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, written := range about {
				pipe.Set(ctx, c.generation(written), rand.Text(), generationLasts)
			}
			return nil
		})
		return err
	})
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	for _, written := range about {
		c.dirty[written] = c.count
	}
}

// clean reports whether every write of this process was told to Redis; where one was not, it
// tries again.
func (c *cache) clean(ctx context.Context, about topic) bool {
	c.mu.Lock()
	write, dirty := c.dirty[about]
	c.mu.Unlock()
	if !dirty {
		return true
	}
	err := c.ask(ctx, func(ctx context.Context) error {
		return c.client.redis.Set(ctx, c.generation(about), rand.Text(), generationLasts).Err()
	})
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dirty[about] == write {
		delete(c.dirty, about)
	}
	_, dirty = c.dirty[about]
	return !dirty
}
