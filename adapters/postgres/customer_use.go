package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type customerUse struct{ q *sqlcgen.Queries }

func (s customerUse) Use(ctx context.Context, customer domain.UserID, day time.Time, adds domain.CustomerUse) (domain.CustomerUse, error) {
	sums, err := s.q.UseOfCustomer(ctx, sqlcgen.UseOfCustomerParams{
		UserID: string(customer), Day: day, Submissions: adds.Submissions, Photos: adds.Photos,
	})
	if err != nil {
		return domain.CustomerUse{}, translate(err)
	}
	has, err := s.q.DraftsOfCustomer(ctx, string(customer))
	return domain.CustomerUse{
		Drafts: int(has.Drafts) + adds.Drafts, Submissions: sums.Submissions, Photos: sums.Photos, Erased: has.Erased,
	}, translate(err)
}
