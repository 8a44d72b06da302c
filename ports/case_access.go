package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

type reasonKey struct{}

// WithReason returns a context of a request that gives a reason for opening cases.
func WithReason(ctx context.Context, reason string) context.Context {
	return context.WithValue(ctx, reasonKey{}, reason)
}

// ReasonOf returns the reason that the request gives for opening cases, empty if it gives none.
func ReasonOf(ctx context.Context) string {
	reason, _ := ctx.Value(reasonKey{}).(string)
	return reason
}

// OpenCase returns a property for its actor to read, as GetVisible does, and how much of the case
// they may see, as Admit does. Errors returned: those of GetVisible and Admit.
func (tx Tx) OpenCase(ctx context.Context, actor domain.Actor, id domain.PropertyID, now time.Time) (domain.Property, domain.CaseAccess, error) {
	property, err := tx.GetVisible(ctx, actor, id)
	if err != nil {
		return domain.Property{}, domain.AccessForReason, err
	}
	access, err := tx.Admit(ctx, actor, property, now)
	if err != nil {
		return domain.Property{}, domain.AccessForReason, err
	}
	return property, access, nil
}

// Admit returns how much the actor may see of a case that they may know of. If that is not
// everything, the reason that the context gives opens the rest, and is in the security log if the
// transaction commits. Errors returned: KindForbidden "reason_required" if only a reason could open
// the case, KindInvalid if the reason is none, those of the stores.
func (tx Tx) Admit(ctx context.Context, actor domain.Actor, property domain.Property, now time.Time) (domain.CaseAccess, error) {
	reason, err := checkedReason(ctx)
	if err != nil {
		return domain.AccessForReason, err
	}
	access, err := tx.admitFor(ctx, actor, property, reason, now)
	if err != nil {
		return domain.AccessForReason, err
	}
	return access, access.Err()
}

// AdmitEach returns those of the cases that a list, which has no originals, may show the actor: what the
// rule opens, or all if the context gives a reason. Those that only the reason opened are in the
// security log if the transaction commits. It moves those that it returns to the front of cases.
// Errors returned: KindInvalid if the reason is none, those of the stores.
func (tx Tx) AdmitEach(ctx context.Context, actor domain.Actor, cases []domain.Property, now time.Time) ([]domain.Property, error) {
	reason, err := checkedReason(ctx)
	if err != nil {
		return nil, err
	}
	worked, err := tx.worked(ctx, actor, cases)
	if err != nil {
		return nil, err
	}
	admitted := cases[:0]
	for _, property := range cases {
		if property.AccessOf(actor, worked[property.ID]) == domain.AccessForReason {
			if reason == "" {
				continue
			}
			if err := tx.Security.Append(ctx, domain.CaseViewed(actor, property, reason, now)); err != nil {
				return nil, err
			}
		}
		admitted = append(admitted, property)
	}
	return admitted, nil
}

// AdmitBy opens a case to its actor because of an action on it, whose own reason is kept with the
// case. The security log has the action as the reason. Errors returned: those of the stores.
func (tx Tx) AdmitBy(ctx context.Context, action domain.Action, actor domain.Actor, property domain.Property, now time.Time) error {
	_, err := tx.admitFor(ctx, actor, property, string(action), now)
	return err
}

func (tx Tx) admitFor(ctx context.Context, actor domain.Actor, property domain.Property, reason string, now time.Time) (domain.CaseAccess, error) {
	worked, err := tx.worked(ctx, actor, []domain.Property{property})
	if err != nil {
		return domain.AccessForReason, err
	}
	access := property.AccessOf(actor, worked[property.ID])
	if access == domain.AccessFull || reason == "" {
		return access, nil
	}
	return domain.AccessFull, tx.Security.Append(ctx, domain.CaseViewed(actor, property, reason, now))
}

// checkedReason returns the reason that the context gives, empty if it gives none. Error: KindInvalid
// if it is none.
func checkedReason(ctx context.Context) (string, error) {
	reason := ReasonOf(ctx)
	if reason == "" {
		return "", nil
	}
	return reason, domain.CheckCaseReason(reason)
}

// worked returns the properties on which the actor took one of domain.WorkActions. It asks only
// about those for which that matters.
func (tx Tx) worked(ctx context.Context, actor domain.Actor, properties []domain.Property) (map[domain.PropertyID]bool, error) {
	var asked []domain.PropertyID
	for _, property := range properties {
		if property.WorkMatters(actor) {
			asked = append(asked, property.ID)
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	found, err := tx.Audit.Acted(ctx, actor.ID, domain.WorkActions, asked)
	worked := make(map[domain.PropertyID]bool, len(found))
	for _, id := range found {
		worked[id] = true
	}
	return worked, err
}
