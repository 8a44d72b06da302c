package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/tests/kit/snapshot"
	"github.com/propflow/propflow/tests/kit/stack"
)

// world is the release at work. err is the first error of anybody; nothing is done after it.
type world struct {
	stack *stack.Stack
	out   io.Writer
	began time.Time
	turns *rand.Rand   // chooses the API of each request
	only  []stack.Part // the APIs that are asked, all if it is empty

	admin, supervisor, valuer, leaver *person
	owner                             *person
	owners                            []*person // all of them, once both releases run

	rupee   string // the id of the sale oneRupee
	drawn   int64  // photos
	houses  int
	replays []snapshot.Replay
	err     error
}

func (w *world) say(format string, args ...any) {
	_, _ = fmt.Fprintf(w.out, "%6.1f s  %s\n", time.Since(w.began).Seconds(), fmt.Sprintf(format, args...))
}

// await asks until something is so.
func (w *world) await(ctx context.Context, so func() bool) {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for !so() && w.err == nil {
		select {
		case <-look.C:
		case <-ctx.Done():
			w.err = ctx.Err()
		}
	}
}

// take ends the release, whose jobs are then as it left them, and returns what it stored.
func (w *world) take(ctx context.Context) (snapshot.Snapshot, error) {
	taken := snapshot.Snapshot{At: time.Now().UTC(), Replays: w.replays}
	for _, p := range w.stack.Processes() {
		if err := p.Member.Stop(); err != nil {
			return taken, err
		}
	}
	conn, err := pgx.Connect(ctx, w.stack.Postgres.Member.Link())
	if err != nil {
		return taken, err
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&taken.Schema); err != nil {
		return taken, err
	}
	if taken.Tables, err = snapshot.Tables(ctx, conn); err != nil {
		return taken, err
	}
	b := w.stack.Bucket
	bucket, err := s3.Open(s3.Options{
		Bucket: b.Bucket, Endpoint: b.Endpoint, Region: b.Region, AccessKey: b.AccessKey, SecretKey: b.SecretKey, PathStyle: true,
	})
	if err != nil {
		return taken, err
	}
	taken.Objects, err = snapshot.Objects(ctx, bucket)
	return taken, err
}
