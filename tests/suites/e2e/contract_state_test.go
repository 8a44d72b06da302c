package e2e_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports"
)

// state is a hash of everything that the product remembers: rows, jobs, events, codes,
// sessions, files and messages. Two hashes are the same if nothing changed in between. How
// often somebody asked, which the rate limiter counts, is not part of it.
func (s *stage) state(t *testing.T) string {
	t.Helper()
	s.idle(t)
	if s.ground != nil {
		return s.ground.state(t)
	}
	var hash string
	require.NoError(t, s.Store.Do(t.Context(), func(context.Context, ports.Tx) error { // nobody writes meanwhile
		var b strings.Builder
		for _, part := range []any{s.Store, s.LoginAttempts, s.Blobs, s.Inbox} {
			write(&b, reflect.ValueOf(part), map[uintptr]bool{})
		}
		hash = fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
		return nil
	}))
	return hash
}

// notState are fields that hold no memory of what happened, and the security log, in which refusals are.
var notState = []string{"security", "securityIDs", "sealed", "batches", "clock", "faults", "logger", "reruns", "turn", "mu", "changed", "grown", "runs", "next"}

// write writes a value so that equal values, and only they, read the same.
func write(b *strings.Builder, v reflect.Value, above map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || above[v.Pointer()] {
			b.WriteString("~")
			return
		}
		above[v.Pointer()] = true
		write(b, v.Elem(), above)
		delete(above, v.Pointer())
	case reflect.Interface:
		if !v.IsNil() {
			write(b, v.Elem(), above)
		}
	case reflect.Struct:
		b.WriteString("{")
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if slices.Contains(notState, name) || v.Type() == reflect.TypeFor[time.Time]() && name == "loc" {
				continue
			}
			b.WriteString(name + ":")
			write(b, v.Field(i), above)
		}
		b.WriteString("}")
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			b.Write(v.Bytes())
			return
		}
		b.WriteString("[")
		for i := range v.Len() {
			write(b, v.Index(i), above)
			b.WriteString(",")
		}
		b.WriteString("]")
	case reflect.Map:
		entries := make([]string, 0, v.Len())
		for key, value := range v.Seq2() {
			if value.Kind() == reflect.Slice && value.Len() == 0 {
				continue // what a rollback leaves of a list that began
			}
			var entry strings.Builder
			write(&entry, key, above)
			entry.WriteString("=")
			write(&entry, value, above)
			entries = append(entries, entry.String())
		}
		slices.Sort(entries)
		for _, entry := range entries {
			b.WriteString(entry + ";")
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Invalid:
	default:
		fmt.Fprintf(b, "%v;", v)
	}
}

// kept are the fields that hold one entry for each thing remembered: rows, audit entries,
// steps, events, messages, files.
var kept = []string{"held", "audit", "steps", "events", "received", "objects"}

// size counts what the product remembers.
func (s *stage) size(t *testing.T) (size int) {
	t.Helper()
	s.idle(t)
	if s.ground != nil {
		return s.ground.size(t)
	}
	require.NoError(t, s.Store.Do(t.Context(), func(context.Context, ports.Tx) error {
		size = 0
		for _, part := range []any{s.Store, s.Blobs, s.Inbox} {
			size += count(reflect.ValueOf(part), false, map[uintptr]bool{})
		}
		return nil
	}))
	return size
}

// count counts the entries of the kept fields below v, which is one of them if here is true.
func count(v reflect.Value, here bool, seen map[uintptr]bool) (n int) {
	switch v.Kind() {
	case reflect.Pointer:
		if !here && !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			n = count(v.Elem(), false, seen)
		}
	case reflect.Struct:
		if strings.HasPrefix(v.Type().Name(), "index[") {
			return 0 // holds what is held elsewhere
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !here && !slices.Contains(notState, name) {
				n += count(v.Field(i), slices.Contains(kept, name), seen)
			}
		}
	case reflect.Slice:
		if here {
			n = v.Len()
		}
	case reflect.Map:
		switch {
		case !here:
		case v.Type().Elem().Kind() == reflect.Slice: // the entries of audit chains
			for _, chain := range v.Seq2() {
				n += chain.Len()
			}
		default:
			n = v.Len()
		}
	default:
	}
	return n
}

func TestStateSeesEveryChange(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	seen := map[string]string{s.state(t): "the beginning"}
	changed := func(what string) {
		t.Helper()
		now := s.state(t)
		require.Empty(t, seen[now], "%s changed nothing", what)
		require.Equal(t, now, s.state(t), "looking changes nothing")
		seen[now] = what
	}
	id := s.draft(t, owner)
	changed("a draft")
	data := []byte("photo")
	_, announced := s.announce(t, owner, id, data, front)
	changed("an announced photo")
	s.upload(t, announced, data)
	changed("a file")
	s.do(t, owner, "POST", "/api/v1/auth/otp", object{"phone": "+919811100000"})
	changed("a code")
	s.do(t, owner, "PATCH", "/api/v1/me", object{"language": "hi"})
	changed("a profile")
	s.do(t, admin, "PUT", "/api/v1/settings", object{
		"min_confidence": 51, "sign_off_amount": object{"amount": 1, "currency": "INR"}, "max_deviation_percent": 20,
		"min_comparables": 3, "search_radius_km": 5, "comparable_max_age_months": 24,
	}, "If-Match", s.do(t, admin, "GET", "/api/v1/settings", nil).header.Get("ETag"))
	changed("settings")
}
