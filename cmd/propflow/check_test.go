package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

func TestChecksEndWithTheirCodes(t *testing.T) {
	for _, command := range [][]string{{"check"}, {"audit", "verify"}, {"files", "restore", "--since=2026-11-23T09:00:00Z"}} {
		err := run(t.Context(), command, io.Discard)
		require.ErrorContains(t, err, "DATABASE_URL", "%v", command)
		require.Equal(t, 2, exitCode(err))
	}
	assert.Equal(t, 1, exitCode(io.EOF))

	database, bucket := servers.Postgres(t), servers.S3(t)
	for name, value := range map[string]string{
		"DATABASE_URL": database, "MIGRATE_DATABASE_URL": database, "S3_BUCKET": bucket.Bucket, "S3_ENDPOINT": bucket.Endpoint,
		"S3_REGION": bucket.Region, "AWS_ACCESS_KEY_ID": bucket.AccessKey, "AWS_SECRET_ACCESS_KEY": bucket.SecretKey,
	} {
		t.Setenv(name, value)
	}
	for _, command := range [][]string{{"check", "--deep"}, {"audit", "verify"}} {
		err := run(t.Context(), command, io.Discard)
		require.Equal(t, 2, exitCode(err), "%v before the migration: %v", command, err)
	}
	require.NoError(t, run(t.Context(), []string{"migrate", "up"}, io.Discard))
	for _, command := range [][]string{{"check", "--deep", "--grace", "1h"}, {"audit", "verify"}} {
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), command, &out), "%v", command)
		assert.Regexp(t, `(?m)^FAULTS +0$`, out.String())
	}
	require.Error(t, run(t.Context(), []string{"files", "restore", "--since=yesterday"}, io.Discard))
	if bucket.Versions(t) {
		require.NoError(t, run(t.Context(), []string{"files", "restore", "--since=2026-11-23T14:30:00+05:30"}, io.Discard))
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"check", "--json"}, &out))
	assert.Contains(t, out.String(), `"finished":true`)
	err := run(t.Context(), []string{"check", "--property", "not an id"}, io.Discard)
	assert.Equal(t, 2, exitCode(err))
	t.Setenv("S3_BUCKET", "there-is-none")
	assert.Equal(t, 2, exitCode(run(t.Context(), []string{"audit", "verify"}, io.Discard)))
}

func TestMigrateCreateWorksInACheckout(t *testing.T) {
	t.Chdir(t.TempDir())
	err := run(t.Context(), []string{"migrate", "create", "more_of_it"}, io.Discard)
	require.ErrorContains(t, err, "checkout")
	require.NoError(t, os.Mkdir("migrations", 0o700))
	require.Error(t, run(t.Context(), []string{"migrate", "create"}, io.Discard), "it needs a name")
	require.Error(t, run(t.Context(), []string{"migrate", "create", "No Name"}, io.Discard))
	require.ErrorContains(t, run(t.Context(), []string{"migrate", "up", "name"}, io.Discard), "takes no name")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"migrate", "create", "more_of_it"}, &out))
	files, err := filepath.Glob("migrations/*_more_of_it.sql")
	require.NoError(t, err)
	require.Len(t, files, 1)
	assert.Equal(t, "created "+files[0]+"\n", out.String())
}
