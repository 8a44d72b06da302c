package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// AppRole is the database role of the application: it owns nothing, and may add to the audit
// chains but not change them.
const AppRole = "propflow_app"

// application is the application_name of the sessions. That of the releases that read secrets in the
// clear only is olderApplication.
const (
	application      = "propflow-app"
	olderApplication = "propflow"
)

// Options tune a Store. The zero value of each means the default.
type Options struct {
	// MaxConns limits the connections of the pool: 16. The feed and each JobRunner use one
	// more.
	MaxConns int32
	// StatementTimeout and LockTimeout bound each statement (10 s) and each wait for a lock
	// (5 s). IdleTimeout ends a transaction that sends no statement for so long (30 s).
	StatementTimeout, LockTimeout, IdleTimeout time.Duration
	// ConnectTimeout bounds a connection attempt: 5 s.
	ConnectTimeout time.Duration
	// RetainedEvents is the number of events that the feed keeps: 100,000.
	RetainedEvents int
	// FeedPoll is how often the feed looks for events whose notification was lost: 5 s.
	FeedPoll time.Duration
	// Jobs tunes the runners.
	Jobs JobOptions
	// Tracer sees every statement, for traces and metrics. It may be nil.
	Tracer pgx.QueryTracer
	// Logger logs failures in the background. If it is nil, nothing is logged.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	o.MaxConns = either(o.MaxConns, 16)
	o.StatementTimeout = either(o.StatementTimeout, 10*time.Second)
	o.LockTimeout = either(o.LockTimeout, 5*time.Second)
	o.IdleTimeout = either(o.IdleTimeout, 30*time.Second)
	o.ConnectTimeout = either(o.ConnectTimeout, 5*time.Second)
	o.RetainedEvents = either(o.RetainedEvents, 100_000)
	o.FeedPoll = either(o.FeedPoll, 5*time.Second)
	o.Jobs = o.Jobs.withDefaults()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// either returns value, or otherwise if value is zero.
func either[T comparable](value, otherwise T) T {
	var none T
	if value == none {
		return otherwise
	}
	return value
}

// Store is the ports.UnitOfWork over one database.
type Store struct {
	pool    *pgxpool.Pool
	options Options
	jobs    *river.Client[pgx.Tx] // inserts only
	feed    *feed
	hashes  *hashes
}

// Open connects to the database at url as AppRole. Migrations.Up must have brought its schema
// up to date. Every connection is checked as it is made. Errors: KindUnavailable if the database
// cannot be reached, PoolerError if it takes no role or timeouts from the start of a connection, and
// an error without a Kind if the url is malformed.
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	options = options.withDefaults()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("the database's url cannot be read") // the error may quote the password
	}
	config.MaxConns = options.MaxConns
	config.MaxConnLifetime, config.MaxConnLifetimeJitter = time.Hour, 10*time.Minute
	config.MaxConnIdleTime = 5 * time.Minute
	config.HealthCheckPeriod = 30 * time.Second
	options.configure(config.ConnConfig)
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		readUTC(conn.TypeMap())
		return checkSession(ctx, conn)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, translate(err)
	}
	s := &Store{pool: pool, options: options, hashes: newHashes()}
	if err := s.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	// River notifies runners of a queue's jobs no more often than this client would fetch
	// them, and a job without a notification waits for Poll.
	s.jobs, err = river.NewClient(riverpgxv5.New(pool), &river.Config{FetchCooldown: river.FetchCooldownMin, Logger: options.Logger})
	if err != nil {
		pool.Close()
		return nil, err
	}
	s.feed = newFeed(s)
	return s, nil
}

// configure sets the parameters of every connection of the application.
func (o Options) configure(config *pgx.ConnConfig) {
	config.ConnectTimeout = o.ConnectTimeout
	config.Tracer = o.Tracer
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	for name, value := range map[string]string{
		"role":                                AppRole,
		"timezone":                            "UTC",
		"application_name":                    application,
		"default_transaction_isolation":       "read committed",
		"statement_timeout":                   ms(o.StatementTimeout),
		"lock_timeout":                        ms(o.LockTimeout),
		"idle_in_transaction_session_timeout": ms(o.IdleTimeout),
		// Generic plans know neither the limit nor which filters are NULL, and estimate badly.
		"plan_cache_mode": "force_custom_plan",
		// The default is for spinning disks: with it the planner sorts a whole queue instead of
		// following an index to the first page.
		"random_page_cost": "1.1",
	} {
		config.RuntimeParams[name] = value
	}
}

// readUTC makes times read from the database UTC instead of local.
func readUTC(types *pgtype.Map) {
	types.RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
}

// OlderRelease reports whether a process of a release is connected that can read secrets in the clear
// only. A pooler that hides application_name hides such a process. Errors: KindUnavailable.
func (s *Store) OlderRelease(ctx context.Context) (older bool, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1)`,
		olderApplication).Scan(&older)
	return older, translate(err)
}

// Ping returns nil if the database answers. Errors: KindUnavailable.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.Ping(ctx)) }

// Close ends the feed and all connections, once none is in use.
func (s *Store) Close() {
	s.feed.close()
	s.pool.Close()
}
