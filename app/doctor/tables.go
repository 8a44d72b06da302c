package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Thresholds from which a table needs attention.
const (
	manyRows   = 10_000         // smaller tables do not matter
	deadShare  = 0.3            // of rows that vacuum should have removed
	staleShare = 0.3            // of rows that changed since the last ANALYZE
	keptWAL    = int64(1 << 30) // bytes that an inactive slot may keep
)

type table struct {
	Name          string
	Bytes         int64
	Live, Dead    int64
	Changed       int64 // rows changed since the last ANALYZE
	Analyzed      *time.Time
	Freeze        int64 // age of its oldest transaction id
	DatabaseBytes int64
}

// tables reports the largest tables, and those that are bloated or lack fresh statistics.
func tables(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	// The query skips tables that a migration has locked or is about to lock, because asking for
	// their size would wait.
	list, err := rows[table](ctx, pool, `
		WITH free AS MATERIALIZED (
			SELECT oid FROM pg_class WHERE relkind = 'r' AND oid NOT IN (
				SELECT relation FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))
		SELECT s.relname, pg_total_relation_size(s.relid), n_live_tup, n_dead_tup, n_mod_since_analyze, greatest(last_analyze, last_autoanalyze),
			age(c.relfrozenxid)::bigint, pg_database_size(current_database())
		FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid JOIN free f ON f.oid = c.oid ORDER BY 2 DESC, 1`)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var largest []string
	for _, t := range list[:min(len(list), 5)] {
		largest = append(largest, t.Name+" "+size(t.Bytes))
	}
	found := []Finding{databaseArea.ok("%s in all; largest tables: %s", size(list[0].DatabaseBytes), strings.Join(largest, ", "))}
	for _, t := range list {
		found = append(found, t.faults()...)
	}
	return found, nil
}

func (t table) faults() (found []Finding) {
	total := float64(max(1, t.Live+t.Dead))
	if t.Dead >= manyRows && float64(t.Dead)/total >= deadShare {
		found = append(found, databaseArea.find(Warning, "look for old transactions that keep them, then VACUUM "+t.Name, "%s: %d of %d rows are dead", t.Name, t.Dead, t.Live+t.Dead))
	}
	if t.Changed >= manyRows && float64(t.Changed)/total >= staleShare {
		last := "never"
		if t.Analyzed != nil {
			last = t.Analyzed.UTC().Format(time.DateTime)
		}
		found = append(found, databaseArea.find(Warning, "ANALYZE "+t.Name, "%s: statistics are stale, %d rows changed since (last: %s)", t.Name, t.Changed, last))
	}
	// PostgreSQL refuses writes at 2^31 - 3 million (its manual, 25.1.5).
	if s := grade(t.Freeze, 500_000_000, 1_500_000_000); s != OK {
		found = append(found, databaseArea.find(s, "VACUUM FREEZE "+t.Name+", after old transactions and slots are gone", "%s: %d million transactions since it was frozen", t.Name, t.Freeze/1_000_000))
	}
	return found
}

// size formats a number of bytes for people.
func size(bytes int64) string {
	const unit = 1024
	value, units := float64(bytes), []string{"B", "kB", "MB", "GB", "TB"}
	for value >= unit && len(units) > 1 {
		value, units = value/unit, units[1:]
	}
	return fmt.Sprintf("%.0f %s", value, units[0])
}

// slots reports inactive replication slots, because the server keeps WAL for them.
func slots(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	list, err := rows[struct {
		Name   string
		Active bool
		Kept   int64
	}](ctx, pool, `
		SELECT slot_name, active, coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn), 0)::bigint
		FROM pg_replication_slots WHERE NOT temporary ORDER BY 3 DESC`)
	var found []Finding
	for _, s := range list {
		severity := OK
		if !s.Active {
			severity = max(Warning, grade(s.Kept, keptWAL, 5*keptWAL))
		}
		found = append(found, databaseArea.judged(severity, fmt.Sprintf("let its reader come back, or SELECT pg_drop_replication_slot('%s') (runbook, disk)", s.Name),
			"replication slot %s, active: %t, keeps %s of WAL", s.Name, s.Active, size(s.Kept)))
	}
	return found, err
}
