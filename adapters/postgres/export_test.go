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

// RiverSteps returns the versions of the migrations that run River's statements as they are.
func RiverSteps() (versions []int64) {
	return mapped(riverSteps(), func(s riverStep) int64 { return s.version })
}
