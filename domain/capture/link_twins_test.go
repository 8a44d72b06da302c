package capture_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// pictured makes the inspector take a file "picture/copy" for a copy of a picture: all
// pictures have one hash, each copy some bits of it wrong, and pictures differ only in their
// detail.
func (w *world) pictured(wrong map[string]uint64) {
	w.PhotoInspector.AnswerWith(func(data []byte) ports.PhotoInspection {
		found := memory.GoodPhoto(data)
		picture, version, _ := bytes.Cut(data, []byte("/"))
		detail := make([]float64, domain.FingerprintSide*domain.FingerprintSide)
		for i := range detail {
			detail[i] = float64((i*7919 + int(picture[0])*i*i) % 101)
		}
		const hash = 0xf0f0_1234_5678_9abc
		f := &found.Facts
		f.PerceptualHash, f.Fingerprint = hash^wrong[string(version)], domain.NewFingerprint(detail)
		for i := range f.Hashes {
			f.Hashes[i] = ^uint64(hash) // far from every other
		}
		f.Hashes[0] = f.PerceptualHash
		f.Hashes[6] = ^uint64(0x0ff0_0ff0_0ff0_0ff0) ^ wrong[string(version)]
		if string(version) == "turned" {
			f.PerceptualHash, f.Hashes[0] = f.Hashes[6], f.Hashes[6]
			f.Hashes[3] = hash
		}
		return found
	})
}

func TestCopiesOfOnePictureAreLinked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pictured(map[string]uint64{"recompressed": 0b11_1111_1111, "other": 0b111_1111_1111})
	for _, id := range []domain.PropertyID{"old", "new", "far", "different", "turned"} {
		w.Draft(id, owner) // each is a case of its own, though one person owns them all
	}
	original := w.inspected("old", front, []byte("a house/original"))
	retake := w.inspected("old", front, []byte("a house/recompressed"))
	assert.Equal(t, []domain.Finding{{Code: domain.FindingSamePicture, Outcome: domain.OutcomeFlagged}}, w.Photo(retake).Findings)
	assert.Empty(t, w.Photo(retake).LinkedTo)

	resaved := w.inspected("new", front, []byte("a house/recompressed"))
	assert.Equal(t, []domain.Finding{{Code: domain.FindingDuplicate, Outcome: domain.OutcomeFlagged}}, w.Photo(resaved).Findings)
	assert.Equal(t, []domain.PropertyID{"old"}, w.Photo(resaved).LinkedTo)
	assert.Equal(t, []domain.PropertyID{"new"}, w.Photo(original).LinkedTo)
	assert.Equal(t, []domain.PropertyID{"new"}, w.Photo(retake).LinkedTo)
	assert.Equal(t, domain.PhotoPassed, w.Photo(original).Status, "a verdict stays")

	turned := w.inspected("turned", front, []byte("a house/turned"))
	assert.Equal(t, domain.PhotoFlagged, w.Photo(turned).Status)
	assert.Equal(t, []domain.PropertyID{"new", "old"}, w.Photo(turned).LinkedTo)
	assert.Equal(t, []domain.PropertyID{"new", "turned"}, w.Photo(original).LinkedTo)

	for id, file := range map[domain.PropertyID]string{"different": "b house/original", "far": "c house/other"} {
		photo := w.Photo(w.inspected(id, front, []byte(file)))
		assert.Equal(t, domain.PhotoPassed, photo.Status, "%s: the finer comparison refutes it", file)
		assert.Empty(t, photo.LinkedTo)
	}
	assert.Len(t, w.Photo(original).LinkedTo, 2)
}

func TestRacingCopiesFindEachOther(t *testing.T) {
	t.Parallel()
	const racers = 5
	w := newWorld(t)
	wrong := make(map[string]uint64)
	var photos []domain.PhotoID
	for i := range racers {
		id, version := domain.PropertyID(fmt.Sprint("p", i)), fmt.Sprint("v", i)
		wrong[version] = 0b11 << (2 * i)
		w.Draft(id, owner)
		photos = append(photos, w.processing(id, front, []byte("a house/"+version)))
	}
	w.pictured(wrong)
	var all sync.WaitGroup
	for _, id := range photos {
		for range 2 { // each job may run twice
			all.Go(func() { assert.NoError(t, w.inspect().Execute(t.Context(), string(id))) })
		}
	}
	all.Wait()
	flagged := 0
	for i, id := range photos {
		photo := w.Photo(id)
		require.False(t, photo.InspectedAt.IsZero())
		assert.Len(t, photo.LinkedTo, racers-1, "photo %d", i)
		if photo.Status == domain.PhotoFlagged {
			flagged++
		}
	}
	assert.GreaterOrEqual(t, flagged, racers-1, "at most one did not see a twin")
}
