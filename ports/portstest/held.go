package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// listsHeld checks HeldBy: what a valuer has claimed or has reserved, and nothing else.
func listsHeld(t *testing.T, c *cast) {
	now := noon.Add(time.Hour)
	heldBy := func(valuer domain.User, after domain.PropertyID, limit int) []domain.PropertyID {
		t.Helper()
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Properties.HeldBy(ctx, valuer.ID, now, after, limit)
		})
	}
	reserved := func(valuer domain.User, until time.Time) domain.Property {
		p := c.submitted(noon)
		p.Reservation = &domain.Reservation{ValuerID: valuer.ID, Until: until}
		return p
	}
	claimed := func(valuer domain.User) domain.Property {
		p := c.inState(domain.UnderReview, noon)
		p.Claim.ValuerID = valuer.ID
		return p
	}
	for _, state := range domain.States { // those that have a claim have that of c.valuer
		c.keep(c.inState(state, noon))
	}
	valuer, other := c.user(domain.RoleValuer, noon), c.user(domain.RoleValuer, noon)
	require.Empty(t, heldBy(valuer, "", 10))
	awaiting := c.inState(domain.AwaitingSignOff, noon)
	awaiting.Claim.ValuerID = valuer.ID
	for _, p := range []domain.Property{awaiting, reserved(valuer, now), claimed(other), reserved(other, now.Add(time.Minute))} {
		c.keep(p)
	}
	require.Empty(t, heldBy(valuer, "", 10), "a reservation ends at its time, and a claim that awaits sign-off stays")

	var want []domain.PropertyID
	for range 3 {
		want = append(want, c.keep(claimed(valuer)).ID, c.keep(reserved(valuer, now.Add(time.Microsecond))).ID)
	}
	slices.Sort(want)
	require.Equal(t, want, heldBy(valuer, "", 10))
	require.Equal(t, want[:4], heldBy(valuer, "", 4))
	require.Equal(t, want[4:], heldBy(valuer, want[3], 4))
	require.Empty(t, heldBy(valuer, want[5], 4))
	require.Empty(t, heldBy(valuer, "", 0))
}
