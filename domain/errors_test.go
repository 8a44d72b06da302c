package domain_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestKindsOfErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		kind domain.Kind
		code string
		text string
	}{
		{domain.NotFound("flag_resolution"), domain.KindNotFound, "flag_resolution_not_found", "no such flag resolution"},
		{domain.Conflict("taken", "%d are taken", 2), domain.KindConflict, "taken", "2 are taken"},
		{domain.Forbidden("no", "not you"), domain.KindForbidden, "no", "not you"},
		{domain.Unauthenticated("who", "who are you"), domain.KindUnauthenticated, "who", "who are you"},
		{domain.Stale("property"), domain.KindStale, "stale_version", "read it again"},
		{domain.Unavailable("store", time.Second, io.EOF), domain.KindUnavailable, "store_unavailable", "EOF"},
		{domain.Violations{{Field: "a.b", Rule: "range", Message: "must be 1"}}.Err(), domain.KindInvalid, "invalid_input", "a.b: must be 1"},
		{io.EOF, domain.KindInternal, "internal", "EOF"},
		{errors.Join(io.EOF, domain.NotFound("photo")), domain.KindNotFound, "photo_not_found", "no such photo"},
	} {
		for _, err := range []error{c.err, fmt.Errorf("while saving: %w", c.err)} {
			assert.Equal(t, c.kind, domain.KindOf(err), c.code)
			assert.Equal(t, c.code, domain.CodeOf(err))
			assert.ErrorContains(t, err, c.text)
			for _, kind := range domain.Kinds {
				_, ours := errors.AsType[*domain.Error](err)
				assert.Equal(t, ours && kind == c.kind, domain.IsKind(err, kind), "%s is %s", c.code, kind)
			}
		}
	}
	assert.False(t, domain.IsKind(nil, domain.KindInternal))
	assert.ElementsMatch(t, constants(t, "Kind", "errors.go"), asStrings(domain.Kinds))
}

func TestCausesAreKept(t *testing.T) {
	t.Parallel()
	err := domain.Unavailable("store", 3*time.Second, io.ErrUnexpectedEOF)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 3*time.Second, e.RetryAfter)
	assert.NotContains(t, e.Message, "EOF", "a cause is logged, never shown")
}

func TestViolations(t *testing.T) {
	t.Parallel()
	var v domain.Violations
	v.Require(true, "a", "range", "never seen")
	require.NoError(t, v.Err())
	v.Require(false, "a", "range", "must be 1")
	v.Require(false, "b", "enum", "must be x")
	err := v.Err()
	assert.Equal(t, []string{"a range", "b enum"}, brokenFields(t, err))
	assert.EqualError(t, err, "invalid_input: the input breaks a rule; a: must be 1; b: must be x")
}
