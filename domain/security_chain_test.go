package domain_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestABatchSealsEveryFieldOfItsRows(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)
	events := []domain.SecurityEvent{
		{ID: "b", At: at, Code: domain.SecurityLogin, Count: 1},
		{ID: "a", At: at, Code: domain.SecurityLogout, ActorID: "u", ActorRole: domain.RoleAdmin, TargetID: "t", PropertyID: "p", PhotoID: "f", Client: "c", Detail: "d", Count: 2},
	}
	first := domain.SealSecurity(domain.SecurityBatch{}, events, at.Add(time.Minute), at.Add(time.Minute))
	require.True(t, first.Seals(events))
	require.True(t, first.Seals([]domain.SecurityEvent{events[1], events[0]}), "in any order")
	second := domain.SealSecurity(first, events[:1], at, at)
	assert.EqualValues(t, 2, second.Seq)
	assert.Equal(t, first.Hash, second.Previous)

	assert.False(t, first.Seals(events[:1]))
	assert.False(t, first.Seals(append(events, events[0])))
	for i := range reflect.TypeFor[domain.SecurityEvent]().NumField() {
		changed := []domain.SecurityEvent{events[0], events[1]}
		alter(reflect.ValueOf(&changed[1]).Elem().Field(i))
		assert.False(t, first.Seals(changed), reflect.TypeFor[domain.SecurityEvent]().Field(i).Name)
	}
	for i := range reflect.TypeFor[domain.SecurityBatch]().NumField() {
		changed := first
		alter(reflect.ValueOf(&changed).Elem().Field(i))
		assert.False(t, changed.Seals(events), reflect.TypeFor[domain.SecurityBatch]().Field(i).Name)
	}
}

// alter changes a field.
func alter(field reflect.Value) {
	switch field.Kind() {
	case reflect.String:
		field.SetString(field.String() + "x")
	case reflect.Int, reflect.Int64:
		field.SetInt(field.Int() + 1)
	default:
		at, _ := field.Interface().(time.Time)
		field.Set(reflect.ValueOf(at.Add(time.Microsecond)))
	}
}

func TestAnEventIsStoredInThePrecisionOfStores(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 23, 12, 0, 0, 1999, domain.IST)
	got := domain.SecurityEvent{At: at}.Stored()
	assert.Equal(t, time.Date(2026, time.November, 23, 6, 30, 0, 1000, time.UTC), got.At)
	assert.Equal(t, 1, got.Count)
	seen := make(map[domain.SecurityCode]bool)
	for _, code := range domain.SecurityCodes {
		assert.False(t, seen[code], "%s is listed twice", code)
		assert.Regexp(t, `^[a-z][a-z0-9_]{1,39}$`, code)
		seen[code] = true
	}
}
