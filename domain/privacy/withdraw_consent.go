package privacy

import (
	"cmp"
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// WithdrawConsent records that a customer no longer agrees to purposes. Without image analysis the
// customer's cases go on; without valuation the open ones end.
type WithdrawConsent struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// WithdrawConsentInput names the purposes.
type WithdrawConsentInput struct {
	Actor    domain.Actor
	Key      domain.IdempotencyKey
	Purposes []domain.Purpose // at least one; nil for all
	// EndCases confirms that the open cases end, if VALUATION is among the purposes.
	EndCases bool
}

// Execute returns the withdrawal. Open cases, drafts too, are WITHDRAWN in the same transaction;
// decided ones are kept until their retention ends. Errors: KindInvalid for the purposes,
// KindConflict "cases_open" whose fields name the cases that would end if that is not confirmed,
// those of ports.Once, KindUnavailable.
func (uc WithdrawConsent) Execute(ctx context.Context, in WithdrawConsentInput) (domain.Consent, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Consent, error) {
		withdrawal, err := domain.WithdrawConsent(domain.ConsentID(uc.IDs.New()), in.Actor.ID, in.Purposes, now)
		if err != nil {
			return domain.Consent{}, err
		}
		if withdrawal.EndsCases() {
			if err := uc.endCases(ctx, tx, in); err != nil {
				return domain.Consent{}, err
			}
		}
		// Transactions that take something in hold the user after they locked their case, so that
		// none goes on after this one. A case that one of them opened meanwhile is found now.
		user, err := tx.Users.Lock(ctx, in.Actor.ID)
		if err != nil {
			return domain.Consent{}, err
		}
		if withdrawal.EndsCases() {
			if err := uc.endCases(ctx, tx, in); err != nil {
				return domain.Consent{}, err
			}
		}
		withdrawal.Language = user.Language
		if err := tx.Consents.Add(ctx, withdrawal); err != nil {
			return domain.Consent{}, err
		}
		return withdrawal, record(ctx, tx, in.Actor, consentChanged(withdrawal))
	})
}

// endCases withdraws the actor's open cases. Errors: KindConflict "cases_open" unless that is
// confirmed, those of the stores.
func (uc WithdrawConsent) endCases(ctx context.Context, tx ports.Tx, in WithdrawConsentInput) error {
	open, err := openCases(ctx, tx, in.Actor.ID)
	if err != nil {
		return err
	}
	if len(open) > 0 && !in.EndCases {
		return domain.CasesOpen(open)
	}
	for _, p := range open {
		property, err := tx.LockOwn(ctx, in.Actor, p.ID)
		if err != nil {
			return err
		}
		if property.State.Decided() { // since it was listed
			continue
		}
		change, err := property.Withdraw(in.Actor, uc.Clock.Now())
		if err != nil {
			return err
		}
		if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
			return err
		}
	}
	return nil
}

// openCases lists the user's undecided cases, in the order of their ids, in which they are locked.
func openCases(ctx context.Context, tx ports.Tx, owner domain.UserID) ([]domain.Property, error) {
	var open []domain.Property
	for page := (domain.Page{Limit: 100}); ; {
		list, err := tx.Properties.ByOwner(ctx, owner, page)
		if err != nil {
			return nil, err
		}
		for _, p := range list.Items {
			if !p.State.Decided() {
				open = append(open, p)
			}
		}
		if page.Cursor = list.Next; page.Cursor == (domain.Cursor{}) {
			slices.SortFunc(open, func(a, b domain.Property) int { return cmp.Compare(a.ID, b.ID) })
			return open, nil
		}
	}
}
