package review_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func idsOf(list domain.List[domain.Property]) []domain.PropertyID {
	ids := []domain.PropertyID{}
	for _, p := range list.Items {
		ids = append(ids, p.ID)
	}
	return ids
}

func TestTheQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	uc := review.ListQueue{UnitOfWork: w.Store, Clock: w.Clock}
	list := func(filter domain.QueueFilter, page domain.Page) domain.List[domain.Property] {
		t.Helper()
		found, err := uc.Execute(t.Context(), review.ListQueueInput{Actor: valuer, Filter: filter, Page: page})
		require.NoError(t, err)
		return found
	}
	w.submitted("oldest", owner)
	w.Clock.Advance(2*time.Hour + time.Minute)
	w.submitted("middle", landlord)
	w.Clock.Advance(time.Minute)
	w.submitted("newest", stranger)
	w.claimed("claimed")
	w.Draft("draft", owner)

	all := domain.Page{Limit: 10}
	assert.Equal(t, []domain.PropertyID{"oldest", "middle", "newest"}, idsOf(list(domain.QueueFilter{}, all)))
	assert.Equal(t, []domain.PropertyID{"newest", "middle", "oldest"}, idsOf(list(domain.QueueFilter{Sort: domain.SortNewest}, all)))
	soon := domain.QueueFilter{Level: domain.SLASoon, Now: w.Clock.Now().Add(-time.Hour)}
	assert.Equal(t, []domain.PropertyID{"oldest"}, idsOf(list(soon, all)), "dated by the server")
	mine := domain.QueueFilter{States: []domain.State{domain.UnderReview}, Claimant: valuer.ID}
	assert.Equal(t, []domain.PropertyID{"claimed"}, idsOf(list(mine, all)))
	assert.Equal(t, []domain.PropertyID{"oldest", "middle"}, idsOf(list(domain.QueueFilter{}, domain.Page{Limit: 2})))
	next := list(domain.QueueFilter{}, domain.Page{Limit: 2}).Next
	assert.Equal(t, []domain.PropertyID{"newest"}, idsOf(list(domain.QueueFilter{}, domain.Page{Limit: 2, Cursor: next})))
}

func TestTheQueueNeverShowsWhatWasNotSubmitted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("draft", owner)
	w.Draft("own draft", landlord)
	w.Draft("given up", owner)
	w.submitted("withdrawn", owner)
	for _, id := range []domain.PropertyID{"given up", "withdrawn"} {
		w.Do(func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, id)
			if err != nil {
				return err
			}
			change, err := p.Withdraw(owner, w.Clock.Now())
			if err != nil {
				return err
			}
			return tx.Save(ctx, &p, change, w.IDs)
		})
	}
	uc := review.ListQueue{UnitOfWork: w.Store, Clock: w.Clock}
	in := review.ListQueueInput{Actor: landlord, Filter: domain.QueueFilter{States: domain.States}, Page: domain.Page{Limit: 100}}
	list, err := uc.Execute(ports.WithReason(t.Context(), "A complaint about what was withdrawn"), in)
	require.NoError(t, err)
	assert.Equal(t, []domain.PropertyID{"withdrawn"}, idsOf(list))

	w.Faults.Down("Properties.Queue")
	_, err = uc.Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindUnavailable, "database_unavailable")
}
