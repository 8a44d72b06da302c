package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/stack"
)

// The parts of the system, and this program.
const (
	partAPI       = "api"
	partWorker    = "worker"
	partScheduler = "scheduler"
	partPostgres  = "postgres"
	partRedis     = "redis"
	partS3        = "s3"
	partLoad      = "this program"
)

var parts = []string{partAPI, partWorker, partScheduler, partPostgres, partRedis, partS3, partLoad}

// meter reads what the processes used and the stores hold.
type meter struct {
	stack   *stack.Stack
	members map[string][]*servers.Member
	pool    *pgxpool.Pool
	redis   *redis.Client
}

func newMeter(ctx context.Context, s *stack.Stack) (*meter, error) {
	m := &meter{stack: s, redis: redis.NewClient(&redis.Options{Addr: s.Redis.Addr()}), members: map[string][]*servers.Member{
		partScheduler: {s.Scheduler.Member}, partPostgres: {s.Postgres.Member}, partRedis: {s.Redis.Member}, partS3: {s.S3.Member},
	}}
	for _, p := range s.APIs {
		m.members[partAPI] = append(m.members[partAPI], p.Member)
	}
	for _, p := range s.Workers {
		m.members[partWorker] = append(m.members[partWorker], p.Member)
	}
	var err error
	m.pool, err = pgxpool.New(ctx, s.Postgres.Member.Link())
	return m, err
}

func (m *meter) close() error {
	if m == nil {
		return nil
	}
	if m.pool != nil {
		m.pool.Close()
	}
	return m.redis.Close()
}

// usage is what everything has used so far.
type usage struct {
	at         time.Time
	processor  map[string]time.Duration // by part
	resident   map[string]int64
	busy, idle time.Duration // of all processors of the machine, including use by other programs
}

func (m *meter) usage() (usage, error) {
	u := usage{at: time.Now(), processor: make(map[string]time.Duration), resident: make(map[string]int64)}
	for part, members := range m.members {
		for _, member := range members {
			used, err := member.Usage()
			if err != nil {
				return u, err
			}
			u.processor[part] += used.Processor
			if part != partPostgres { // its processes share most of theirs
				u.resident[part] += used.Resident
			}
		}
	}
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err != nil {
		return u, err
	}
	u.processor[partLoad] = time.Duration(self.Utime.Nano() + self.Stime.Nano())
	u.resident[partLoad] = self.Maxrss << 10
	var err error
	u.busy, u.idle, err = machine()
	return u, err
}

// since returns what was used between two readings; memory is as it is now.
func (u usage) since(before usage) spent {
	s := spent{
		took: u.at.Sub(before.at), busy: u.busy - before.busy, idle: u.idle - before.idle,
		processor: make(map[string]time.Duration), resident: u.resident,
	}
	for part, used := range u.processor {
		s.processor[part] = used - before.processor[part]
	}
	return s
}

// spent is what was used in a while.
type spent struct {
	took       time.Duration
	processor  map[string]time.Duration
	resident   map[string]int64
	busy, idle time.Duration
}

// share returns how busy the machine was, 0 to 1.
func (s spent) share() float64 { return float64(s.busy) / float64(max(1, s.busy+s.idle)) }

// product is the processor time of everything but this program.
func (s spent) product() (total time.Duration) {
	for part, used := range s.processor {
		if part != partLoad {
			total += used
		}
	}
	return total
}

// machine reads how long the machine's processors were busy and idle since it started: the
// first line of /proc/stat (proc_stat(5)), in hundredths of a second.
func machine() (busy, idle time.Duration, err error) {
	all, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, err
	}
	line, _, _ := strings.Cut(string(all), "\n")
	for i, field := range strings.Fields(line) {
		const idleField, waitField, lastField = 4, 5, 8 // guests count as users already
		if i == 0 || i > lastField {
			continue
		}
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("read /proc/stat: %w", err)
		}
		if spent := time.Duration(ticks) * 10 * time.Millisecond; i == idleField || i == waitField {
			idle += spent
		} else {
			busy += spent
		}
	}
	return busy, idle, nil
}

// kept is what the stores hold, in bytes but for objects; or how much more than before.
type kept struct {
	database, wal, files, redis, objects int64
	tables                               map[string]int64
}

func (m *meter) stores(ctx context.Context) (k kept, err error) {
	k.tables = make(map[string]int64)
	if err := m.pool.QueryRow(ctx, `SELECT pg_database_size(current_database()), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint`).
		Scan(&k.database, &k.wal); err != nil {
		return k, fmt.Errorf("measure the database: %w", err)
	}
	rows, err := m.pool.Query(ctx, `SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables`)
	if err != nil {
		return k, fmt.Errorf("measure the tables: %w", err)
	}
	for rows.Next() {
		var name string
		var size int64
		err = errors.Join(err, rows.Scan(&name, &size))
		k.tables[name] = size
	}
	if err = errors.Join(err, rows.Err()); err != nil {
		return k, fmt.Errorf("measure the tables: %w", err)
	}
	objects, size, err := m.stack.Bucket.Size(ctx)
	if err != nil {
		return k, fmt.Errorf("measure the bucket: %w", err)
	}
	k.objects, k.files = int64(objects), size
	info, err := m.redis.Info(ctx, "memory").Result()
	for line := range strings.Lines(info) {
		if used, found := strings.CutPrefix(line, "used_memory:"); found {
			k.redis, err = strconv.ParseInt(strings.TrimSpace(used), 10, 64)
		}
	}
	return k, err
}

// since returns how much more is kept.
func (k kept) since(before kept) kept {
	tables := make(map[string]int64)
	for name, size := range k.tables {
		tables[name] = size - before.tables[name]
	}
	return kept{
		database: k.database - before.database, wal: k.wal - before.wal, files: k.files - before.files,
		redis: k.redis - before.redis, objects: k.objects - before.objects, tables: tables,
	}
}
