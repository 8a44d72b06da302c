package doctor

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
)

const redisArea area = "redis"

// behind is how long the stream of events may lag behind the database.
const behind = time.Minute

func (d Doctor) openRedis() *redis.Client {
	c := d.Config.Redis
	return redis.Open(redis.Options{
		Addr:     net.JoinHostPort(c.RedisHost, strconv.Itoa(int(c.RedisPort))),
		Password: c.RedisPassword, TLS: c.RedisTLS, Prefix: c.RedisPrefix, Patience: d.Limits.RedisPatience,
	})
}

// redis returns the checks of the server, its memory and the stream of live events.
func (d Doctor) redis(b *database) []check {
	if name, faulty := d.faulty("REDIS_"); faulty {
		return []check{{string(redisArea), "server", func(context.Context) []Finding {
			return []Finding{redisArea.find(Warning, "set it first", "not checked, as %s cannot be used", name)}
		}}}
	}
	return []check{{string(redisArea), "server", d.redisServer}, b.on(redisArea, "live events", d.stream)}
}

func (d Doctor) redisServer(ctx context.Context) []Finding {
	client := d.openRedis()
	defer func() { _ = client.Close() }() // no command is in flight
	ctx, cancel := context.WithTimeout(ctx, d.Limits.Patience)
	defer cancel()
	state, err := client.State(ctx)
	if err != nil {
		return []Finding{redisArea.find(Critical, "start it, or see the runbook, Redis down: nobody can log in, all else goes on", "not reachable: %s", cause(err))}
	}
	found := []Finding{redisArea.ok("Redis %s answers", state.Version)}
	if major, _, _ := strings.Cut(state.Version, "."); major != "" && len(major) == 1 && major < "7" {
		found = append(found, redisArea.find(Critical, "upgrade to Redis 7", "Redis %s is older than 7", state.Version))
	}
	if state.Role != "master" {
		found = append(found, redisArea.find(Critical, "point REDIS_HOST at the primary endpoint", "the server is a replica and takes no writes"))
	}
	return append(found, memory(state)...)
}

func memory(state redis.State) []Finding {
	used := redisArea.ok("%s of memory in use, no limit set", size(state.Used))
	if state.Limit > 0 {
		share := 100 * state.Used / state.Limit
		used = redisArea.judged(grade(share, 80, 95), "raise cache_class; see which keys grow: redis-cli --bigkeys", "%s of %s of memory in use (%d %%)", size(state.Used), size(state.Limit), share)
	}
	if state.Policy == "noeviction" {
		return []Finding{used}
	}
	return []Finding{used, redisArea.find(Warning, "set maxmemory-policy to noeviction", "policy %s throws sessions and one-time codes away when memory is full", state.Policy)}
}

// stream compares the stream of live events with the feed of the database.
func (d Doctor) stream(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	store, err := postgres.Open(ctx, d.Config.DatabaseURL, postgres.Options{MaxConns: 1})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	identity, err := store.Identity(ctx)
	if err != nil {
		return nil, err
	}
	feed, err := row[struct {
		Newest  int64 // milliseconds since 1970, 0 if there never was an event
		Pending int
		Oldest  float64 // seconds
	}](ctx, pool, `SELECT h.ms, (SELECT count(*) FROM events WHERE position IS NULL)::int,
		coalesce((SELECT extract(epoch FROM now() - min(at)) FROM events WHERE position IS NULL), 0)::float8 FROM feed_head h`)
	if err != nil {
		return nil, err
	}
	client := d.openRedis()
	defer func() { _ = client.Close() }() // no command is in flight
	stream := redis.NewStream(client.Within(identity), redis.DefaultRetained)
	length, err := stream.Length(ctx)
	if err != nil {
		return []Finding{redisArea.find(Warning, "mend Redis first; meanwhile events come from PostgreSQL", "live events: not checked, as Redis does not answer")}, nil
	}
	newest, err := stream.Newest(ctx)
	if err != nil {
		return nil, err
	}
	var found []Finding
	if oldest := time.Duration(feed.Oldest * float64(time.Second)); oldest > behind {
		found = append(found, redisArea.find(Warning, "see that the API runs: its relay numbers them", "%d events wait for the relay, the oldest for %s", feed.Pending, oldest.Round(time.Second)))
	}
	at := eventTime(newest)
	lag := time.UnixMilli(feed.Newest).Sub(at)
	switch {
	case length == 0:
		found = append(found, redisArea.ok("the stream of live events is empty"))
	case lag > behind:
		found = append(found, redisArea.find(Warning, "see that the API runs and logs no fault of its relay (runbook, live events)", "the stream of live events is %s behind the database", lag.Round(time.Second)))
	default:
		severity := OK
		if length > 2*redis.DefaultRetained {
			severity = Warning
		}
		found = append(found, redisArea.judged(severity, "restart the API: whoever publishes trims the stream", "%d live events in the stream, the newest %s old", length, d.Clock.Now().Sub(at).Round(time.Second)))
	}
	return found, nil
}

// eventTime returns when an event got its id, a UUID of version 7 (RFC 9562, section 5.7).
func eventTime(id domain.EventID) time.Time {
	digits := strings.ReplaceAll(string(id), "-", "")
	ms, err := strconv.ParseInt(digits[:min(len(digits), 12)], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
