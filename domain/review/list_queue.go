package review

import (
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListQueue lists the review queue.
type ListQueue struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// ListQueueInput selects what is listed. Execute sets the filter's Now.
type ListQueueInput struct {
	Actor  domain.Actor
	Filter domain.QueueFilter
	Page   domain.Page
}

// Execute returns one page in the filter's order. It leaves out cases that were never submitted,
// whatever states the filter names, the actor's own, which they may not review, and those that only
// a reason opens, so that a page may be short although others follow. Errors: KindInvalid.
func (uc ListQueue) Execute(ctx context.Context, in ListQueueInput) (domain.List[domain.Property], error) {
	now := uc.Clock.Now()
	in.Filter.Now = now
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
		list, err := tx.Properties.Queue(ctx, in.Filter, in.Page)
		if err != nil {
			return domain.List[domain.Property]{}, err
		}
		list.Items = slices.DeleteFunc(list.Items, func(p domain.Property) bool { return p.SubmittedAt.IsZero() || p.OwnedBy(in.Actor.ID) })
		list.Items, err = tx.AdmitEach(ctx, in.Actor, list.Items, now)
		return list, err
	})
}
