package intake_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// call is one use case in a world in which it succeeds.
type call struct {
	keyed   bool
	prepare func(w *world) func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error)
}

func calls() map[string]call {
	type execute = func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error)
	return map[string]call{
		"create": {true, func(w *world) execute {
			w.Agree(owner)
			return func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
				return w.create().Execute(ctx, intake.CreatePropertyInput{Actor: owner, Key: key, Type: domain.House, Details: fixture.Details()})
			}
		}},
		"get": {false, func(w *world) execute {
			id := w.draft(owner)
			return func(ctx context.Context, _ domain.IdempotencyKey) (domain.Property, error) {
				return intake.GetProperty{UnitOfWork: w.Store, Clock: w.Clock}.Execute(ctx, intake.GetPropertyInput{Actor: owner, PropertyID: id})
			}
		}},
		"list": {false, func(w *world) execute {
			w.draft(owner)
			return func(ctx context.Context, _ domain.IdempotencyKey) (domain.Property, error) {
				_, err := intake.ListProperties{UnitOfWork: w.Store}.Execute(ctx, intake.ListPropertiesInput{Actor: owner})
				return domain.Property{}, err
			}
		}},
		"update": {false, func(w *world) execute {
			id := w.draft(owner)
			version := w.Property(id).Version
			return func(ctx context.Context, _ domain.IdempotencyKey) (domain.Property, error) {
				out, err := w.update().Execute(ctx, intake.UpdatePropertyInput{Actor: owner, PropertyID: id, Version: version, Change: fixture.Details()})
				return out.Property, err
			}
		}},
		"delete": {false, func(w *world) execute {
			id := w.ready(owner)
			return func(ctx context.Context, _ domain.IdempotencyKey) (domain.Property, error) {
				return domain.Property{}, w.delete().Execute(ctx, intake.DeletePropertyInput{Actor: owner, PropertyID: id})
			}
		}},
		"submit": {true, func(w *world) execute {
			id := w.ready(owner)
			return func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
				return w.submit().Execute(ctx, intake.SubmitPropertyInput{Actor: owner, Key: key, PropertyID: id})
			}
		}},
		"withdraw": {true, func(w *world) execute {
			id := w.submitted(owner)
			return func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
				return w.withdraw().Execute(ctx, intake.WithdrawPropertyInput{Actor: owner, Key: key, PropertyID: id})
			}
		}},
	}
}

func TestARequestThatComesAgainChangesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range calls() {
		if !c.keyed {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			execute := c.prepare(w)
			before := len(w.Everything().Audit)
			results := make([]domain.Property, 8)
			var racers sync.WaitGroup
			for i := range results {
				racers.Go(func() {
					var err error
					results[i], err = execute(t.Context(), keyOf(name, "a"))
					assert.NoError(t, err)
				})
			}
			racers.Wait()
			for _, r := range results {
				assert.Equal(t, w.Property(r.ID), r, "all get the one result, as it is stored")
			}
			after := w.Everything()
			assert.Len(t, after.Audit, before+1)

			_, err := execute(t.Context(), keyOf(name, "b"))
			fixture.Refused(t, err, domain.KindKeyReused, "idempotency_key_reused")
			assert.Equal(t, after, w.Everything())

			w.Clock.Advance(domain.IdempotencyTTL)
			_, err = execute(t.Context(), keyOf(name, "a"))
			assert.Equal(t, name == "create", err == nil, "a key is forgotten after a day")
		})
	}
}

// Whatever call of a port fails, the use case says so, changes nothing, and succeeds when
// asked again.
func TestEveryPortCallMayFail(t *testing.T) {
	t.Parallel()
	for name, c := range calls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := domain.IdempotencyKey{}
			if c.keyed {
				key = keyOf(name, "a")
			}
			fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 3, Prepare: func(w *fixture.World) func(context.Context) error {
				execute := c.prepare(&world{w})
				return func(ctx context.Context) error {
					_, err := execute(ctx, key)
					return err
				}
			}})
		})
	}
}
