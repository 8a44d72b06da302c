package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// onEmptyDatabase sets the environment for a migrated database without anybody in it, and
// returns what runs a command there.
func onEmptyDatabase(t *testing.T) func(args ...string) (string, error) {
	t.Helper()
	url := servers.Postgres(t)
	t.Setenv("MIGRATE_DATABASE_URL", url)
	t.Setenv("DATABASE_URL", url)
	require.NoError(t, run(t.Context(), []string{"migrate", "up"}, io.Discard))
	return func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), args, &out)
		return out.String(), err
	}
}

func TestTheFirstAdminOfAnEmptyDatabase(t *testing.T) {
	do := onEmptyDatabase(t)
	add := func(phone, role string) (string, error) {
		return do("staff", "add", "--phone", phone, "--name", "Anil Kapur", "--role", role)
	}
	said, err := add("98111 00001", "ADMIN")
	require.NoError(t, err)
	assert.Contains(t, said, "ADMIN +91********01 is added")
	assert.NotContains(t, said, "otpauth", "its secret is the admin's own")

	_, err = add("+919811100001", "ADMIN")
	assert.ErrorContains(t, err, "phone_taken", "once more, it says so and changes nothing")
	_, err = add("12345", "ADMIN")
	assert.ErrorContains(t, err, "phone")
	_, err = add("+919811100002", "CUSTOMER")
	assert.ErrorContains(t, err, "--role")
	_, err = add("+919811100002", "VALUER")
	require.NoError(t, err)

	said, err = do("staff", "list")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	require.Len(t, lines, 3, said)
	assert.Regexp(t, `^[-0-9a-f]{36} +ADMIN +\+91\*{8}01 +none +Anil Kapur +yes +not yet +\d{4}-\d\d-\d\d$`, lines[1])
	assert.Contains(t, lines[2], "VALUER")
	assert.NotContains(t, said, "9811100001")
}

func TestDeadLettersOfAnEmptyDatabase(t *testing.T) {
	do := onEmptyDatabase(t)
	said, err := do("jobs", "dead")
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(said, "\n"), "the heading alone: %s", said)
	_, err = do("jobs", "retry", "7")
	assert.ErrorContains(t, err, "dead_letter_not_found")
}

func TestOperatorsNeedADatabase(t *testing.T) {
	for _, args := range [][]string{
		{"staff", "list"}, {"jobs", "dead"}, {"jobs", "retry", "1"}, {"staff", "add", "--phone", "+919811100001", "--name", "A B", "--role", "ADMIN"},
	} {
		assert.ErrorContains(t, run(t.Context(), args, io.Discard), "DATABASE_URL", "%v", args)
	}
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
	assert.ErrorContains(t, run(t.Context(), []string{"jobs", "dead"}, io.Discard), "database_unavailable")
}
