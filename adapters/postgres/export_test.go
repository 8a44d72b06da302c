package postgres

import (
	"io/fs"
	"time"
)

// OpenOtherMigrations is OpenMigrations with other migrations than the program's.
func OpenOtherMigrations(url string, files fs.FS) (*Migrations, error) {
	return openMigrations(url, files, nil)
}

// Bound sets how long a wait for a lock and all waits of a migration may take.
func (m *Migrations) Bound(once, all time.Duration) { m.waits = waits{once, all} }
