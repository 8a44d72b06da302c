package review_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestListLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	uc := review.ListLinks{UnitOfWork: w.Store, Clock: w.Clock}
	list := func(by domain.Actor, id domain.PropertyID) ([]domain.PropertyID, error) {
		links, err := uc.Execute(t.Context(), review.ListLinksInput{Actor: by, PropertyID: id})
		var with []domain.PropertyID
		for _, link := range links {
			with = append(with, link.With)
		}
		return with, err
	}
	for id, by := range map[domain.PropertyID]domain.Actor{"p": owner, "q": stranger, "r": landlord} {
		w.submitted(id, by)
		w.Do(func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, id)
			if err != nil {
				return err
			}
			p.Details.Address.Line1 = "Flat 302"
			return tx.Properties.Update(ctx, &p)
		})
	}
	w.Draft("draft", owner)

	with, err := list(valuer, "p")
	require.NoError(t, err)
	assert.ElementsMatch(t, []domain.PropertyID{"q", "r"}, with)
	with, err = list(supervisor, "q")
	require.NoError(t, err)
	assert.ElementsMatch(t, []domain.PropertyID{"p", "r"}, with, "both sides show it")
	with, err = list(landlord, "p")
	require.NoError(t, err)
	assert.Equal(t, []domain.PropertyID{"q"}, with, "nobody learns of a link of a case of their own")
	_, err = list(landlord, "r")
	fixture.Refused(t, err, domain.KindForbidden, "own_property")
	for _, id := range []domain.PropertyID{"draft", "none"} {
		_, err = list(valuer, id)
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
}
