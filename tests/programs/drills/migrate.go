package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// noLockTimeout spoils the migration: it waits for its lock without a limit.
const noLockTimeout = "no-lock-timeout"

// The next release's migrations: one takes the strongest lock of the table that most requests
// read and write, the other builds an index of it.
const (
	columnFile = "migrations/99998_drill_column.sql"
	indexFile  = "migrations/99999_drill_index.sql"

	addColumn = `-- +goose Up
%s
ALTER TABLE properties ADD COLUMN drill text;

-- +goose Down
ALTER TABLE properties DROP COLUMN drill;
`
	buildIndex = `-- +goose NO TRANSACTION
-- +goose Up
DROP INDEX CONCURRENTLY IF EXISTS properties_drill_idx;
CREATE INDEX CONCURRENTLY properties_drill_idx ON properties (drill);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS properties_drill_idx;
`
)

// migrateDrill migrates to the next release while people work and while a reader and a writer
// keep their transactions open.
func migrateDrill(ctx context.Context, w *world) error {
	spoil := ""
	if w.spoil == noLockTimeout {
		spoil = "SET LOCAL lock_timeout = 0;"
	}
	next, err := w.stack.NextRelease(ctx, map[string]string{columnFile: fmt.Sprintf(addColumn, spoil), indexFile: buildIndex})
	if err != nil {
		return err
	}
	w.crew.start(ctx)
	if err := w.crew.await(ctx, w.journeys, w.began); err != nil {
		return err
	}
	w.say("before: %s", spread(w.meter.take()))
	began := time.Now()
	held, err := w.holdOpen(ctx)
	if err != nil {
		return err
	}
	output, err := next.Command(ctx, "migrate", "up")
	took := time.Since(began)
	during := w.meter.take()
	for line := range strings.Lines(output) {
		w.say("  %s", strings.TrimSpace(line))
	}
	if err := <-held; err != nil {
		return err
	}
	if err != nil {
		w.blame("the migration is applied", err.Error())
	}
	if err := w.crew.await(ctx, w.journeys, began); err != nil {
		return err
	}
	w.crew.stop()
	w.say("migrated within %.1f s; meanwhile %s", took.Seconds(), spread(during))
	w.judgeRequests(during)
	w.judgeProcesses()
	return w.judgeWork(ctx)
}

// holdOpen opens a transaction with a reader's lock on five tables, as pg_dump has on all, and
// one that has written to a property. Both end after w.hold, and the channel delivers the error
// of ending them.
func (w *world) holdOpen(ctx context.Context) (ended chan error, err error) {
	var open []pgx.Tx
	for _, statement := range []string{
		"LOCK TABLE properties, photos, users, comparables, valuations IN ACCESS SHARE MODE",
		"UPDATE properties SET state = state WHERE id = (SELECT id FROM properties WHERE state = 'VALUED' ORDER BY created_at LIMIT 1)",
	} {
		config, err := pgx.ParseConfig(w.stack.Postgres.Member.Link())
		if err != nil {
			return nil, err
		}
		config.RuntimeParams["application_name"] = "drill"
		conn, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		tx, err := conn.Begin(ctx)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, statement); err != nil {
			return nil, err
		}
		open = append(open, tx)
	}
	w.say("a reader and a writer keep their transactions open for %s", w.hold)
	ended = make(chan error, 1)
	time.AfterFunc(w.hold, func() {
		var failure error
		for _, tx := range open {
			if err := tx.Rollback(ctx); err != nil {
				failure = err
			}
			_ = tx.Conn().Close(ctx)
		}
		ended <- failure
	})
	return ended, nil
}

// refuses is how long a request waits for the database before it is answered 503. Such answers
// are no fault if the bound is not below this.
const refuses = 5 * time.Second

// judgeRequests blames requests that were refused or took longer than the bound.
func (w *world) judgeRequests(during []timed) {
	var slow, refused []string
	for _, t := range during {
		if t.took > w.bound {
			slow = append(slow, t.String())
		}
		if t.status == http.StatusServiceUnavailable && w.bound < refuses {
			refused = append(refused, t.String())
		}
	}
	w.blame(fmt.Sprintf("no request takes longer than %s", w.bound), slow...)
	w.blame("no request is refused", refused...)
	w.say("%d requests took longer than %s, %d were refused", len(slow), w.bound, len(refused))
}

// judgeWork blames acknowledged writes that are lost, and waits for the remaining jobs.
func (w *world) judgeWork(ctx context.Context) error {
	there, err := w.observe(ctx)
	if err != nil {
		return err
	}
	writes, _ := w.books.all()
	for _, lost := range compare(writes, there).lost {
		w.blame("every acknowledged write is there", lost.String())
	}
	w.say("%d acknowledged writes are there, %d journeys came to their end", len(writes), len(w.crew.finished))
	return w.drain(ctx)
}
