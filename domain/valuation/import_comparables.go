package valuation

import (
	"context"
	"fmt"
	"io"
	"time"

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
	// Key returns the key of the request. It is called only for a file without a fault, because
	// the key's fingerprint is of the whole file.
	Key func() domain.IdempotencyKey
	CSV io.Reader
}

// ImportComparablesOutput counts the rows.
type ImportComparablesOutput struct {
	Imported int
	Skipped  int // stored already, or repeated in the file
}

// Execute stores every comparable that is not stored yet, or none if any row is wrong. Errors:
// KindInvalid naming at most 50 broken rules, for example rows[12].pincode for the twelfth row
// below the header; those of the reader and of ports.Once.
//
// A price must be plausible among the comparables that were stored before, or if these are too
// few, among those of the file too. Rows that are stored already are not judged again; if they
// were withdrawn, they stay so.
func (uc ImportComparables) Execute(ctx context.Context, in ImportComparablesInput) (ImportComparablesOutput, error) {
	if err := ports.AskAccess(ctx, uc.UnitOfWork); err != nil { // before the file costs anything
		return ImportComparablesOutput{}, err
	}
	now := uc.Clock.Now()
	rows, err := readComparables(in.CSV, now)
	if err != nil {
		return ImportComparablesOutput{}, err
	}
	for i := range rows {
		rows[i].CreatedBy, rows[i].CreatedAt = in.Actor.ID, now
	}
	return ports.Once(ctx, uc.UnitOfWork, in.Key(), now, func(ctx context.Context, tx ports.Tx) (ImportComparablesOutput, error) {
		for i := range rows {
			rows[i].ID = domain.ComparableID(uc.IDs.New())
		}
		before, err := tx.PriceBounds(ctx, rows, now)
		if err != nil {
			return ImportComparablesOutput{}, err
		}
		added, err := tx.Comparables.AddNew(ctx, rows)
		if err != nil {
			return ImportComparablesOutput{}, err
		}
		if err := judgeRows(ctx, tx, rows, added, before, now); err != nil {
			return ImportComparablesOutput{}, err
		}
		out := ImportComparablesOutput{Imported: len(added), Skipped: len(rows) - len(added)}
		if len(added) == 0 {
			return out, nil
		}
		event := domain.SecurityBy(in.Actor, domain.SecurityComparablesImported, now)
		event.Count = len(added)
		return out, tx.Security.Append(ctx, event)
	})
}

// judgeRows returns a KindInvalid error that names the prices of added rows that are not
// plausible. The bounds are those before the rows were added; a row without enough comparables
// around it then is judged by the others of the file.
func judgeRows(ctx context.Context, tx ports.Tx, rows []domain.Comparable, added []domain.ComparableID, bounds []domain.PriceBounds, now time.Time) error {
	isNew := make(map[domain.ComparableID]bool, len(added))
	for _, id := range added {
		isNew[id] = true
	}
	var alone []int
	for i, row := range rows {
		if isNew[row.ID] && bounds[i].Sales == 0 {
			alone = append(alone, i)
		}
	}
	among := make([]domain.Comparable, len(alone))
	for n, i := range alone {
		among[n] = rows[i]
	}
	after, err := tx.PriceBounds(ctx, among, now)
	if err != nil {
		return err
	}
	for n, i := range alone {
		bounds[i] = after[n]
	}
	var v domain.Violations
	for i, row := range rows {
		if isNew[row.ID] && !bounds[i].Contain(row) && len(v) < maxViolations {
			broken := bounds[i].Violation()
			v.Require(false, fmt.Sprintf("rows[%d].%s", i+1, broken.Field), broken.Rule, broken.Message)
		}
	}
	return v.Err()
}
