package valuation

import (
	"context"
	"io"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ImportComparables adds comparables from a file of comma-separated values (RFC 4180).
//
// Its first row names the columns, in any order: source, source_id, type, locality, city,
// pincode, lat, lng, area_sqft, bedrooms, bathrooms, year_built, price, sold_on. Areas are
// in square feet, prices in whole rupees, days are written YYYY-MM-DD; locality, bedrooms,
// bathrooms and year_built may be empty.
type ImportComparables struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ImportComparablesInput is the file.
type ImportComparablesInput struct {
	Actor domain.Actor
	Key   domain.IdempotencyKey
	CSV   io.Reader
}

// ImportComparablesOutput counts the rows.
type ImportComparablesOutput struct {
	Imported int
	Skipped  int // stored already, or repeated in the file
}

// Execute stores every comparable that is not stored yet, or none if any row is wrong. Errors:
// KindInvalid naming at most 50 broken rules, for example rows[12].pincode for the twelfth row
// below the header; those of the reader and of ports.Once.
func (uc ImportComparables) Execute(ctx context.Context, in ImportComparablesInput) (ImportComparablesOutput, error) {
	now := uc.Clock.Now()
	sales, err := readComparables(in.CSV, now)
	if err != nil {
		return ImportComparablesOutput{}, err
	}
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (ImportComparablesOutput, error) {
		var out ImportComparablesOutput
		for _, sale := range sales {
			sale.ID = domain.ComparableID(uc.IDs.New())
			sale.CreatedBy, sale.CreatedAt = in.Actor.ID, now
			switch err := tx.Comparables.Add(ctx, sale); {
			case domain.CodeOf(err) == "comparable_exists":
				out.Skipped++
			case err != nil:
				return ImportComparablesOutput{}, err
			default:
				out.Imported++
			}
		}
		return out, nil
	})
}
