package notify

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SendDigest is the periodic job domain.JobSendDigest: once a day it has a digest sent to every
// supervisor, with the number of cases in each state.
type SendDigest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// Execute enqueues one job of domain.JobDeliverDigest for each supervisor, all or none. The
// subject and the key of each are the day and the supervisor, so that a second run on the same
// day sends nothing twice. Errors: KindUnavailable.
func (uc SendDigest) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		recipients, err := supervisors(ctx, tx)
		if err != nil {
			return err
		}
		for _, to := range recipients {
			subject := digestSubject(domain.Date(now), to.ID)
			if err := tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobDeliverDigest, Subject: subject, Key: subject, RunAt: now}); err != nil {
				return err
			}
		}
		return nil
	})
}

// supervisors returns the supervisors who may log in.
func supervisors(ctx context.Context, tx ports.Tx) ([]domain.User, error) {
	staff, err := all(func(page domain.Page) (domain.List[domain.User], error) { return tx.Users.Staff(ctx, page) })
	var found []domain.User
	for _, user := range staff {
		if hasDigest(user) {
			found = append(found, user)
		}
	}
	return found, err
}

// gather collects the content of the digest.
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
