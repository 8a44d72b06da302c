package domain

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of failure an Error is. The API maps each Kind to one HTTP status.
type Kind string

// The kinds of failure. Every failure that a client can cause or see has one of these.
const (
	KindInvalid         Kind = "INVALID"         // the input breaks a rule; Fields says which
	KindUnauthenticated Kind = "UNAUTHENTICATED" // no valid proof of who is asking
	KindForbidden       Kind = "FORBIDDEN"       // the asker is known and may not do this
	KindNotFound        Kind = "NOT_FOUND"       // no such thing, or not the asker's to see
	KindConflict        Kind = "CONFLICT"        // the current state does not allow it
	KindStale           Kind = "STALE"           // somebody changed it since the asker read it
	KindKeyReused       Kind = "KEY_REUSED"      // an idempotency key came back with another request
	KindTooLarge        Kind = "TOO_LARGE"       // the body exceeds its limit
	KindTooMany         Kind = "TOO_MANY"        // a rate limit is used up; RetryAfter says until when
	KindUnavailable     Kind = "UNAVAILABLE"     // something PropFlow depends on is down
	KindInternal        Kind = "INTERNAL"        // a fault of ours; never explained to the client
)

// Kinds lists every Kind, for tables that must be complete.
var Kinds = []Kind{
	KindInvalid, KindUnauthenticated, KindForbidden, KindNotFound, KindConflict, KindStale,
	KindKeyReused, KindTooLarge, KindTooMany, KindUnavailable, KindInternal,
}

// FieldError names one input field and the rule it breaks. It never carries the value.
type FieldError struct {
	// Field is the path of the field as the API names it, e.g. "address.pincode".
	Field string
	// Rule is a stable code, e.g. "required", "range", "format".
	Rule string
	// Message explains the rule to a person.
	Message string
}

// Error is the one vocabulary of failure. Adapters translate their drivers' errors to it.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case, for programs
	Message string // for people; names no secret and no personal data
	Fields  []FieldError
	// RetryAfter is how long to wait before trying again; 0 where that is not known.
	RetryAfter time.Duration
	// Cause is logged, never shown.
	Cause error
}

// Error returns the message, its code and its fields.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Message)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Field, f.Message)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the Kind of err: KindInternal where err is no *Error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// CodeOf returns the code of err, or "internal" where err is no *Error.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "internal"
}

// IsKind reports whether err is an *Error of this kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// NotFound says that there is no such thing for the asker, e.g. NotFound("property").
func NotFound(what string) error {
	return &Error{Kind: KindNotFound, Code: what + "_not_found", Message: "no such " + strings.ReplaceAll(what, "_", " ")}
}

// Conflict says that the current state does not allow what was asked.
func Conflict(code, format string, args ...any) error {
	return &Error{Kind: KindConflict, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Forbidden says that the asker may not do this.
func Forbidden(code, message string) error {
	return &Error{Kind: KindForbidden, Code: code, Message: message}
}

// Unauthenticated says that the asker has not proven who they are.
func Unauthenticated(code, message string) error {
	return &Error{Kind: KindUnauthenticated, Code: code, Message: message}
}

// Stale says that the thing changed since the asker read it.
func Stale(what string) error {
	return &Error{Kind: KindStale, Code: "stale_version", Message: "the " + what + " has changed since you read it; read it again"}
}

// Unavailable says that a dependency is down and when to try again.
func Unavailable(what string, retryAfter time.Duration, cause error) error {
	return &Error{
		Kind: KindUnavailable, Code: what + "_unavailable",
		Message: what + " is unavailable right now", RetryAfter: retryAfter, Cause: cause,
	}
}

// Violations collects broken rules so that a client learns all of them at once.
type Violations []FieldError

// Require records the rule for field unless ok holds.
func (v *Violations) Require(ok bool, field, rule, message string) {
	if !ok {
		*v = append(*v, FieldError{Field: field, Rule: rule, Message: message})
	}
}

// Err returns nil where no rule is broken, else one KindInvalid error that names them all.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "invalid_input", Message: "the input breaks a rule", Fields: v}
}
