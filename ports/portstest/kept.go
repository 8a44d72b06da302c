package portstest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// kept is the suite that every store of one kind of thing passes.
type kept[K ~string, V any] struct {
	thing string // as errors name it, e.g. "user"
	id    func(V) K
	// make returns three values of one thing: first and second with every field set, but
	// differently, and bare without optional fields. Each call makes another thing.
	make func(c *cast) (first, second, bare V)
	// fixed names the fields that never change once a thing is added.
	fixed []string

	add    func(ctx context.Context, tx ports.Tx, v V) error
	get    func(ctx context.Context, tx ports.Tx, id K) (V, error)
	lock   func(ctx context.Context, tx ports.Tx, id K) (V, error) // nil if there is none
	update func(ctx context.Context, tx ports.Tx, v *V) error      // nil if there is none
	remove func(ctx context.Context, tx ports.Tx, id K) error      // nil if there is none

	version func(v *V) *int64
	// tally adds n to a field that racing writers use as a counter, and returns the sum.
	tally func(v *V, n int) int
}

// run runs all parts, each on a store of its own.
func (k kept[K, V]) run(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	part := func(name string, check func(t *testing.T, c *cast)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, populate(t, open(t)))
		})
	}
	part("keeps every field", k.keepsEveryField)
	part("holds copies", k.keepsCopies)
	part("says what is missing", k.reportsMissing)
	if k.update != nil {
		part("updates every field", k.updatesEveryField)
		part("refuses a stale version", k.refusesStale)
		part("one of many stale writers wins", k.oneStaleWriterWins)
		part("undoes an update", k.undoesUpdate)
	}
	if k.lock != nil && k.update != nil {
		part("locked writers lose nothing", k.lockedWritersLoseNothing)
	}
	if k.remove != nil {
		part("deletes", k.deletes)
	}
}

func (k kept[K, V]) stored(t *testing.T, c *cast, id K) V {
	t.Helper()
	return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (V, error) { return k.get(ctx, tx, id) })
}

func (k kept[K, V]) added(t *testing.T, c *cast, v V) V {
	t.Helper()
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return k.add(ctx, tx, v) })
	return tidy(v)
}

func (k kept[K, V]) keepsEveryField(t *testing.T, c *cast) {
	first, _, _ := k.make(c)
	_, _, bare := k.make(c)
	for _, v := range []V{first, bare} {
		k.added(t, c, v)
		same(t, v, k.stored(t, c, k.id(v)))
		if k.lock != nil {
			same(t, v, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (V, error) { return k.lock(ctx, tx, k.id(v)) }))
		}
	}
}

func (k kept[K, V]) keepsCopies(t *testing.T, c *cast) {
	first, second, _ := k.make(c)
	want := tidy(first)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		mine := tidy(first)
		defer scramble(mine) // after it is stored
		return k.add(ctx, tx, mine)
	})
	same(t, want, k.stored(t, c, k.id(first)), "the store shares what it was given")
	isolated(t, func() V { return k.stored(t, c, k.id(first)) })
	if k.update == nil {
		return
	}
	want = tidy(second)
	*k.version(&want) = *k.version(&first) + 1
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		mine := tidy(second)
		defer scramble(&mine)
		return k.update(ctx, tx, &mine)
	})
	same(t, want, k.stored(t, c, k.id(first)), "the store shares what it was given")
}

func (k kept[K, V]) reportsMissing(t *testing.T, c *cast) {
	code := k.thing + "_not_found"
	missing := K(newID())
	absent := func(fn func(ctx context.Context, tx ports.Tx) error) {
		t.Helper()
		fails(t, c.uow, domain.KindNotFound, code, fn)
	}
	absent(func(ctx context.Context, tx ports.Tx) error { _, err := k.get(ctx, tx, missing); return err })
	if k.lock != nil {
		absent(func(ctx context.Context, tx ports.Tx) error { _, err := k.lock(ctx, tx, missing); return err })
	}
	if k.update != nil {
		first, _, _ := k.make(c)
		absent(func(ctx context.Context, tx ports.Tx) error { v := first; return k.update(ctx, tx, &v) })
	}
	if k.remove != nil {
		absent(func(ctx context.Context, tx ports.Tx) error { return k.remove(ctx, tx, missing) })
	}
}

