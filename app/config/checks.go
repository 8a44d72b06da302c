package config

import (
	"errors"
	"log/slog"
)

// Checks is the configuration of `propflow check`, `audit` and `files`: only the two stores.
type Checks struct {
	Database
	S3
	// LogLevel is DEBUG, INFO, WARN or ERROR.
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
}

// LoadChecks reads the configuration of the checks. Errors: as Load.
func LoadChecks() (Checks, error) { return ChecksFromMap(environment()) }

// ChecksFromMap is LoadChecks on a map of variables.
func ChecksFromMap(vars map[string]string) (Checks, error) {
	c, err := parse(vars, Checks.faults)
	return c, errors.Join(err, unverified("DATABASE_URL", vars["ENVIRONMENT"], c.DatabaseURL))
}

func (c Checks) faults() []error {
	return append(c.Database.faults(), c.S3.faults()...)
}
