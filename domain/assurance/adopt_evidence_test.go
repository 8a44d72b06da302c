package assurance_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// earlier are users whom a release without commitments stored.
type earlier map[domain.UserID]domain.User

func (e earlier) lie(tx *ports.Tx) {
	tx.Users, tx.Inventory = earlierUsers{tx.Users, e}, earlierInventory{tx.Inventory, e}
}

type earlierUsers struct {
	ports.UserStore
	earlier earlier
}

func (s earlierUsers) Get(ctx context.Context, id domain.UserID) (domain.User, error) {
	if user, ok := s.earlier[id]; ok {
		return user, nil
	}
	return s.UserStore.Get(ctx, id)
}

func (s earlierUsers) Lock(ctx context.Context, id domain.UserID) (domain.User, error) {
	if user, ok := s.earlier[id]; ok {
		return user, nil
	}
	return s.UserStore.Lock(ctx, id)
}

type earlierInventory struct {
	ports.Inventory
	earlier earlier
}

func (s earlierInventory) Registered(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error) {
	ids, err := s.Inventory.Registered(ctx, after, limit)
	for id := range s.earlier {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), limit)], err
}

// spoiltPhotos cannot be read.
type spoiltPhotos struct{ ports.PhotoStore }

func (spoiltPhotos) ByProperty(context.Context, domain.PropertyID) ([]domain.Photo, error) {
	return nil, &ports.Unreadable{Record: "photo:p", Column: "facts", Err: errors.New("no JSON")}
}

func TestASpoiltValueEndsNoCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lies(func(tx *ports.Tx) { tx.Photos = spoiltPhotos{tx.Photos} })
	assert.Equal(t, []string{"UNREADABLE photo:p facts"}, w.check().found)
}

// TestAnEntryWithoutCommitmentsIsNoneOfPropFlow appends one as an earlier release would.
func TestAnEntryWithoutCommitmentsIsNoneOfPropFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adoption := assurance.AdoptEvidence{UnitOfWork: w.uow, Clock: w.Clock}
	require.NoError(t, adoption.Execute(t.Context(), ""))
	w.forge(domain.ActionSLAStep, domain.Valued, domain.Valued)
	w.Clock.Advance(20 * time.Hour)
	require.NoError(t, adoption.Execute(t.Context(), ""))
	assert.NotContains(t, strings.Join(w.check().found, " "), "UNCOMMITTED", "the release before may have run still")
	w.Clock.Advance(time.Second)
	forged := w.Chain(w.id)[len(w.Chain(w.id))-1].Seq + 1
	w.forge(domain.ActionSLAStep, domain.Valued, domain.Valued)
	assert.Contains(t, w.check().found, fmt.Sprintf("UNCOMMITTED %d", forged))
}

func TestUsersOfTheReleaseBeforeAreOnlyCountedUntilTheyAreAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := earlier{"rival": {ID: "rival", Role: domain.RoleValuer}, "left": {ID: "left", Role: domain.RoleSupervisor, Disabled: true}}
	w.lies(before.lie)
	v := w.check()
	assert.Empty(t, v.found)
	assert.Equal(t, 2, v.tally.Uncommitted)

	adoption := assurance.AdoptEvidence{UnitOfWork: w.uow, Clock: w.Clock}
	require.NoError(t, adoption.Execute(t.Context(), ""))
	before["rival"] = domain.User{ID: "rival", Role: domain.RoleSupervisor} // by the release before, which still runs
	assert.Equal(t, []string{"COMMITMENT_DIFFERS user:rival role"}, w.check().found)
	w.Clock.Advance(20 * time.Hour)
	require.NoError(t, adoption.Execute(t.Context(), ""))
	require.NoError(t, adoption.Execute(t.Context(), ""), "no further round is due")
	v = w.check()
	assert.Empty(t, v.found)
	assert.Zero(t, v.tally.Uncommitted)
	assert.Len(t, w.Chain(domain.UserRegister("rival")), 2, "the second round adopts what changed meanwhile")
	w.Clock.Advance(20 * time.Hour)
	assert.Len(t, w.Chain(domain.AdoptionRegister), 2)

	before["rival"] = domain.User{ID: "rival", Role: domain.RoleAdmin}
	before["nobody"] = domain.User{ID: "nobody", Role: domain.RoleAdmin}
	require.NoError(t, adoption.Execute(t.Context(), ""), "it has ended")
	assert.ElementsMatch(t, []string{"COMMITMENT_DIFFERS user:rival role", "UNCOMMITTED user:nobody"}, w.check().found)
}
