package memory

import (
	"context"
	"fmt"
	"reflect"

	"github.com/propflow/propflow/domain"
)

// tableView is one table within a unit of work. It has the methods that most stores share.
type tableView[K comparable, V any] struct {
	*unit
	table *table[K, V]
	port  string // its name in ports.Tx
	thing string // what one row is called in errors
}

func rows[K comparable, V any](u *unit, t *table[K, V], port, thing string) tableView[K, V] {
	return tableView[K, V]{u, t, port, thing}
}

// Get returns a copy of one row.
func (s tableView[K, V]) Get(ctx context.Context, id K) (V, error) { return s.read(ctx, "Get", id) }

// Lock is the same as Get: transactions run one after the other, so there is nothing to lock.
func (s tableView[K, V]) Lock(ctx context.Context, id K) (V, error) { return s.read(ctx, "Lock", id) }

func (s tableView[K, V]) read(ctx context.Context, method string, id K) (V, error) {
	var none V
	if err := s.begin(ctx, method); err != nil {
		return none, err
	}
	v, ok := s.table.get(id)
	if !ok {
		return none, domain.NotFound(s.thing)
	}
	return v, nil
}

// Add stores a new row.
func (s tableView[K, V]) Add(ctx context.Context, value V) error {
	return s.addIf(ctx, value, func(V) error { return nil })
}

// addIf is Add, unless allowed returns an error.
func (s tableView[K, V]) addIf(ctx context.Context, value V, allowed func(V) error) error {
	if err := s.begin(ctx, "Add"); err != nil {
		return err
	}
	if _, ok := s.table.held[s.table.key(&value)]; ok {
		return fmt.Errorf("memory: a %s of this id was added before", s.thing)
	}
	if err := allowed(value); err != nil {
		return err
	}
	s.table.put(s.unit, value)
	return nil
}

// Delete removes one row.
func (s tableView[K, V]) Delete(ctx context.Context, id K) error {
	if err := s.begin(ctx, "Delete"); err != nil {
		return err
	}
	if _, ok := s.table.held[id]; !ok {
		return domain.NotFound(s.thing)
	}
	s.table.delete(s.unit, id)
	return nil
}

// Update stores a changed row under the next version.
func (s tableView[K, V]) Update(ctx context.Context, value *V) error {
	return s.updateIf(ctx, value, func(V) error { return nil })
}

// updateIf is Update, unless allowed returns an error.
func (s tableView[K, V]) updateIf(ctx context.Context, value *V, allowed func(V) error) error {
	if err := s.begin(ctx, "Update"); err != nil {
		return err
	}
	before, ok := s.table.held[s.table.key(value)]
	switch {
	case !ok:
		return domain.NotFound(s.thing)
	case *versionOf(before) != *versionOf(value):
		return domain.Stale(s.thing)
	}
	if err := allowed(*value); err != nil {
		return err
	}
	*versionOf(value)++
	s.table.put(s.unit, *value)
	return nil
}

func (s tableView[K, V]) begin(ctx context.Context, method string) error {
	return s.call(ctx, s.port+"."+method)
}

// versionOf returns a pointer to the field Version of a struct, which must have one.
func versionOf[V any](value *V) *int64 {
	version, _ := reflect.ValueOf(value).Elem().FieldByName("Version").Addr().Interface().(*int64)
	return version
}
