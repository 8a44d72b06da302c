package snapshot_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

const schema = `
	CREATE TABLE owners (id bigserial PRIMARY KEY, name text, "order" int, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
	CREATE TABLE homes (owner_id bigint NOT NULL REFERENCES owners, facts jsonb);
	CREATE TABLE empty (id int);
	CREATE TABLE goose_db_version (id int);`

func database(t *testing.T, statements string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), servers.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) })
	_, err = conn.Exec(t.Context(), statements)
	require.NoError(t, err)
	return conn
}

// archived returns the snapshot as an archive keeps it.
func archived(t *testing.T, s snapshot.Snapshot) snapshot.Snapshot {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept.zip")
	require.NoError(t, s.Write(path))
	kept, err := snapshot.Read(path)
	require.NoError(t, err)
	return kept
}

func TestTheRowsOfADatabaseAreKeptAndFillAnother(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	from := database(t, schema+`
		INSERT INTO owners (name, "order") VALUES (E'two\nlines\tand \\N', 1), (NULL, NULL), ('तीन', 3);
		INSERT INTO homes VALUES (3, '{"rooms": [1, 2]}'), (1, NULL);
		INSERT INTO goose_db_version VALUES (7)`)
	tables, err := snapshot.Tables(ctx, from)
	require.NoError(t, err)
	kept := archived(t, snapshot.Snapshot{Release: "1.2.3", Schema: 7, At: time.Unix(1, 0).UTC(), Tables: tables, Replays: []snapshot.Replay{{Operation: "askFollowUp"}}})
	assert.Equal(t, "1.2.3", kept.Release)
	assert.Equal(t, int64(7), kept.Schema)
	assert.Equal(t, time.Unix(1, 0).UTC(), kept.At)
	assert.Equal(t, "askFollowUp", kept.Replays[0].Operation)

	to := database(t, schema+`INSERT INTO owners (name) VALUES ('to be replaced')`)
	require.NoError(t, kept.Fill(ctx, to))
	filled, err := snapshot.Tables(ctx, to)
	require.NoError(t, err)
	require.Len(t, filled, 3, "the migrations' own table is left out")
	for i, table := range tables {
		assert.Equal(t, table.Name, filled[i].Name)
		assert.Equal(t, string(table.Rows), string(filled[i].Rows))
	}
	var next, twice int
	require.NoError(t, to.QueryRow(ctx, "INSERT INTO owners DEFAULT VALUES RETURNING id, twice").Scan(&next, &twice))
	assert.Equal(t, []int{4, 8}, []int{next, twice}, "the numbers continue")

	other := database(t, strings.Replace(schema, "facts jsonb", "facts jsonb, area int", 1))
	require.ErrorIs(t, kept.Fill(ctx, other), snapshot.ErrSchema)
}

func TestTheObjectsOfABucketAreKeptAndFillAnother(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	photo := domain.Photo{ID: "photo", PropertyID: "property"}
	from := snapshot.Snapshot{Objects: []snapshot.Object{{photo.DisplayKey(), []byte("small")}, {photo.OriginalKey(), []byte("large")}}}
	bucket := memory.NewBlobs(system.Clock{}, nil, "")
	require.NoError(t, from.Put(ctx, bucket))
	objects, err := snapshot.Objects(ctx, bucket)
	require.NoError(t, err)
	kept := archived(t, snapshot.Snapshot{Objects: objects})

	want := map[string]string{photo.DisplayKey(): "", photo.OriginalKey(): "large"}
	got := map[string]string{}
	for _, o := range kept.Objects {
		got[o.Key] = string(o.Data)
	}
	assert.Equal(t, want, got, "a derivative is made anew from its original")
}

func TestAnArchiveThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	_, err := snapshot.Read(filepath.Join(t.TempDir(), "none.zip"))
	require.Error(t, err)
}
