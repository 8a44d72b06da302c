package valuation

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
	"github.com/propflow/propflow/ports"
)

// evidence is the input of the model.
type evidence struct {
	subject    domain.SubjectProperty
	candidates []domain.Comparable
	settings   domain.Settings
	now        time.Time
}

// gather reads the evidence for a property. Errors: KindConflict "subject_incomplete".
func gather(ctx context.Context, tx ports.Tx, property domain.Property, now time.Time) (evidence, error) {
	subject, err := property.Subject()
	if err != nil {
		return evidence{}, err
	}
	set, err := tx.Settings.Get(ctx)
	if err != nil {
		return evidence{}, err
	}
	candidates, err := tx.Comparables.Near(ctx, subject.Type, subject.Location, set.SearchRadiusKM, set.SoldSince(now), estimate.MaxCandidates)
	return evidence{subject, candidates, set, now}, err
}

func (e evidence) suggest() domain.Suggestion {
	return estimate.Suggest(e.subject, e.candidates, e.settings, e.now)
}

func (e evidence) adjust(chosen []domain.Comparable) []domain.AdjustedComparable {
	return estimate.Adjust(e.subject, chosen, e.candidates, e.settings, e.now)
}