func (k kept[K, V]) updatesEveryField(t *testing.T, c *cast) {
	first, second, bare := k.make(c)
	k.mustDiffer(t, first, second)
	k.added(t, c, first)
	want := *k.version(&first)
	for _, next := range []V{second, bare, first} {
		*k.version(&next) = want
		want++
		var updated V
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			updated = tidy(next)
			return k.update(ctx, tx, &updated)
		})
		require.Equal(t, want, *k.version(&updated), "Update raises the version of its argument by one")
		*k.version(&next) = want
		same(t, next, k.stored(t, c, k.id(first)))
	}
}

// mustDiffer asserts that first and second differ in every field that is not fixed. Otherwise
// the test could not detect a field that Update does not store.
func (k kept[K, V]) mustDiffer(t *testing.T, first, second V) {
	t.Helper()
	a, b := reflect.ValueOf(first), reflect.ValueOf(second)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if equal := reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()); name != "Version" {
			require.Equal(t, slices.Contains(k.fixed, name), equal, "field %s of the fixtures", name)
		}
	}
}

func (k kept[K, V]) refusesStale(t *testing.T, c *cast) {
	first, second, _ := k.make(c)
	k.added(t, c, first)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { v := first; return k.update(ctx, tx, &v) })
	for _, wrong := range []int64{0, 2, -1} {
		fails(t, c.uow, domain.KindStale, "stale_version", func(ctx context.Context, tx ports.Tx) error {
			stale := tidy(second)
			*k.version(&stale) = *k.version(&first) + wrong
			err := k.update(ctx, tx, &stale)
			assert.Equal(t, *k.version(&first)+wrong, *k.version(&stale), "a refused update leaves the version of its argument")
			return err
		})
	}
	*k.version(&first)++
	same(t, first, k.stored(t, c, k.id(first)))
}

// oneStaleWriterWins races writers that all have read the same version before.
func (k kept[K, V]) oneStaleWriterWins(t *testing.T, c *cast) {
	first, _, _ := k.make(c)
	k.added(t, c, first)
	before := k.tally(&first, 0)
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			mine := tidy(first)
			k.tally(&mine, 1)
			return k.update(ctx, tx, &mine)
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindStale))
	after := k.stored(t, c, k.id(first))
	require.Equal(t, before+1, k.tally(&after, 0))
}

// lockedWritersLoseNothing races writers that read under lock.
func (k kept[K, V]) lockedWritersLoseNothing(t *testing.T, c *cast) {
	first, _, _ := k.make(c)
	k.added(t, c, first)
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			mine, err := k.lock(ctx, tx, k.id(first))
			if err != nil {
				return err
			}
			dawdle() // so that a lock that does not work loses an update
			k.tally(&mine, 1)
			return k.update(ctx, tx, &mine)
		})
	})
	require.Equal(t, racers, winners(t, errs, domain.KindStale))
	after := k.stored(t, c, k.id(first))
	require.Equal(t, k.tally(&first, 0)+racers, k.tally(&after, 0))
	require.Equal(t, *k.version(&first)+racers, *k.version(&after))
}

func (k kept[K, V]) undoesUpdate(t *testing.T, c *cast) {
	first, second, _ := k.make(c)
	k.added(t, c, first)
	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		v := tidy(second)
		if err := k.update(ctx, tx, &v); err != nil {
			return err
		}
		seen, err := k.get(ctx, tx, k.id(first))
		if err == nil {
			assert.Equal(t, tidy(v), tidy(seen), "a transaction sees what it wrote")
		}
		return errUndo
	})
	require.ErrorIs(t, err, errUndo)
	same(t, first, k.stored(t, c, k.id(first)))
}

func (k kept[K, V]) deletes(t *testing.T, c *cast) {
	first, _, _ := k.make(c)
	k.added(t, c, first)
	remove := func(ctx context.Context, tx ports.Tx) error { return k.remove(ctx, tx, k.id(first)) }
	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := remove(ctx, tx); err != nil {
			return err
		}
		return errUndo
	})
	require.ErrorIs(t, err, errUndo)
	same(t, first, k.stored(t, c, k.id(first)), "a deletion that was rolled back")
	do(t, c.uow, remove)
	fails(t, c.uow, domain.KindNotFound, k.thing+"_not_found", remove)
	fails(t, c.uow, domain.KindNotFound, k.thing+"_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := k.get(ctx, tx, k.id(first))
		return err
	})
}
