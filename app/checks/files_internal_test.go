package checks

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain/assurance"
)

func TestRestorationsAsText(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	assert.Equal(t, "to restore a/b: deleted; as of 2026-11-23T09:00:00Z", sentence(assurance.Restoration{Key: "a/b", Deleted: true, From: from}, false))
	assert.Equal(t, "restored a/b: overwritten; as of 2026-11-23T09:00:00Z", sentence(assurance.Restoration{Key: "a/b", From: from}, true))
	assert.Equal(t, "LOST a/b: no version is kept", sentence(assurance.Restoration{Key: "a/b", Deleted: true}, true))
	var out bytes.Buffer
	(&report{out: &out}).restored(assurance.RestorationTally{Versions: 12, Deleted: 3}, false)
	assert.Regexp(t, `(?m)^deleted +3$`, out.String())
	assert.Contains(t, out.String(), "Nothing was changed.")
	failing := &report{out: full{}}
	failing.restored(assurance.RestorationTally{}, true)
	require.ErrorIs(t, failing.err, io.ErrShortWrite)
}

func TestAnUnfinishedRestorationSaysSo(t *testing.T) {
	t.Parallel()
	nowhere := config.Checks{Database: config.Database{DatabaseURL: "postgres://127.0.0.1:1/none?connect_timeout=1"}}
	err := RestoreFiles(context.Background(), nowhere, FilesOptions{}, io.Discard)
	var coded interface{ ExitCode() int }
	require.ErrorAs(t, err, &coded)
	assert.Equal(t, 2, coded.ExitCode())
}
