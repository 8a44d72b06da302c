package privacy

import (
	"context"
	"errors"
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// casesPerPage is how many cases are looked for at a time.
const casesPerPage = 100

// PurgeCases is the periodic job that purges every case whose retention ended.
type PurgeCases struct {
	PurgeCase PurgeCase
}

// Execute purges the cases, each in a transaction of its own. The job has no subject. Errors: those
// of the stores, of every case that could not be purged.
func (uc PurgeCases) Execute(ctx context.Context, _ string) error {
	now := uc.PurgeCase.Clock.Now()
	for {
		due, err := ports.InTx(ctx, uc.PurgeCase.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Properties.Due(ctx, ports.SweepRetention, now, casesPerPage)
		})
		if err != nil {
			return err
		}
		purged, err := uc.purge(ctx, due)
		if err != nil || purged == 0 {
			return err
		}
	}
}

func (uc PurgeCases) purge(ctx context.Context, due []domain.PropertyID) (purged int, err error) {
	var failed []error
	for _, id := range due {
		switch err := uc.PurgeCase.Execute(ctx, PurgeCaseInput{PropertyID: id}); {
		case err == nil:
			purged++
		case domain.IsKind(err, domain.KindNotFound), domain.CodeOf(err) == "case_held": // another run was faster, or it must be kept
		default:
			failed = append(failed, fmt.Errorf("purge case %s: %w", id, err))
		}
	}
	return purged, errors.Join(failed...)
}
