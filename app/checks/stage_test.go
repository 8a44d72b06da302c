package checks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/tests/kit/servers"
)

// stage is a migrated database and a bucket, as the product and its checks see them.
type stage struct {
	t     *testing.T
	cfg   config.Checks
	store *postgres.Store
	blobs *s3.Blobs
	// versions is whether the bucket keeps overwritten and deleted objects.
	versions bool
	super    *pgx.Conn // of somebody who may do everything in the database
}

func newStage(t *testing.T) *stage {
	t.Helper()
	database, bucket := servers.Postgres(t), servers.S3(t)
	require.NoError(t, app.Migrate(t.Context(), config.Migrations{URL: database}, "up", &bytes.Buffer{}))
	s := &stage{t: t, cfg: config.Checks{
		Database: config.Database{DatabaseURL: database},
		S3: config.S3{
			S3Bucket: bucket.Bucket, S3Endpoint: bucket.Endpoint, S3Region: bucket.Region,
			AccessKey: bucket.AccessKey, SecretKey: bucket.SecretKey,
		},
	}}
	s.versions = bucket.Versions(t)
	var err error
	s.store, err = postgres.Open(t.Context(), database, postgres.Options{MaxConns: 8, Jobs: postgres.JobOptions{Poll: 100 * time.Millisecond}})
	require.NoError(t, err)
	t.Cleanup(s.store.Close)
	s.blobs, err = s3.Open(s3.Options{
		Bucket: bucket.Bucket, Region: bucket.Region, Endpoint: bucket.Endpoint, PathStyle: true,
		AccessKey: bucket.AccessKey, SecretKey: bucket.SecretKey,
	})
	require.NoError(t, err)
	s.super, err = pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.super.Close(context.Background()) })
	return s
}

func (s *stage) exec(statement string, args ...any) {
	s.t.Helper()
	tag, err := s.super.Exec(s.t.Context(), statement, args...)
	require.NoError(s.t, err)
	require.NotZero(s.t, tag.RowsAffected(), "%s changed nothing", statement)
}

// anchor runs the daily job.
func (s *stage) anchor() {
	s.t.Helper()
	job := assurance.AnchorAudit{UnitOfWork: s.store, Blobs: s.blobs, Clock: system.Clock{}, Heads: 5}
	require.NoError(s.t, job.Execute(s.t.Context(), ""))
}

// line is one line of JSON, a finding or the counts.
type line struct {
	Rule, Property, Subject, Note string
	Warning                       bool
	Finished                      bool
	Counts                        *assurance.Tally
}

// verdict is what a check says.
type verdict struct {
	found  []string // "RULE property subject"
	counts assurance.Tally
	code   int
}

// ask runs a check and reads its answer.
func (s *stage) ask(check func(context.Context, config.Checks, checks.Options, *bytes.Buffer) error, o checks.Options) verdict {
	s.t.Helper()
	o.JSON = true
	var out bytes.Buffer
	err := check(s.t.Context(), s.cfg, o, &out)
	var v verdict
	if err != nil {
		var coded interface{ ExitCode() int }
		require.ErrorAs(s.t, err, &coded)
		v.code = coded.ExitCode()
	}
	for text := range strings.Lines(out.String()) {
		var l line
		require.NoError(s.t, json.Unmarshal([]byte(text), &l), text)
		if l.Counts != nil {
			v.counts = *l.Counts
			require.True(s.t, l.Finished)
			continue
		}
		s.t.Log(strings.TrimSpace(text))
		v.found = append(v.found, strings.Join(strings.Fields(l.Rule+" "+l.Property+" "+l.Subject), " "))
	}
	return v
}

func invariants(ctx context.Context, cfg config.Checks, o checks.Options, out *bytes.Buffer) error {
	return checks.Invariants(ctx, cfg, o, out)
}

func audit(ctx context.Context, cfg config.Checks, o checks.Options, out *bytes.Buffer) error {
	return checks.Audit(ctx, cfg, o, out)
}
