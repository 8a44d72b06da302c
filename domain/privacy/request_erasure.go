package privacy

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// pageSize is how many cases or rows are read at a time.
const pageSize = 100

// RequestErasure carries out a person's wish to be erased. Drafts go at once, open cases are
// withdrawn, and what the law keeps is restricted until its retention ends.
type RequestErasure struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// RequestErasureInput is who asks.
type RequestErasureInput struct {
	Actor domain.Actor
}

// Execute returns the request, with the time when the last case is purged. The person has no login
// any more, and their number is free. Errors: KindConflict "erasure_requested", KindUnavailable.
func (uc RequestErasure) Execute(ctx context.Context, in RequestErasureInput) (domain.PrivacyRequest, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
		request := domain.NewErasureRequest(domain.PrivacyRequestID(uc.IDs.New()), in.Actor, now)
		if _, err := uc.cases(ctx, tx, in.Actor, now); err != nil {
			return domain.PrivacyRequest{}, err
		}
		// CreateProperty waits for the same row: its case is found below, or is refused.
		if _, err := tx.Customers.Use(ctx, in.Actor.ID, domain.Date(now), domain.CustomerUse{}); err != nil {
			return domain.PrivacyRequest{}, err
		}
		if _, err := tx.Users.Lock(ctx, in.Actor.ID); err != nil {
			return domain.PrivacyRequest{}, err
		}
		kept, err := uc.cases(ctx, tx, in.Actor, now) // also what was opened meanwhile
		if err != nil {
			return domain.PrivacyRequest{}, err
		}
		for _, p := range kept { // the last retention to end counts
			if end := p.RetentionEndsAt(); end.After(request.DueAt) {
				request.DueAt = end
			}
		}
		if err := uc.person(ctx, tx, in.Actor, len(kept) > 0, now); err != nil {
			return domain.PrivacyRequest{}, err
		}
		if err := tx.PrivacyRequests.Add(ctx, request); err != nil {
			return domain.PrivacyRequest{}, err
		}
		event := domain.SecurityEvent{Code: domain.SecurityErasureAsked, At: now, TargetID: in.Actor.ID, Count: 1 + len(kept)}
		if err := record(ctx, tx, in.Actor, event); err != nil {
			return domain.PrivacyRequest{}, err
		}
		return request, tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobFinishErasures, RunAt: now})
	})
}

// cases deletes the drafts of the person, withdraws what is open and restricts what is decided. It
// returns the cases that are kept.
func (uc RequestErasure) cases(ctx context.Context, tx ports.Tx, by domain.Actor, now time.Time) ([]domain.Property, error) {
	var kept []domain.Property
	page := domain.Page{Limit: pageSize}
	for {
		list, err := tx.Properties.ByOwner(ctx, by.ID, page)
		if err != nil {
			return nil, err
		}
		for _, p := range list.Items {
			property, err := tx.Properties.Lock(ctx, p.ID)
			if domain.IsKind(err, domain.KindNotFound) { // it was deleted meanwhile
				continue
			}
			if err != nil {
				return nil, err
			}
			gone, err := uc.drop(ctx, tx, property, now)
			if err == nil && !gone {
				err = uc.restrict(ctx, tx, &property, by, now)
				kept = append(kept, property)
			}
			if err != nil {
				return nil, err
			}
		}
		if list.Next == (domain.Cursor{}) {
			return kept, nil
		}
		page.Cursor = list.Next
	}
}

// drop deletes a draft that no hold covers, and reports whether it did. Its files follow when no
// signed upload can bring one back.
func (uc RequestErasure) drop(ctx context.Context, tx ports.Tx, property domain.Property, now time.Time) (bool, error) {
	if property.State != domain.Draft {
		return false, nil
	}
	held, err := tx.LegalHolds.Covers(ctx, property.ID, property.OwnerID)
	if err != nil || held {
		return false, err
	}
	if err := tx.Retention.DeleteCase(ctx, property.ID); err != nil {
		return false, err
	}
	return true, tx.Jobs.Enqueue(ctx, domain.PurgeFiles(property.ID, now.Add(domain.UploadTTL+time.Minute)))
}

func (uc RequestErasure) restrict(ctx context.Context, tx ports.Tx, property *domain.Property, by domain.Actor, now time.Time) error {
	if property.Restricted() {
		return nil
	}
	if !property.State.Decided() {
		change, err := property.Withdraw(by, now)
		if err == nil {
			err = tx.Save(ctx, property, change, uc.IDs)
		}
		if err != nil {
			return err
		}
	}
	change, err := property.Restrict(by, now)
	if err != nil {
		return err
	}
	return tx.Save(ctx, property, change, uc.IDs)
}

// person takes number and name from the person and ends their sessions. If cases are kept, number
// and name are kept apart from everything else until the last is purged.
func (uc RequestErasure) person(ctx context.Context, tx ports.Tx, by domain.Actor, needed bool, now time.Time) error {
	user, err := tx.Users.Lock(ctx, by.ID)
	if err != nil {
		return err
	}
	erasure := domain.Erasure{UserID: user.ID, AskedAt: now}
	if needed {
		erasure.Phone, erasure.Name = user.Phone, user.Name
	}
	if err := tx.Erasures.Add(ctx, erasure); err != nil {
		return err
	}
	user.Erase(now)
	if err := tx.Users.Update(ctx, &user); err != nil {
		return err
	}
	if err := tx.Devices.Forget(ctx, user.ID); err != nil {
		return err
	}
	_, err = tx.Sessions.EndAll(ctx, user.ID, "", domain.EndedByErasure, now)
	return err
}
