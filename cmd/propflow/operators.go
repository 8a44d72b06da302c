package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
)

// onDatabase calls do with an Operators on the database of DATABASE_URL.
func onDatabase(ctx context.Context, out io.Writer, do func(*app.Operators) error) error {
	cfg, err := config.LoadDatabase()
	if err != nil {
		return err
	}
	operators, err := app.OpenOperators(ctx, cfg, out, slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	defer operators.Close()
	return do(operators)
}

// staffCommand is `propflow staff`.
type staffCommand struct {
	Add   staffAdd   `cmd:"" help:"Add a member of staff, such as the first ADMIN of an empty database."`
	Reset staffReset `cmd:"" help:"Take the second factor of a member of staff away, such as of the last ADMIN."`
	List  staffList  `cmd:"" help:"List the staff."`
}

// staffAdd is `propflow staff add`.
type staffAdd struct {
	Phone string `required:"" help:"Whose number." placeholder:"+91…"`
	Name  string `required:"" help:"2 to 100 characters."`
	Email string `help:"Where a SUPERVISOR gets the daily digest." placeholder:"name@…"`
	Role  string `required:"" enum:"ADMIN,SUPERVISOR,VALUER" help:"ADMIN, SUPERVISOR or VALUER."`
}

// Run adds a member of staff.
func (c staffAdd) Run(ctx context.Context, out io.Writer) error {
	added := app.AddedStaff{Phone: c.Phone, Email: c.Email, Name: c.Name, Role: c.Role}
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.AddStaff(ctx, added) })
}

// staffReset is `propflow staff reset`.
type staffReset struct {
	Phone string `required:"" help:"Whose number." placeholder:"+91…"`
}

// Run resets the second factor.
func (c staffReset) Run(ctx context.Context, out io.Writer) error {
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.ResetStaff(ctx, c.Phone) })
}

// staffList is `propflow staff list`.
type staffList struct{}

// Run lists the staff.
func (staffList) Run(ctx context.Context, out io.Writer) error {
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.ListStaff(ctx) })
}

// sessionsCommand is `propflow sessions`.
type sessionsCommand struct {
	End sessionsEnd `cmd:"" help:"End the sessions of one user, or of everybody."`
}

// sessionsEnd is `propflow sessions end`.
type sessionsEnd struct {
	Phone     string `xor:"whose" required:"" help:"Whose." placeholder:"+91…"`
	Everybody bool   `xor:"whose" required:"" help:"All sessions of all users."`
}

// Run ends the sessions.
func (c sessionsEnd) Run(ctx context.Context, out io.Writer) error {
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.EndSessions(ctx, c.Phone) })
}

// jobsCommand is `propflow jobs`.
type jobsCommand struct {
	Dead  jobsDead  `cmd:"" help:"List the jobs that were given up in the last 30 days, newest first."`
	Retry jobsRetry `cmd:"" help:"Put one of them back, as if it had never been tried."`
}

// jobsDead is `propflow jobs dead`.
type jobsDead struct {
	Limit int `help:"At most so many." default:"100"`
}

// Run lists the jobs.
func (c jobsDead) Run(ctx context.Context, out io.Writer) error {
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.ListDeadLetters(ctx, c.Limit) })
}

// jobsRetry is `propflow jobs retry`.
type jobsRetry struct {
	ID int64 `arg:"" help:"As propflow jobs dead lists it."`
}

// Run puts the job back.
func (c jobsRetry) Run(ctx context.Context, out io.Writer) error {
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.RetryDeadLetter(ctx, c.ID) })
}
