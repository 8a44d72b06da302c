package postgres

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

// hashBatch is the maximum number of hashes that one statement reads, so that none takes long.
const hashBatch = 250_000

// hashes keeps the perceptual hash of every measured photo, eight bytes each, and searches
// them in memory, because no index on disk finds the hashes within ten bits of 64 as fast
// (docs/decisions/0012-near-pictures.md). The table remains the source of truth: every search
// first reads what was added since the last one, in its own transaction.
type hashes struct {
	// turn is the lock for reading the table. It is a channel, so that ctx ends a wait for it.
	turn  chan struct{}
	known []uint64 // by position, from 1; 0 if the photo was deleted before it was read
}

func newHashes() *hashes { return &hashes{turn: make(chan struct{}, 1)} }

// match is the position of a hash near a wanted one, and the number of bits that differ.
type match struct {
	position int64
	distance int
}

// near returns the hashes within the distance of any of the wanted ones.
func (h *hashes) near(ctx context.Context, q *sqlcgen.Queries, wanted [8]uint64, within int) ([]match, error) {
	known, own, err := h.read(ctx, q)
	if err != nil {
		return nil, err
	}
	found := scan(known, wanted, within)
	for _, row := range own {
		if d := distance(uint64(row.Hash), wanted); d <= within {
			found = append(found, match{row.Position, d})
		}
	}
	return found, nil
}

// read returns every committed hash, and separately those that the transaction itself has
// added. These are not kept, because the transaction may roll back.
func (h *hashes) read(ctx context.Context, q *sqlcgen.Queries) (known []uint64, own []sqlcgen.HashesAfterRow, err error) {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	head, err := q.HashHead(ctx)
	if err != nil {
		return nil, nil, err
	}
	if head < int64(len(h.known)) { // the database was restored to an earlier state
		h.known = nil
	}
	for after := int64(len(h.known)); ; {
		rows, err := q.HashesAfter(ctx, sqlcgen.HashesAfterParams{Position: after, PageLimit: hashBatch})
		if err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			if after = row.Position; row.Own {
				own = append(own, row)
			} else {
				h.remember(row)
			}
		}
		if len(rows) < hashBatch {
			return h.known, own, nil
		}
	}
}

// remember only appends, because another search may still read what is there.
func (h *hashes) remember(row sqlcgen.HashesAfterRow) {
	for int64(len(h.known)) < row.Position-1 {
		h.known = append(h.known, 0) // if a search matches it, the table has no such row
	}
	h.known = append(h.known, uint64(row.Hash))
}

// scan compares every hash with all the wanted ones. Taking the least of eight distances
// without a branch is faster than stopping at the first near one, because hardly any is near.
func scan(known []uint64, wanted [8]uint64, within int) []match {
	var found []match
	a, b, c, d, e, f, g, h := wanted[0], wanted[1], wanted[2], wanted[3], wanted[4], wanted[5], wanted[6], wanted[7]
	for i, hash := range known {
		least := min(
			bits.OnesCount64(hash^a), bits.OnesCount64(hash^b), bits.OnesCount64(hash^c), bits.OnesCount64(hash^d),
			bits.OnesCount64(hash^e), bits.OnesCount64(hash^f), bits.OnesCount64(hash^g), bits.OnesCount64(hash^h))
		if least <= within {
			found = append(found, match{int64(i) + 1, least})
		}
	}
	return found
}

func distance(hash uint64, wanted [8]uint64) int {
	return domain.ImageFacts{Hashes: wanted}.HashDistance(hash)
}

// record stores the hash of a photo for searches, or deletes it if the photo is no longer
// recognisable. To add a hash it locks the head of the positions until the transaction ends,
// so that other transactions that add one wait.
func (s photos) record(ctx context.Context, photo domain.Photo) error {
	params := sqlcgen.ForgetHashParams{PhotoID: string(photo.ID)}
	if photo.Facts.Recognisable() {
		hash := int64(photo.Facts.PerceptualHash)
		params.Hash = &hash
	}
	if err := s.q.ForgetHash(ctx, params); err != nil || params.Hash == nil {
		return translate(err)
	}
	return translate(s.q.InsertHash(ctx, sqlcgen.InsertHashParams{PhotoID: params.PhotoID, Hash: *params.Hash}))
}

// Similar looks up only the nearest photos: as many as can be listed, and as many more as the
// property that is left out may have itself.
func (s photos) Similar(ctx context.Context, facts domain.ImageFacts, except domain.PropertyID, limit int) ([]domain.Photo, error) {
	matches, err := s.hashes.near(ctx, s.q, facts.Hashes, domain.PictureHashDistance)
	if err != nil {
		return nil, translate(err)
	}
	limit = max(0, limit)
	slices.SortFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.position, b.position))
	})
	matches = matches[:min(len(matches), limit+domain.MaxPhotosPerProperty)]
	if len(matches) == 0 {
		return nil, nil
	}
	order := make(map[int64]int, len(matches))
	positions := make([]int64, len(matches))
	for i, m := range matches {
		order[m.position], positions[i] = i, m.position
	}
	rows, err := s.q.PhotosAtPositions(ctx, sqlcgen.PhotosAtPositionsParams{Positions: positions, OtherThan: string(except)})
	if err != nil {
		return nil, translate(err)
	}
	slices.SortFunc(rows, func(a, b sqlcgen.PhotosAtPositionsRow) int { return cmp.Compare(order[a.Position], order[b.Position]) })
	rows = rows[:min(len(rows), limit)]
	return mappedErr(rows, func(r sqlcgen.PhotosAtPositionsRow) (domain.Photo, error) { return photoOf(r.Photo) })
}
