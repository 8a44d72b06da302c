package portstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Idempotency checks a ports.Idempotency through ports.Once. open returns an empty store.
func Idempotency(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"a request that comes again changes nothing":  replaysRequest,
		"a key stands for one request":                refusesOtherRequest,
		"users and operations have keys of their own": separatesKeys,
		"racing twins run once":                       racingTwins,
		"forgets in time":                             forgetsInTime,
		"a failed request is not remembered":          forgetsFailure,
		"without a key every request runs":            runsWithoutKey,
		"a key is saved once":                         savesOnce,
	})
}

// answer is the result of the requests of this suite.
type answer struct {
	Text  string
	Bytes []byte
	Inner *answer
}

func (c *cast) key() domain.IdempotencyKey {
	return domain.IdempotencyKey{UserID: c.owner.ID, Operation: "createProperty", Key: "ключ 1", Fingerprint: digest(1)}
}

// request runs a request with a key that appends a step and returns the text.
func (c *cast) request(key domain.IdempotencyKey, now time.Time, text string) (answer, error) {
	return ports.Once(c.t.Context(), c.uow, key, now, func(ctx context.Context, tx ports.Tx) (answer, error) {
		err := tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: c.property.ID, At: noon})
		return answer{Text: text, Bytes: []byte{0, 255}, Inner: &answer{Text: "₹"}}, err
	})
}

// ran asserts how many requests appended their step.
func (c *cast) ran(want int) {
	c.t.Helper()
	steps := read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) {
		return tx.Steps.Between(ctx, noon, noon.Add(time.Second))
	})
	require.Len(c.t, steps, want, "requests that ran")
}

func replaysRequest(t *testing.T, c *cast) {
	first, err := c.request(c.key(), noon, "first")
	require.NoError(t, err)
	c.ran(1)
	for range 2 {
		again, err := c.request(c.key(), noon.Add(time.Hour), "again")
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	c.ran(1)
	isolated(t, func() []byte {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]byte, error) {
			record, found, err := tx.Idempotency.Find(ctx, c.key(), noon)
			assert.True(t, found)
			assert.Equal(t, c.key(), record.Key)
			assert.Equal(t, noon, record.CreatedAt)
			return record.Result, err
		})
	})
}

func refusesOtherRequest(t *testing.T, c *cast) {
	_, err := c.request(c.key(), noon, "first")
	require.NoError(t, err)
	other := c.key()
	other.Fingerprint = digest(2)
	_, err = c.request(other, noon, "other")
	isError(t, err, domain.KindKeyReused, "idempotency_key_reused")
	c.ran(1)
}

func separatesKeys(t *testing.T, c *cast) {
	keys := []domain.IdempotencyKey{c.key(), c.key(), c.key(), c.key()}
	keys[1].UserID = c.valuer.ID
	keys[2].Operation = "submitProperty"
	keys[3].Key = "ключ 2"
	for i, key := range keys {
		_, err := c.request(key, noon, key.Operation)
		require.NoError(t, err)
		c.ran(i + 1)
	}
}

func racingTwins(t *testing.T, c *cast) {
	answers := make([]answer, racers)
	errs := race(racers, func(i int) (err error) {
		answers[i], err = c.request(c.key(), noon, newID())
		return err
	})
	c.ran(1)
	var first *answer
	for i, err := range errs {
		switch {
		case err != nil:
			isError(t, err, domain.KindConflict, "request_in_progress")
		case first == nil:
			first = &answers[i]
		default:
			require.Equal(t, *first, answers[i])
		}
	}
	require.NotNil(t, first, "one of the twins is answered")
}

func forgetsInTime(t *testing.T, c *cast) {
	_, err := c.request(c.key(), noon, "first")
	require.NoError(t, err)
	_, err = c.request(c.key(), noon.Add(domain.IdempotencyTTL-time.Microsecond), "again")
	require.NoError(t, err)
	c.ran(1)
	other := c.key()
	other.Fingerprint = digest(2) // an expired key may be used for another request
	late, err := c.request(other, noon.Add(domain.IdempotencyTTL), "later")
	require.NoError(t, err)
	require.Equal(t, "later", late.Text)
	c.ran(2)
	again, err := c.request(other, noon.Add(2*domain.IdempotencyTTL-time.Microsecond), "again")
	require.NoError(t, err)
	require.Equal(t, "later", again.Text)
	c.ran(2)
}

func forgetsFailure(t *testing.T, c *cast) {
	failure := errors.New("failure")
	_, err := ports.Once(t.Context(), c.uow, c.key(), noon, func(context.Context, ports.Tx) (answer, error) { return answer{}, failure })
	require.ErrorIs(t, err, failure)
	_, err = c.request(c.key(), noon, "first")
	require.NoError(t, err)
	c.ran(1)
}

func runsWithoutKey(t *testing.T, c *cast) {
	for i := range 3 {
		_, err := c.request(domain.IdempotencyKey{UserID: c.owner.ID, Operation: "createProperty"}, noon, "first")
		require.NoError(t, err)
		c.ran(i + 1)
	}
}

func savesOnce(t *testing.T, c *cast) {
	save := func(ctx context.Context, tx ports.Tx) error {
		return tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: c.key(), Result: []byte("1"), CreatedAt: noon})
	}
	do(t, c.uow, save)
	fails(t, c.uow, domain.KindConflict, "request_in_progress", save)
}
