package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// pictured returns the facts of a picture that looks the same whichever way it is turned.
func pictured(hash uint64) domain.ImageFacts {
	return domain.ImageFacts{
		PerceptualHash: hash, Hashes: [8]uint64{hash, hash, hash, hash, hash, hash, hash, hash},
		Fingerprint: make(domain.Fingerprint, domain.FingerprintBytes),
	}
}

// showing stores a photo of the property with these facts.
func showing(t *testing.T, store *postgres.Store, p domain.Property, facts domain.ImageFacts) domain.PhotoID {
	t.Helper()
	challenge := domain.Challenge{
		ID: domain.ChallengeID(newID()), UserID: p.OwnerID, PropertyID: p.ID, Subject: domain.Subject{Type: domain.PhotoFront},
		IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	photo := domain.Photo{
		ID: domain.PhotoID(newID()), PropertyID: p.ID, OwnerID: p.OwnerID, Subject: challenge.Subject, Status: domain.PhotoProcessing,
		Announced:   domain.Announcement{SHA256: fmt.Sprintf("%064x", 1), Bytes: 1, ContentType: domain.ContentJPEG},
		ChallengeID: challenge.ID, ChallengedAt: noon, CreatedAt: noon, CompletedAt: noon, Facts: facts,
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Challenges.Add(ctx, challenge); err != nil {
			return err
		}
		return tx.Photos.Add(ctx, photo)
	}))
	return photo.ID
}

func similar(t *testing.T, store *postgres.Store, facts domain.ImageFacts) (found []domain.PhotoID) {
	t.Helper()
	photos, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		return tx.Photos.Similar(ctx, facts, domain.PropertyID(newID()), 10)
	})
	require.NoError(t, err)
	for _, p := range photos {
		found = append(found, p.ID)
	}
	return found
}

// Photos that were measured before there was an index are in it, and those of a database
// that was set back to an earlier state are read again.
func TestHashesFollowTheDatabase(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 2})
	p, _ := seed(t, store)
	high, low := pictured(0xfedc_ba98_7654_3210), pictured(0x0123_0123_0123_0123)
	broken := high
	broken.Fault = domain.FaultBroken
	showing(t, store, p, broken)
	ids := []domain.PhotoID{showing(t, store, p, high), showing(t, store, p, low)}

	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close()) }()
	_, err = m.Down(t.Context(), 11)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, ids[:1], similar(t, store, high))
	require.Equal(t, ids[1:], similar(t, store, low))

	other := open(t, url, postgres.Options{MaxConns: 1})
	third := showing(t, other, p, pictured(^uint64(0)))
	require.Equal(t, []domain.PhotoID{third}, similar(t, store, pictured(^uint64(0))), "added by another process")
	_, err = owner(t, url).Exec(t.Context(), `TRUNCATE photo_hashes; UPDATE photo_hash_head SET position = 0;`)
	require.NoError(t, err)
	require.Empty(t, similar(t, store, high))
	fourth := showing(t, other, p, pictured(0xaaaa_aaaa_aaaa_aaaa))
	require.Equal(t, []domain.PhotoID{fourth}, similar(t, store, pictured(0xaaaa_aaaa_aaaa_aaaa)))
}
