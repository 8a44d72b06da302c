package ports

import "context"

// Afterwards runs work that the caller does not wait for.
type Afterwards interface {
	// Do runs the work soon and returns before it ends. The work's context has the values of ctx
	// but does not end with it; it ends in time by itself. Work that has begun is finished before
	// the process ends. Errors: KindUnavailable if too much work waits already, or if the process
	// is ending.
	Do(ctx context.Context, work func(ctx context.Context)) error
}

// CodeSend is what became of sending one one-time code.
type CodeSend struct {
	Outcome CodeOutcome
	// BudgetUsed is the used part of the installation's budget of messages, in percent.
	BudgetUsed int
	// Err is why the code was refused or not sent.
	Err error
}

// CodeOutcome is one of a few words, for a metric.
type CodeOutcome string

// The outcomes of sending a code.
const (
	CodeSent     CodeOutcome = "sent"
	CodeRefused  CodeOutcome = "refused"  // no message can be delivered to the number
	CodeFailed   CodeOutcome = "failed"   // the provider did not take the message
	CodeWithheld CodeOutcome = "withheld" // the budget is spent, and the number is nobody's
)

// CodeSends is told what became of one-time codes, so that operators learn of it: the answer to the
// request was given before.
type CodeSends interface {
	// Record counts the send. It never fails its caller and never waits.
	Record(ctx context.Context, send CodeSend)
}
