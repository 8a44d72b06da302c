package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	address := flag.String("address", "127.0.0.1:8001", "where to listen")
	database := flag.String("database", "", "URL of a migrated database")
	valuer := flag.String("valuer", "", "id of the user who does everything")
	flag.Parse()
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if err := run(ctx, *address, *database, *valuer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, address, database, valuer string) error {
	pool, err := open(ctx, database, nil)
	if err != nil {
		return err
	}
	defer pool.Close()
	server := &http.Server{Addr: address, Handler: handler(pool, valuer), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}

// open connects with the settings of the product, so that PostgreSQL plans alike for both.
func open(ctx context.Context, database string, tracer pgx.QueryTracer) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 16
	config.ConnConfig.Tracer = tracer
	for name, value := range map[string]string{
		"role": "propflow_app", "timezone": "UTC", "default_transaction_isolation": "read committed",
		"statement_timeout": "10000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "30000",
		"plan_cache_mode": "force_custom_plan", "random_page_cost": "1.1",
	} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}
	return pgxpool.NewWithConfig(ctx, config)
}
