package notify

import (
	"context"
	"errors"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SendDigest is the periodic job domain.JobSendDigest: it tells every supervisor once a day
// where the cases stand.
type SendDigest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Messenger  ports.Messenger
}

// Execute sends one message to each supervisor. Its key names the supervisor and the day, so
// that a job that runs again tells nobody twice. One message that fails does not hold up the
// others. Errors: those of sending, joined, and KindUnavailable.
func (uc SendDigest) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	type issue struct {
		digest     digest
		recipients []domain.User
	}
	today, err := ports.Read(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (issue, error) {
		recipients, err := supervisors(ctx, tx)
		if err != nil {
			return issue{}, err
		}
		digest, err := gather(ctx, tx, now)
		return issue{digest, recipients}, err
	})
	if err != nil {
		return err
	}
	day, text := domain.Date(now).Format(time.DateOnly), today.digest.text()
	var failed []error
	for _, to := range today.recipients {
		_, err := uc.Messenger.Send(ctx, domain.Message{
			To: to.Recipient(), Channel: domain.ChannelConsole, Template: "digest.en",
			Params: []string{text}, Text: text, Key: "digest:" + day + ":" + string(to.ID),
		})
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// supervisors lists those who may log in.
func supervisors(ctx context.Context, tx ports.Tx) ([]domain.User, error) {
	staff, err := all(func(page domain.Page) (domain.List[domain.User], error) { return tx.Users.Staff(ctx, page) })
	var found []domain.User
	for _, user := range staff {
		if user.Role == domain.RoleSupervisor && !user.Disabled {
			found = append(found, user)
		}
	}
	return found, err
}

// gather counts what the digest says.
func gather(ctx context.Context, tx ports.Tx, now time.Time) (digest, error) {
	d := digest{at: now, steps: map[domain.StepKind]int{}}
	var err error
	if d.states, err = tx.Properties.CountByState(ctx); err != nil {
		return d, err
	}
	steps, err := tx.Steps.Between(ctx, now.Add(-digestPeriod), now)
	if err != nil {
		return d, err
	}
	for _, step := range steps {
		d.steps[step.Kind]++
	}
	filter := domain.QueueFilter{Level: domain.SLABreached, Sort: domain.SortDue, Now: now}
	for _, state := range domain.States {
		if state.InReview() {
			filter.States = append(filter.States, state)
		}
	}
	late, err := all(func(page domain.Page) (domain.List[domain.Property], error) {
		return tx.Properties.Queue(ctx, filter, page)
	})
	for _, property := range late {
		d.late = append(d.late, property.Reference)
	}
	return d, err
}

// all reads a list to its end.
func all[T any](list func(domain.Page) (domain.List[T], error)) ([]T, error) {
	var items []T
	page := domain.Page{Limit: 100}
	for {
		l, err := list(page)
		if err != nil {
			return nil, err
		}
		items = append(items, l.Items...)
		if l.Next == (domain.Cursor{}) {
			return items, nil
		}
		page.Cursor = l.Next
	}
}
