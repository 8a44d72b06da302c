package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// segmentName is the length of the name of a WAL segment: timeline, log and segment in
// hexadecimal. Names of one timeline sort in the order of their content.
const segmentName = 24

// archiving is how far the WAL had come at a moment.
type archiving struct {
	at       time.Time // before the server was asked, so what was acknowledged until then is in current or before
	current  string    // segment that is being written
	archived string    // newest segment that is archived
	since    time.Time // when it was archived
}

// chronicle records how far the WAL has come, until it is closed.
type chronicle struct {
	cancel context.CancelFunc
	ended  chan struct{}

	mu      sync.Mutex
	records []archiving
	err     error
}

// follow opens a chronicle of the cluster, which asks the server every 50 ms.
func (c *cluster) follow(ctx context.Context) *chronicle {
	ctx, cancel := context.WithCancel(ctx)
	f := &chronicle{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(f.ended)
		err := c.query(ctx, func(conn *pgx.Conn) error {
			ticker := time.NewTicker(50 * time.Millisecond)
			defer ticker.Stop()
			for {
				if err := f.look(ctx, conn); err != nil {
					return err
				}
				select {
				case <-ticker.C:
				case <-ctx.Done():
					return nil
				}
			}
		})
		f.mu.Lock()
		defer f.mu.Unlock()
		f.err = err
	}()
	return f
}

func (f *chronicle) look(ctx context.Context, conn *pgx.Conn) error {
	now := archiving{at: time.Now()}
	err := conn.QueryRow(ctx, `SELECT pg_walfile_name(pg_current_wal_lsn()), coalesce(last_archived_wal, ''), coalesce(last_archived_time, now())
		FROM pg_stat_archiver`).Scan(&now.current, &now.archived, &now.since)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.records); n > 0 && len(now.archived) != segmentName { // labels of backups are archived too
		now.archived, now.since = f.records[n-1].archived, f.records[n-1].since
	}
	f.records = append(f.records, now)
	return nil
}

// last returns the newest record, and the error that ended the chronicle, if any.
func (f *chronicle) last() (archiving, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.records) == 0 {
		return archiving{}, f.err
	}
	return f.records[len(f.records)-1], f.err
}

// close ends the chronicle. It returns the newest archived segment, and the moment up to which
// everything that was acknowledged is in the archive.
func (f *chronicle) close() (segment string, kept time.Time) {
	f.cancel()
	<-f.ended
	newest, _ := f.last() // an error is no fault: the drill has killed the server
	for _, r := range f.records {
		if r.current <= newest.archived {
			kept = r.at
		}
	}
	return newest.archived, kept
}

// archivedPast waits until a segment after this one is archived.
func (f *chronicle) archivedPast(ctx context.Context, segment string) error {
	return await(ctx, "a segment behind "+segment+" is archived", func() (bool, error) {
		now, err := f.last()
		return len(now.archived) == segmentName && now.archived > segment, err
	})
}

// worstMoment waits until a loss costs most, which is just before the server archives again:
// margin before timeout has passed since the last time.
func (f *chronicle) worstMoment(ctx context.Context, timeout, margin time.Duration) error {
	for {
		now, err := f.last()
		if err != nil {
			return fmt.Errorf("follow the archive: %w", err)
		}
		left := time.Until(now.since.Add(timeout - margin))
		if left <= 0 {
			return nil
		}
		select {
		case <-time.After(min(left, 100*time.Millisecond)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
