package postgres

import (
	"context"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// OpenOtherMigrations is OpenMigrations with other migrations than the program's.
func OpenOtherMigrations(url string, files fs.FS) (*Migrations, error) {
	return openMigrations(url, files, nil)
}

// Bound sets how long a wait for a lock and all waits of a migration may take.
func (m *Migrations) Bound(once, all time.Duration) { m.waits = waits{once, all} }

// RiverSteps returns the versions of the migrations that run River's statements as they are.
func RiverSteps() (versions []int64) {
	return mapped(riverSteps(), func(s riverStep) int64 { return s.version })
}

// Listens opens the connection of a feed on the database at url, and returns why it does not
// listen.
func Listens(ctx context.Context, url string) error {
	options := Options{}.withDefaults()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return err
	}
	options.configure(config.ConnConfig)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	f := newFeed(&Store{pool: pool, options: options})
	defer f.close()
	return f.listen()
}

// NoItems is the encoding by which a list is known to be empty.
var NoItems = noItems

// EncodedNoItems returns an empty list as it is written.
func EncodedNoItems() ([]byte, error) { return encode([]factShape{}) }
