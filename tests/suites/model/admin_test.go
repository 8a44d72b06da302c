package model

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

// saleID names the i-th sale of a type.
func saleID(kind domain.PropertyType, i int) domain.ComparableID {
	return domain.ComparableID(fmt.Sprintf("%s-%02d", kind, i))
}

func (w *world) updateSettings(rt *rapid.T) *move {
	s := w.oracle.now.settings
	s.MinConfidence = oneOf(rt, "confidence", []int{50, 50, 0, 95})
	s.SignOffAmount = oneOf(rt, "amount", []domain.Rupees{50 * domain.Crore, 50 * domain.Crore, domain.Crore})
	s.MaxDeviationPercent = oneOf(rt, "deviation", []float64{20, 60})
	s.MinComparables = oneOf(rt, "comparables", []int{3, 3, 5})
	s.SearchRadiusKM = oneOf(rt, "radius", []float64{5, 5, 0.5})
	return &move{what: "updateSettings", do: func(ctx context.Context) (any, error) { return nil, w.settings(ctx, s) }}
}

// updateStaff disables a reviewer, moves them to an office, or undoes either.
func (w *world) updateStaff(rt *rapid.T) *move {
	who := oneOf(rt, "who", reviewers[:4])
	u := w.oracle.now.users[who.ID]
	var c domain.StaffChange
	switch {
	case u.Disabled:
		c.Disabled = ptr(false)
	case u.Role != who.Role:
		c.Role = ptr(who.Role)
	case rapid.Bool().Draw(rt, "disable"):
		c.Disabled = ptr(true)
	default:
		c.Role = ptr(domain.RoleAdmin)
	}
	return &move{what: "updateStaff", do: func(ctx context.Context) (any, error) {
		return identity.UpdateStaff{UnitOfWork: w.uow, Clock: w.Clock, Entropy: w.Entropy, OneAdmin: true}.Execute(ctx, identity.UpdateStaffInput{
			Actor: admin, UserID: who.ID, Version: u.Version, Change: c,
		})
	}}
}

// withdrawable is how many sales of a type may be withdrawn.
const withdrawable = 2

func (w *world) withdrawComparable(rt *rapid.T) *move {
	id := saleID(oneOf(rt, "type", types), below(rt, "sale", withdrawable))
	return call(w, rt, admin, "withdrawComparable", func(ctx context.Context, key domain.IdempotencyKey) (domain.Comparable, error) {
		return valuation.WithdrawComparable{UnitOfWork: w.uow, Clock: w.Clock}.Execute(ctx, valuation.WithdrawComparableInput{
			Actor: admin, Key: key, ComparableID: id, Reason: "the deed is forged",
		})
	})
}

// inherit has a case be as the release before accepted it: in an impossible place, or with a pin of
// which nobody knows how good it is.
func (w *world) inherit(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft, domain.Submitted, domain.UnderReview)
	if k == nil || k.State.Decided() || k.State == domain.AwaitingSignOff {
		return nil
	}
	how, place := below(rt, "how", 3), oneOf(rt, "place", impossible)
	return &move{what: "inherit", do: func(ctx context.Context) (any, error) {
		return nil, w.uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, k.ID)
			if err != nil {
				return err
			}
			if p.State != k.State { // somebody was faster
				return nil
			}
			_, unit, _ := knownAddress(p.Details.Address)
			switch pin := p.Details.Location; {
			case how == 0 && pin != nil:
				p.Details.Location = &domain.Location{Point: pin.Point}
			case how == 1 && pin != nil:
				p.Details.Location = &domain.Location{Point: pin.Point, AccuracyM: 10_000}
			default:
				p.Details.Address = place.address(unit, false)
			}
			if err := tx.Properties.Update(ctx, &p); err != nil {
				return err
			}
			if p.State != domain.Draft {
				w.inherited.Store(p.ID, true)
			}
			_, err = tx.Audit.Append(ctx, domain.AuditEntry{ // the edit that was accepted
				PropertyID: p.ID, At: w.Clock.Now(), ActorID: p.OwnerID, ActorRole: domain.RoleCustomer, Action: domain.ActionEdited,
				From: p.State, To: p.State, Facts: domain.Commit(p.Salt, []domain.Record{p.Record()}),
			})
			return err
		})
	}}
}
