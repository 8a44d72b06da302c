package redis_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
)

// eventID is the id that a database's feed gives its n-th event.
func eventID(n int) domain.EventID {
	return domain.EventID(fmt.Sprintf("01935700-0000-7000-8000-%012x", n))
}

func event(n int) domain.Event {
	return domain.Event{ID: eventID(n), Action: domain.ActionClaimed, PropertyID: domain.PropertyID(fmt.Sprint(n)), At: time.Unix(0, 0).UTC()}
}

func events(from, to int) []domain.Event {
	var all []domain.Event
	for n := from; n <= to; n++ {
		all = append(all, event(n))
	}
	return all
}

// publish publishes the events behind the one numbered after, up to the last; after 0 they
// are the first of all.
func publish(t *testing.T, stream *redis.Stream, after, last int) {
	t.Helper()
	require.True(t, published(t, stream, after, last))
}

func published(t *testing.T, stream *redis.Stream, after, last int) bool {
	t.Helper()
	var follows domain.EventID
	if after > 0 {
		follows = eventID(after)
	}
	fits, err := stream.Publish(t.Context(), follows, events(after+1, last))
	require.NoError(t, err)
	return fits
}

// since returns the numbers of the events that the stream returns after one of them.
func since(t *testing.T, stream *redis.Stream, after int) (numbers []int) {
	t.Helper()
	found, gone, err := stream.Since(t.Context(), eventID(after), 1000)
	require.NoError(t, err)
	require.False(t, gone)
	for _, e := range found {
		var n int
		_, err := fmt.Sscan(string(e.PropertyID), &n)
		require.NoError(t, err)
		require.Equal(t, event(n), e)
		numbers = append(numbers, n)
	}
	return numbers
}

func TestStreamTakesAnEventOnce(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	stream := redis.NewStream(client, 100)
	publish(t, stream, 0, 0)
	require.Empty(t, raw.list(t), "nothing is nothing")
	publish(t, stream, 0, 3)
	publish(t, stream, 2, 5) // by a relay that was slower to see what is there
	publish(t, stream, 2, 4)
	publish(t, stream, 5, 6)
	require.Equal(t, []int{2, 3, 4, 5, 6}, since(t, stream, 1))
}

func TestStreamTakesNoGap(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	stream := redis.NewStream(client, 100)
	publish(t, stream, 0, 3)
	require.False(t, published(t, stream, 4, 6), "event 4 is not there")
	require.False(t, published(t, stream, 0, 6), "it does not begin anew by itself")
	require.Equal(t, []int{2, 3}, since(t, stream, 1))

	require.NoError(t, stream.Forget(t.Context(), eventID(2)))
	require.NoError(t, stream.Forget(t.Context(), "no event"))
	require.Equal(t, []int{2, 3}, since(t, stream, 1), "event 2 is not the newest")
	require.NoError(t, stream.Forget(t.Context(), eventID(3)))
	require.Empty(t, raw.list(t))
	publish(t, stream, 7, 9) // an empty stream begins anywhere
	require.Equal(t, []int{9}, since(t, stream, 8))
	for _, after := range []domain.EventID{"", eventID(3), eventID(7)} {
		_, gone, err := stream.Since(t.Context(), after, 10)
		require.NoError(t, err)
		require.True(t, gone, after)
	}
}

func TestStreamTakesNoForeignID(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	stream := redis.NewStream(client, 100)
	for _, id := range []domain.EventID{"", "1-1", "01935700-0000-7000-8000-00000000000G", "0193570000007000800000000000001a", "01935700-0000-7000-8000-00000000000A"} {
		e := event(1)
		e.ID = id
		_, err := stream.Publish(t.Context(), "", []domain.Event{e})
		require.Error(t, err, id)
	}
	_, err := stream.Publish(t.Context(), "of another feed", events(1, 1))
	require.Error(t, err)
	require.Empty(t, raw.list(t))
}

func TestStreamKeepsTheNewest(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	stream := redis.NewStream(client, 200)
	for n := range 20 {
		publish(t, stream, 100*n, 100*n+100)
	}
	newest, err := stream.Newest(t.Context())
	require.NoError(t, err)
	require.Equal(t, eventID(2000), newest)
	numbers := since(t, stream, 1900)
	require.Len(t, numbers, 100)
	require.True(t, slices.IsSorted(numbers))
	kept := raw.XLen(t.Context(), raw.prefix+"events").Val()
	require.GreaterOrEqual(t, kept, int64(200))
	require.Less(t, kept, int64(400))
	for _, after := range []domain.EventID{"", eventID(1), "0-0", "-", "1-x", domain.EventID(strings.ToUpper(string(eventID(0x7cf))))} {
		found, gone, err := stream.Since(t.Context(), after, 10)
		require.NoError(t, err)
		require.True(t, gone, after)
		require.Empty(t, found)
	}
}

// A replica that published with another format must not stop the others silently.
func TestStreamSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for field, value := range map[string]string{"other": "{}", "event": "{"} {
		client, raw := open(t)
		require.NoError(t, raw.XAdd(t.Context(), &goredis.XAddArgs{Stream: raw.prefix + "events", Values: []any{field, value, "after", ""}}).Err())
		_, _, err := redis.NewStream(client, 10).Since(t.Context(), "", 10)
		require.ErrorContains(t, err, "redis: entry ")
		require.Equal(t, domain.KindInternal, domain.KindOf(err))
	}
}

func TestOneFollowerServesAllWhoWait(t *testing.T) {
	t.Parallel()
	_, raw := open(t)
	client := redis.Open(redis.Options{Addr: raw.Options().Addr, Prefix: raw.prefix, PoolSize: 2})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	stream := redis.NewStream(client, 100)
	const clients = 200
	ended := make(chan error, clients)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range clients {
		go func() { ended <- stream.Wait(ctx, "") }()
	}
	publish(t, stream, 0, 1)
	for range clients {
		require.NoError(t, <-ended)
	}
}

func TestRefusedCommandIsAFaultOfOurs(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	require.NoError(t, raw.Set(t.Context(), raw.prefix+"events", "a string", 0).Err())
	_, err := redis.NewStream(client, 10).Publish(t.Context(), "", events(1, 1))
	require.ErrorContains(t, err, "WRONGTYPE")
	require.Equal(t, domain.KindInternal, domain.KindOf(err))
}

func TestLeaseIsHeldByOne(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	first, second := redis.NewLease(client, "relay", time.Minute), redis.NewLease(client, "relay", time.Minute)
	holds := func(l *redis.Lease) bool {
		held, err := l.Hold(t.Context())
		require.NoError(t, err)
		return held
	}
	require.True(t, holds(first))
	require.False(t, holds(second))
	require.True(t, holds(redis.NewLease(client, "another", time.Minute)))
	keys := raw.list(t)
	require.Len(t, keys, 2)
	for _, key := range keys {
		require.NoError(t, raw.PExpire(t.Context(), key, time.Second).Err())
	}
	require.True(t, holds(first), "it is prolonged")
	require.NoError(t, second.Release(t.Context()))
	require.False(t, holds(second), "nobody gives away what another holds")
	require.NoError(t, first.Release(t.Context()))
	require.True(t, holds(second))
	for _, key := range raw.list(t) {
		require.NoError(t, raw.Del(t.Context(), key).Err()) // it ran out
	}
	require.True(t, holds(first))
}
