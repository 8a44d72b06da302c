package privacy

import (
	"context"
	"errors"
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// FinishErasures is the job that removes the people who asked for erasure and of whom no case is
// left. It runs after each request and every hour.
type FinishErasures struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Blobs      ports.Blobs
}

// Execute removes them, each in a transaction of its own. The job has no subject. Errors: those of
// the stores, of every person who could not be removed.
func (uc FinishErasures) Execute(ctx context.Context, _ string) error {
	var failed []error
	for after := domain.UserID(""); ; {
		ready, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.UserID, error) {
			return tx.Erasures.Ready(ctx, after, pageSize)
		})
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		for _, user := range ready {
			if err := uc.finish(ctx, user); err != nil {
				failed = append(failed, fmt.Errorf("erase user %s: %w", user, err))
			}
			after = user
		}
		if len(ready) < pageSize {
			return errors.Join(failed...)
		}
	}
}

// finish removes one person. The copies made for them go first: if that fails, the job comes back.
func (uc FinishErasures) finish(ctx context.Context, user domain.UserID) error {
	if err := uc.Blobs.Purge(ctx, domain.ExportsOf(user).String()); err != nil {
		return err
	}
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		erasure, err := tx.Erasures.Lock(ctx, user)
		if err != nil || !erasure.FinishedAt.IsZero() {
			return err
		}
		if _, err := tx.Users.Lock(ctx, user); err != nil { // a hold on the person locks it too
			return err
		}
		if held, err := tx.LegalHolds.Covers(ctx, "", user); err != nil || held {
			return err
		}
		if err := uc.forget(ctx, tx, user); err != nil {
			return err
		}
		erasure.Phone, erasure.Name, erasure.FinishedAt = "", "", now
		if err := tx.Erasures.Update(ctx, &erasure); err != nil {
			return err
		}
		return record(ctx, tx, domain.System, domain.SecurityEvent{Code: domain.SecurityErasureDone, At: now, TargetID: user})
	})
}

// forget removes what is kept about a person beside their cases, and grants their request.
func (uc FinishErasures) forget(ctx context.Context, tx ports.Tx, user domain.UserID) error {
	exports, err := tx.Exports.ByUser(ctx, user)
	if err != nil {
		return err
	}
	for _, export := range exports {
		if err := tx.Exports.Delete(ctx, export.ID); err != nil {
			return err
		}
	}
	if err := tx.PrivacyRequests.Silence(ctx, user); err != nil {
		return err
	}
	asked, err := tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{UserID: user, State: domain.PrivacyOpen}, domain.Page{Limit: pageSize})
	if err != nil {
		return err
	}
	for _, request := range asked.Items {
		request.Close(uc.Clock.Now())
		if err := tx.PrivacyRequests.Update(ctx, &request); err != nil {
			return err
		}
	}
	return tx.Retention.DeleteCustomer(ctx, user, uc.Clock.Now())
}
