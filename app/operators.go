package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

// Operators works on the database without the API, for operations that the API offers to no role
// and for an installation that has no ADMIN yet. It checks no permissions: access to the
// database is the permission.
type Operators struct {
	store *postgres.Store
	out   io.Writer
	log   *slog.Logger
}

// OpenOperators connects to the database. Results are printed to out, and changes are logged.
// The caller closes the Operators. Error: KindUnavailable.
func OpenOperators(ctx context.Context, cfg config.Database, out io.Writer, log *slog.Logger) (*Operators, error) {
	store, err := postgres.Open(ctx, cfg.DatabaseURL, postgres.Options{MaxConns: 2, Logger: log})
	if err != nil {
		return nil, err
	}
	return &Operators{store, out, log}, nil
}

// Close closes the connection.
func (o *Operators) Close() { o.store.Close() }

// AddedStaff is a new member of staff as an operator types it.
type AddedStaff struct {
	Phone string
	Email string // empty for none
	Name  string // 2…100 characters
	Role  string // a staff role
}

// AddStaff adds a member of staff, above all an installation's first ADMIN. As for staff whom an
// ADMIN adds, the second factor is enrolled at the first login, so that its secret never appears
// in a terminal. The enrolment code that it needs is printed once. No ADMIN has to confirm the role.
// Errors: those of identity.CreateStaff.
func (o *Operators) AddStaff(ctx context.Context, added AddedStaff) error {
	out, err := identity.CreateStaff{
		UnitOfWork: o.store, Clock: system.Clock{}, IDs: system.IDs{}, Entropy: system.Entropy{}, PhoneNumbers: phone.Numbers{}, OneAdmin: true,
	}.Execute(ctx, identity.CreateStaffInput{Actor: domain.System, Phone: added.Phone, Email: added.Email, Name: added.Name, Role: domain.Role(added.Role)})
	if err != nil {
		return err
	}
	o.log.InfoContext(ctx, "staff added", "user", out.User)
	return o.handOver("added", out)
}

// ResetStaff takes the second factor of a member of staff away, for example of the last ADMIN who lost
// the phone, and prints a new enrolment code once. Errors: those of identity.ResetFactor.
func (o *Operators) ResetStaff(ctx context.Context, number string) error {
	out, err := identity.ResetFactor{
		UnitOfWork: o.store, Clock: system.Clock{}, Entropy: system.Entropy{}, PhoneNumbers: phone.Numbers{},
	}.Execute(ctx, identity.ResetFactorInput{Phone: number})
	if err != nil {
		return err
	}
	o.log.InfoContext(ctx, "second factor reset", "user", out.User)
	return o.handOver("reset", out)
}

// handOver prints what the operator hands over to a member of staff.
func (o *Operators) handOver(done string, out identity.StaffOutput) error {
	_, err := fmt.Fprintf(o.out, "%s %s is %s: %s\nEnrolment code: %s\nHand it over in person or by a call, not by SMS. With the code sent to that number it enrols the second\nfactor, once, until %s. It is not shown again.\n",
		out.Role, out.Phone.Masked(), done, out.ID, out.EnrolmentCode, out.EnrolmentExpiresAt.In(domain.IST).Format("02-01-2006 15:04 MST"))
	return err
}

// EndSessions ends the sessions of the user with the phone, or of everybody if it is empty.
// Errors: those of identity.EndSessions.
func (o *Operators) EndSessions(ctx context.Context, number string) error {
	ended, err := identity.EndSessions{
		UnitOfWork: o.store, Clock: system.Clock{}, PhoneNumbers: phone.Numbers{},
	}.Execute(ctx, identity.EndSessionsInput{Phone: number})
	if err != nil {
		return err
	}
	o.log.InfoContext(ctx, "sessions ended", "sessions", ended, "everybody", number == "")
	_, err = fmt.Fprintf(o.out, "%d sessions ended; their access tokens are refused within a second\n", ended)
	return err
}

// ListStaff prints the staff, oldest first, with masked numbers and addresses. Error:
// KindUnavailable.
func (o *Operators) ListStaff(ctx context.Context) error {
	table := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tROLE\tPHONE\tE-MAIL\tNAME\tACCESS\tSECOND FACTOR\tSINCE")
	list, page := identity.ListStaff{UnitOfWork: o.store}, domain.Page{Limit: 100}
	for {
		staff, err := list.Execute(ctx, identity.ListStaffInput{Page: page})
		if err != nil {
			return err
		}
		for _, s := range staff.Items {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Role, s.Phone.Masked(), maskedEmail(s.Email), s.Name,
				word(s.Disabled, "disabled", "yes"), word(s.TOTP.Confirmed, "enrolled", "not yet"), s.CreatedAt.Format(time.DateOnly))
		}
		if page.Cursor = staff.Next; page.Cursor == (domain.Cursor{}) {
			return table.Flush()
		}
	}
}

// maskedEmail returns the address as lists show it.
func maskedEmail(e domain.Email) string {
	if e == "" {
		return "none"
	}
	return e.Masked()
}

func word(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// ListDeadLetters prints at most limit jobs that were given up, newest first. Their subjects are
// ids. Error: KindUnavailable.
func (o *Operators) ListDeadLetters(ctx context.Context, limit int) error {
	dead, err := o.store.DeadLetters(ctx, limit)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "ID\tKIND\tSUBJECT\tATTEMPTS\tGIVEN UP\tLAST ERROR")
	for _, d := range dead {
		line, _, _ := strings.Cut(d.Err, "\n")
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%d\t%s\t%s\n", d.ID, d.Kind, d.Subject, d.Attempts, d.At.UTC().Format(time.RFC3339), line)
	}
	return table.Flush()
}

// RetryDeadLetter puts back a job that was given up. Errors: those of
// postgres.Store.RetryDeadLetter.
func (o *Operators) RetryDeadLetter(ctx context.Context, id int64) error {
	dead, err := o.store.RetryDeadLetter(ctx, id)
	if err != nil {
		return err
	}
	o.log.InfoContext(ctx, "job put back", "job", dead.ID, "kind", dead.Kind, "subject", dead.Subject, "given_up", dead.At)
	_, err = fmt.Fprintf(o.out, "job %d, %s of %s, waits for a worker again\n", dead.ID, dead.Kind, dead.Subject)
	return err
}
