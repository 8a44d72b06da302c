package portstest

import (
	"context"
	"math/bits"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// pictured returns the facts of a picture with the hash, whose hashes in the other
// orientations are far from it and from each other.
func pictured(hash uint64) domain.ImageFacts {
	facts := domain.ImageFacts{PerceptualHash: hash, Fingerprint: make(domain.Fingerprint, domain.FingerprintBytes)}
	for i := range facts.Hashes {
		facts.Hashes[i] = hash ^ 0xff<<(8*i) ^ 0xff00ff<<(5*i)
	}
	facts.Hashes[0] = hash
	return facts
}

// showing stores a photo of the property with these facts.
func (c *cast) showing(property domain.Property, facts domain.ImageFacts) domain.Photo {
	p := newPhoto(c, property, noon)
	p.Facts = facts
	return c.photo(p)
}

func (c *cast) similar(facts domain.ImageFacts, except domain.PropertyID, limit int) []domain.PhotoID {
	c.t.Helper()
	return ids(read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		return tx.Photos.Similar(ctx, facts, except, limit)
	}), photoID)
}

func findsSimilar(t *testing.T, c *cast) {
	const hash = 0xfedc_ba98_7654_3210 // too large for a signed 64-bit integer
	asked := pictured(hash)
	third := c.draft(c.owner, noon)
	atLimit := c.showing(c.other, pictured(hash^0b11_1111_1111))
	exact := c.showing(c.other, pictured(hash))
	turned := c.showing(third, pictured(asked.Hashes[5]^0b111))
	c.showing(c.other, pictured(hash^0b111_1111_1111)) // one bit too many
	c.showing(c.property, pictured(hash))              // the property's own
	broken := pictured(hash)
	broken.Fault = domain.FaultChecksum
	c.showing(c.other, broken)
	unsigned := pictured(hash)
	unsigned.Fingerprint = nil
	c.showing(c.other, unsigned)

	require.Equal(t, domain.PictureHashDistance, bits.OnesCount64(0b11_1111_1111))
	want := []domain.PhotoID{exact.ID, turned.ID, atLimit.ID}
	require.Equal(t, want, c.similar(asked, c.property.ID, 10), "nearest first")
	require.Equal(t, want[:2], c.similar(asked, c.property.ID, 2))
	require.Empty(t, c.similar(asked, c.property.ID, 0))
	require.Empty(t, c.similar(pictured(^uint64(hash)), c.property.ID, 10))
	found := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		return tx.Photos.Similar(ctx, asked, c.property.ID, 1)
	})
	same(t, []domain.Photo{exact}, found)
}

// similarComeAndGo asserts that searches reflect changes, deletions and rollbacks, by other
// transactions and by the searching one itself.
func similarComeAndGo(t *testing.T, c *cast) {
	const first, second = 0x0123_4567_89ab_cdef, 0xdead_beef_0000_ffff
	gone := c.showing(c.other, pictured(first))
	require.Len(t, c.similar(pictured(first), c.property.ID, 10), 1)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Delete(ctx, gone.ID) })
	require.Empty(t, c.similar(pictured(first), c.property.ID, 10))

	undone := newPhoto(c, c.other, noon)
	undone.Facts = pictured(first)
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Photos.Add(ctx, undone); err != nil {
			return err
		}
		found, err := tx.Photos.Similar(ctx, pictured(first), c.property.ID, 10)
		assert.Len(t, found, 1, "its own")
		if err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	p := c.showing(c.other, pictured(second)) // before any search; an index may give it the slot of the undone one
	require.Empty(t, c.similar(pictured(first), c.property.ID, 10))
	require.Equal(t, []domain.PhotoID{p.ID}, c.similar(pictured(second), c.property.ID, 10))
	change := func(fn func(*domain.Photo)) {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			v, err := tx.Photos.Lock(ctx, p.ID)
			if err != nil {
				return err
			}
			fn(&v)
			return tx.Photos.Update(ctx, &v)
		})
	}
	change(func(v *domain.Photo) { v.Facts.Width++ })
	require.Len(t, c.similar(pictured(second), c.property.ID, 10), 1)
	change(func(v *domain.Photo) { v.Facts = pictured(first) })
	require.Empty(t, c.similar(pictured(second), c.property.ID, 10))
	require.Len(t, c.similar(pictured(first), c.property.ID, 10), 1)
	change(func(v *domain.Photo) { v.Facts.Fault = domain.FaultBroken })
	require.Empty(t, c.similar(pictured(first), c.property.ID, 10))
	similarRacers(t, c)
}

// similarRacers stores one picture several times concurrently, each time followed by a search
// for it. Of any two, at least one must find the other.
func similarRacers(t *testing.T, c *cast) {
	const racers = 6
	facts := pictured(0x5555_aaaa_1234_8765)
	var wg sync.WaitGroup
	found := make([][]domain.PhotoID, racers)
	own := make([]domain.PhotoID, racers)
	for i := range racers {
		p := newPhoto(c, c.draft(c.owner, noon), noon)
		p.Facts = facts
		own[i] = p.ID
		wg.Go(func() {
			do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, p) })
			found[i] = c.similar(facts, p.PropertyID, 100)
		})
	}
	wg.Wait()
	for i := range racers {
		for j := range i {
			if !slices.Contains(found[i], own[j]) && !slices.Contains(found[j], own[i]) {
				t.Errorf("photos %d and %d did not find each other", i, j)
			}
		}
		assert.NotContains(t, found[i], own[i])
	}
}
