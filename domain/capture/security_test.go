package capture_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestViewsOfOriginalsAreInTheSecurityLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.inspected("p", front, []byte("front"))
	w.inspected("p", living, []byte("living"))
	w.Change("p", func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-000000", domain.Evidence{Photos: photos, Consented: true}, w.Clock.Now())
	})
	_, err := w.list(owner, "p")
	require.NoError(t, err)
	_, err = w.get(owner, "p", id)
	require.NoError(t, err)
	_, err = w.list(valuer, "p")
	require.NoError(t, err)
	require.Empty(t, w.Security(domain.SecurityOriginalsViewed), "neither owners nor the queue get originals")

	w.Claim("p")
	_, err = w.list(valuer, "p")
	require.NoError(t, err)
	_, err = w.get(valuer, "p", id)
	require.NoError(t, err)
	events := w.Security(domain.SecurityOriginalsViewed)
	require.Len(t, events, 2)
	for i, want := range []domain.SecurityEvent{{PhotoID: id, Count: 1}, {Count: 2}} {
		want.ID, want.At, want.Code, want.PropertyID = events[i].ID, w.Clock.Now(), domain.SecurityOriginalsViewed, "p"
		want.ActorID, want.ActorRole, want.TargetID = valuer.ID, valuer.Role, owner.ID
		assert.Equal(t, want, events[i])
	}
}
