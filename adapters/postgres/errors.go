package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// retryAfter is when clients should try again if the database is down.
const retryAfter = 2 * time.Second

// conflicts are the errors of the unique constraints that a client can violate.
var conflicts = map[string]error{
	"river_job_unique_idx":     domain.Conflict("job_waits", "the same job waits or runs already"),
	"users_phone_key":          domain.PhoneTaken(),
	"properties_reference_key": domain.Conflict("reference_taken", "another property has this reference"),
	"comparables_source_key":   domain.Conflict("comparable_exists", "this source already gave a sale of this number"),
	"valuations_number_key":    domain.Conflict("valuation_exists", "the property already has this version"),
	"valuations_in_force_key":  domain.Conflict("valuation_exists", "the property already has a version in force"),
	"security_batches_pkey":    domain.Conflict("batch_exists", "the batch was sealed already"),
	"security_seals_pkey":      domain.Conflict("batch_exists", "an event is in another batch already"),
	"photos_challenge_key":     domain.Conflict("challenge_replayed", "the challenge was already used; ask for a new one before each shot"),
}

// ofPeople matches the foreign keys to the acting user. Users are never deleted, so these are
// violated only by a user who is missing from a database restored to an earlier state.
var ofPeople = regexp.MustCompile(`_(user_id|owner_id|valuer_id|[a-z]+_by)_fkey$`)

// inProgress returns the error of a request while another with the same key is running.
func inProgress() error {
	return domain.Conflict("request_in_progress", "a request with this Idempotency-Key is still running; try again")
}

// translate turns an error of the driver into a domain.Error, and returns any other unchanged.
// The error codes here are those of PostgreSQL's manual, appendix A.
func translate(err error) error {
	var known *domain.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	var failure *pgconn.PgError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &failure):
		return translateCode(failure, err)
	case errors.Is(err, pgx.ErrTxClosed), errors.Is(err, pgx.ErrTxCommitRollback):
		return err
	case unreachable(err):
		return unavailable(err)
	}
	var value pgx.ScanArgError
	if errors.As(err, &value) { // such as a time that is infinite
		return &ports.Unreadable{Column: value.FieldName, Err: err}
	}
	return err
}

func translateCode(failure *pgconn.PgError, err error) error {
	if conflict, ok := conflicts[failure.ConstraintName]; ok && failure.Code == "23505" {
		return fmt.Errorf("%w (%s)", conflict, failure.ConstraintName)
	}
	if failure.Code == "23503" && ofPeople.MatchString(failure.ConstraintName) {
		return fmt.Errorf("%w (%s)", domain.Unauthenticated("session_ended", "the session has ended; log in again"), failure.ConstraintName)
	}
	switch failure.Code {
	case "57014", // a statement took too long
		"55P03",          // a lock took too long
		"25P03", "57P05", // the session idled too long
		"25006": // the server is being restored, or is a standby that is about to lead
		return unavailable(err)
	}
	switch failure.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, shut-down, input and output
		return unavailable(err)
	}
	return err
}

func unavailable(err error) error { return domain.Unavailable("database", retryAfter, err) }

// unreachable reports whether err is a failure of the connection to the server.
func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) {
		return true
	}
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return strings.HasPrefix(failure.Code, "57P0") // the server ends the session
	}
	text := err.Error() // pgx gives these no type
	return strings.Contains(text, "unexpected EOF") || strings.Contains(text, "conn closed") || strings.Contains(text, "closed pool")
}

// notBegun is the error of a transaction that could not begin, so that nothing happened.
type notBegun struct{ error }

func (e *notBegun) Unwrap() error { return e.error }

// again reports whether the transaction may run once more, because it conflicted with another
// or never began on a dead connection. If no connection can be made at all it may not, because
// more attempts would only make the caller wait.
func again(err error) bool {
	var begin *notBegun
	var connect *pgconn.ConnectError
	if errors.As(err, &begin) {
		return unreachable(err) && !errors.As(err, &connect) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	var failure *pgconn.PgError
	return errors.As(err, &failure) && (failure.Code == "40001" || failure.Code == "40P01")
}

// absent returns KindNotFound for "no row", and for an id that is no UUID, because no row can
// have it. It translates any other error.
func absent(err error, thing string) error {
	var failure *pgconn.PgError
	if errors.Is(err, pgx.ErrNoRows) || errors.As(err, &failure) && failure.Code == "22P02" {
		return domain.NotFound(thing)
	}
	return translate(err)
}
