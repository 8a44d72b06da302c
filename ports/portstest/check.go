package portstest

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// do runs fn in one transaction that must succeed.
func do(t *testing.T, uow ports.UnitOfWork, fn func(ctx context.Context, tx ports.Tx) error) {
	t.Helper()
	require.NoError(t, uow.Do(t.Context(), fn))
}

// read returns the result of fn, run in a transaction of its own that must succeed.
func read[T any](t *testing.T, uow ports.UnitOfWork, fn func(ctx context.Context, tx ports.Tx) (T, error)) T {
	t.Helper()
	result, err := ports.InTx(t.Context(), uow, fn)
	require.NoError(t, err)
	return result
}

// fails asserts that fn, run in a transaction of its own, fails with this kind and code.
func fails(t *testing.T, uow ports.UnitOfWork, kind domain.Kind, code string, fn func(ctx context.Context, tx ports.Tx) error) {
	t.Helper()
	isError(t, uow.Do(t.Context(), fn), kind, code)
}

func isError(t *testing.T, err error, kind domain.Kind, code string) {
	t.Helper()
	if assert.Error(t, err) {
		assert.Equal(t, kind, domain.KindOf(err), "kind of %v", err)
		assert.Equal(t, code, domain.CodeOf(err), "code of %v", err)
	}
}

// same asserts that two values are equal, including the location and precision of times. An
// empty list equals a nil one.
func same[T any](t *testing.T, want, got T, about ...any) {
	t.Helper()
	require.Equal(t, tidy(want), tidy(got), about...)
}

// tidy returns a deep copy in which empty lists and maps are nil.
func tidy[T any](v T) T {
	var fresh T
	copyInto(reflect.ValueOf(&fresh).Elem(), reflect.ValueOf(&v).Elem())
	return fresh
}

func copyInto(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem())
		}
	case reflect.Slice:
		if from.Len() > 0 {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Map:
		if from.Len() > 0 {
			to.Set(reflect.MakeMapWithSize(from.Type(), from.Len()))
			for entries := from.MapRange(); entries.Next(); {
				value := reflect.New(from.Type().Elem()).Elem()
				copyInto(value, entries.Value())
				to.SetMapIndex(entries.Key(), value)
			}
		}
	case reflect.Struct:
		to.Set(from)
		if from.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range from.NumField() {
			to.Field(i).SetZero()
			copyInto(to.Field(i), from.Field(i))
		}
	default:
		to.Set(from)
	}
}

// scramble zeroes everything that v reaches through pointers, slices and maps. A store that
// shares these with its callers would change too.
func scramble[T any](v T) { scrambleValue(reflect.ValueOf(v)) }

func scrambleValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			scrambleValue(v.Elem())
			v.Elem().SetZero()
		}
	case reflect.Slice:
		for i := range v.Len() {
			scrambleValue(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		v.Clear()
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			scrambleValue(v.Field(i))
		}
	default: // cannot be shared
	}
}

// isolated asserts that changing a list that was read changes nothing in the store.
func isolated[T any](t *testing.T, list func() T) {
	t.Helper()
	first := list()
	before := tidy(first)
	scramble(first)
	same(t, before, list(), "the store shares what it returned")
}

// race runs fn n times concurrently and returns the errors in the order of i.
func race(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var racers sync.WaitGroup
	for i := range n {
		racers.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	racers.Wait()
	return errs
}

// dawdle yields to other goroutines for a while, to make a possible race happen.
func dawdle() {
	for range 100 {
		runtime.Gosched()
	}
}

// winners returns the number of racers without an error and asserts that all others failed
// with the kind lost.
func winners(t *testing.T, errs []error, lost domain.Kind) int {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			assert.Equal(t, lost, domain.KindOf(err), "error of a racer that lost: %v", err)
		}
	}
	return won
}

// racers is the number of goroutines that compete in a race.
const racers = 8

// byTime orders by a time and, if times are equal, by id.
func byTime[T any, I ~string](at func(T) time.Time, id func(T) I) func(a, b T) int {
	return func(a, b T) int { return cmp.Or(at(a).Compare(at(b)), cmp.Compare(id(a), id(b))) }
}

// pages reads a list page by page and asserts that every page but the last is full.
func pages[T any](t *testing.T, limit int, list func(page domain.Page) domain.List[T]) []T {
	t.Helper()
	var all []T
	page := domain.Page{Limit: limit}
	for range 1000 {
		got := list(page)
		all = append(all, got.Items...)
		if got.Next == (domain.Cursor{}) {
			require.LessOrEqual(t, len(got.Items), limit)
			return all
		}
		require.Len(t, got.Items, limit, "a page that is not the last")
		page.Cursor = got.Next
	}
	require.Fail(t, "the list does not end")
	return nil
}

// forged asserts that a cursor that no page returned gives KindInvalid or any page, but no
// other error, because clients may send any cursor.
func forged(t *testing.T, uow ports.UnitOfWork, list func(ctx context.Context, tx ports.Tx, page domain.Page) error) {
	t.Helper()
	for _, cursor := range []domain.Cursor{
		{Key: "x", ID: "y"}, {ID: newID()}, {Key: noon.Format(time.RFC3339Nano)}, {Key: noon.Format(time.RFC3339Nano) + "@x", ID: "'\x00"},
		{Key: "999999999999999999999", ID: newID()}, {Key: "\xff@\xff", ID: newID()},
	} {
		err := uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return list(ctx, tx, domain.Page{Limit: 10, Cursor: cursor})
		})
		if err != nil {
			assert.Equal(t, domain.KindInvalid, domain.KindOf(err), "cursor %q: %v", cursor, err)
		}
	}
}

// paged asserts that a list returns exactly these items in this order for every page size,
// and that changing them does not change the store.
func paged[T any](t *testing.T, want []T, list func(page domain.Page) domain.List[T]) {
	t.Helper()
	for _, limit := range []int{1, 2, max(1, len(want)-1), max(1, len(want)), len(want) + 1} {
		same(t, want, pages(t, limit, list), fmt.Sprintf("pages of %d", limit))
	}
	isolated(t, func() []T { return list(domain.Page{Limit: 100}).Items })
}
