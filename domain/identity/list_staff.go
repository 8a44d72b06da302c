package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListStaff shows an ADMIN the lender's staff.
type ListStaff struct {
	UnitOfWork ports.UnitOfWork
}

// ListStaffInput selects a page of the list.
type ListStaffInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns one page, oldest first. Errors: KindUnavailable.
func (uc ListStaff) Execute(ctx context.Context, in ListStaffInput) (domain.List[domain.User], error) {
	list, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.User], error) {
		return tx.Users.Staff(ctx, in.Page)
	})
	for i := range list.Items {
		list.Items[i] = list.Items[i].WithoutSecrets()
	}
	return list, err
}
