package assurance

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListSecurityEvents lets an ADMIN search the security log.
type ListSecurityEvents struct {
	UnitOfWork ports.UnitOfWork
}

// ListSecurityEventsInput is what to search for, and one page.
type ListSecurityEventsInput struct {
	Actor  domain.Actor
	Filter domain.SecurityFilter
	Page   domain.Page
}

// Execute returns the events, newest first. Errors: KindInvalid for the cursor, or if the filter ends
// before it begins; KindUnavailable.
func (uc ListSecurityEvents) Execute(ctx context.Context, in ListSecurityEventsInput) (domain.List[domain.SecurityEvent], error) {
	var v domain.Violations
	v.Require(in.Filter.Until.IsZero() || in.Filter.Until.After(in.Filter.From), "to", "range", "must be later than from")
	if err := v.Err(); err != nil {
		return domain.List[domain.SecurityEvent]{}, err
	}
	in.Filter.Client = ports.NetworkOf(in.Filter.Client)
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, in.Filter, in.Page)
	})
}
