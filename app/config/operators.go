package config

import (
	"errors"
	"fmt"
	"time"
)

// JobsWeb says where the scheduler serves River's own page of jobs, and to whom.
type JobsWeb struct {
	// JobsWebAddress is the private address of the scheduler's page of jobs; there is none where
	// empty.
	JobsWebAddress string `env:"JOBS_WEB_ADDRESS"`
	// JobsWebPassword is asked of whoever looks, with the name "operator".
	JobsWebPassword string `env:"JOBS_WEB_PASSWORD"`
}

// MinJobsWebPassword is the least length of JobsWebPassword in bytes. Nothing slows down who
// guesses.
const MinJobsWebPassword = 16

func (j JobsWeb) faults() []error {
	if faults := listening("JOBS_WEB_ADDRESS", j.JobsWebAddress); faults != nil {
		return faults
	}
	if j.JobsWebAddress != "" && len(j.JobsWebPassword) < MinJobsWebPassword {
		return []error{fmt.Errorf("JOBS_WEB_PASSWORD: JOBS_WEB_ADDRESS wants one of at least %d bytes", MinJobsWebPassword)}
	}
	return nil
}

// LoadDatabase reads what commands need that work on the database alone. Errors: as Load.
func LoadDatabase() (Database, error) { return parse(environment(), Database.faults) }

func (d Database) faults() (faults []error) {
	if d.DatabaseConns < 1 {
		faults = append(faults, errors.New("DATABASE_CONNECTIONS: must be at least 1"))
	}
	if d.JobTimeout < time.Second {
		faults = append(faults, errors.New("JOB_TIMEOUT: must be at least 1s"))
	}
	return append(faults, databaseURL("DATABASE_URL", d.DatabaseURL)...)
}
