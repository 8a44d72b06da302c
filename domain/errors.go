package domain

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind classifies an Error. The API maps each Kind to one HTTP status.
type Kind string

// The kinds of failure. Every failure that a client can cause or see has one of these.
const (
	KindInvalid         Kind = "INVALID"         // the input breaks rules, which Fields names
	KindUnauthenticated Kind = "UNAUTHENTICATED" // no valid proof of who is asking
	KindForbidden       Kind = "FORBIDDEN"       // the asker is known, but may not do this
	KindNotFound        Kind = "NOT_FOUND"       // does not exist, or the asker may not see it
	KindConflict        Kind = "CONFLICT"        // the current state does not allow it
	KindStale           Kind = "STALE"           // it was changed since the asker read it
	KindKeyReused       Kind = "KEY_REUSED"      // an idempotency key was used for another request before
	KindTooLarge        Kind = "TOO_LARGE"       // the body exceeds its limit
	KindTooMany         Kind = "TOO_MANY"        // a rate limit is used up until RetryAfter has passed
	KindUnavailable     Kind = "UNAVAILABLE"     // something PropFlow depends on is down
	KindInternal        Kind = "INTERNAL"        // a fault of ours; never explained to the client
)

// Kinds lists every Kind, for tables that must be complete.
var Kinds = []Kind{
	KindInvalid, KindUnauthenticated, KindForbidden, KindNotFound, KindConflict, KindStale,
	KindKeyReused, KindTooLarge, KindTooMany, KindUnavailable, KindInternal,
}

// FieldError names one input field and the rule it breaks. It never includes the value, which
// may be personal.
type FieldError struct {
	// Field is the path of the field as the API names it, e.g. "address.pincode".
	Field string
	// Rule is a stable code, e.g. "required", "range", "format".
	Rule string
	// Message explains the rule to a person, in English.
	Message string
	// Hindi is the message in Hindi, empty if it is that of WordsOf(Message).
	Hindi string
}

// Words returns the message in every language.
func (f FieldError) Words() Words {
	words := WordsOf(f.Message)
	if f.Hindi != "" {
		words.Hindi = f.Hindi
	}
	return words
}

// Error is the one type of error that PropFlow's packages return to each other for a failure that
// a client can cause or see. Adapters translate their drivers' errors to it.
type Error struct {
	Kind    Kind
	Code    string // stable, snake_case, for programs
	Message string // for people; names no secret and no personal data
	Fields  []FieldError
	// RetryAfter is how long to wait before trying again, 0 if that is not known.
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

// Words returns the message in every language. The Hindi is that of the code and names no states or
// numbers.
func (e *Error) Words() Words { return Words{English: e.Message, Hindi: hindiCodes[e.Code]} }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the Kind of err, or KindInternal if err is no *Error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// CodeOf returns the code of err, or "internal" if err is no *Error.
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

// NotFound returns a KindNotFound error: the thing does not exist, or the asker may not see it.
// The code of NotFound("property") is "property_not_found".
func NotFound(what string) error {
	return &Error{Kind: KindNotFound, Code: what + "_not_found", Message: "no such " + strings.ReplaceAll(what, "_", " ")}
}

// QueueEmpty returns a KindNotFound error: no case waits that the asker could review.
func QueueEmpty() error {
	return &Error{Kind: KindNotFound, Code: "queue_empty", Message: "no property waits for you to review it"}
}

// Conflict returns a KindConflict error: the current state does not allow what was asked.
func Conflict(code, format string, args ...any) error {
	return &Error{Kind: KindConflict, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Forbidden returns a KindForbidden error: the asker may not do this.
func Forbidden(code, message string) error {
	return &Error{Kind: KindForbidden, Code: code, Message: message}
}

// Unauthenticated returns a KindUnauthenticated error: the asker has not proven who they are.
func Unauthenticated(code, message string) error {
	return &Error{Kind: KindUnauthenticated, Code: code, Message: message}
}

// Stale returns a KindStale error: the thing changed since the asker read it.
func Stale(what string) error {
	return &Error{Kind: KindStale, Code: "stale_version", Message: "the " + what + " has changed since you read it; read it again"}
}

// Unavailable returns a KindUnavailable error: a dependency is down, and may be tried again after
// retryAfter.
func Unavailable(what string, retryAfter time.Duration, cause error) error {
	return &Error{
		Kind: KindUnavailable, Code: what + "_unavailable",
		Message: what + " is unavailable right now", RetryAfter: retryAfter, Cause: cause,
	}
}

// Violations collects broken rules so that a client learns all of them at once.
type Violations []FieldError

// Require records that field breaks the rule, unless ok is true.
func (v *Violations) Require(ok bool, field, rule, message string) {
	if !ok {
		*v = append(*v, FieldError{Field: field, Rule: rule, Message: message})
	}
}

// RequireWords is Require with a message that WordsOf does not know.
func (v *Violations) RequireWords(ok bool, field, rule string, message Words) {
	if !ok {
		*v = append(*v, FieldError{Field: field, Rule: rule, Message: message.English, Hindi: message.Hindi})
	}
}

// Err returns nil if no rule is broken, else one KindInvalid error that names them all.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Code: "invalid_input", Message: "the input breaks a rule", Fields: v}
}
