package config

import (
	"errors"
	"fmt"
	"time"
)

// JobsWeb is the configuration of River's own page of jobs, which the scheduler serves.
type JobsWeb struct {
	// JobsWebAddress is the private host:port of the scheduler's page of jobs; if empty, there
	// is none.
	JobsWebAddress string `env:"JOBS_WEB_ADDRESS"`
	// JobsWebPassword is the password of the page; the name is "operator".
	JobsWebPassword string `env:"JOBS_WEB_PASSWORD"`
}

// MinJobsWebPassword is the minimum length of JobsWebPassword in bytes. The page does not limit
// attempts, so only the length resists guessing.
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

// LoadDatabase reads the configuration of commands that need the database alone. Errors: as
// Load.
func LoadDatabase() (Database, error) {
	vars := environment()
	d, err := parse(vars, Database.faults)
	return d, errors.Join(err, unverified("DATABASE_URL", vars["ENVIRONMENT"], d.DatabaseURL))
}

func (d Database) faults() (faults []error) {
	if d.DatabaseConns < 1 {
		faults = append(faults, errors.New("DATABASE_CONNECTIONS: must be at least 1"))
	}
	if d.JobTimeout < time.Second {
		faults = append(faults, errors.New("JOB_TIMEOUT: must be at least 1s"))
	}
	return append(faults, databaseURL("DATABASE_URL", d.DatabaseURL)...)
}
