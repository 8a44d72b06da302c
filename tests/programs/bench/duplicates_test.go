package bench_test

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	pictures = 5_000_000
	searches = 200
)

// hashOf is the hash of the i-th picture. Like those of real photos hashes are not spread
// evenly: the bits of coarse structure, which come first, are mostly alike.
func hashOf(i int) uint64 {
	var hash uint64
	for bit := range 64 {
		if often := 0.9 - 0.4*min(1, float64(bit)/24); share(i, 100+bit) < often {
			hash |= 1 << bit
		}
	}
	return hash
}

// turnedOf returns the hashes of the i-th picture in eight orientations, of which only the
// turn-th is near the stored one: within wrong bits.
func turnedOf(i, turn, wrong int) (all [8]uint64) {
	for t := range all {
		all[t] = hashOf(pictures + 8*i + t)
	}
	all[turn] = hashOf(i)
	for bit := range wrong {
		all[turn] ^= 1 << (mix(i+bit<<32)%6 + 6*uint64(bit))
	}
	return all
}

// BenchmarkDuplicates times the search for pictures within ten bits in any of eight
// orientations among five million, against a scan of the table by PostgreSQL. Aim: p95 under
// 50 ms.
func BenchmarkDuplicates(b *testing.B) {
	url, conn := begun(b)
	began := time.Now()
	fill(b, conn, "photo_hashes", pictures, func(r record, i int) {
		r.set("position", i+2)
		r.set("photo_id", id("photo", i))
		r.set("hash", int64(hashOf(i)))
	})
	_, err := conn.Exec(b.Context(), "UPDATE photo_hash_head SET position = $1", pictures+1)
	require.NoError(b, err)
	_, err = conn.Exec(b.Context(), "VACUUM (ANALYZE) photo_hashes")
	require.NoError(b, err)
	report("%d hashes in %s", pictures, time.Since(began).Round(time.Second))
	store, err := postgres.Open(b.Context(), url, postgres.Options{MaxConns: 1})
	require.NoError(b, err)
	b.Cleanup(store.Close)
	places := putPhotos(b, conn)

	for b.Loop() {
		first := time.Now()
		search(b, store, domain.ImageFacts{Hashes: turnedOf(places[0], 0, 0)}, places[0])
		report("first search, which reads them all: %s", time.Since(first).Round(time.Millisecond))
		var took []time.Duration
		for n := range searches {
			i := places[n%len(places)]
			facts := domain.ImageFacts{Hashes: turnedOf(i, n%8, n%(domain.PictureHashDistance+1))}
			began := time.Now()
			search(b, store, facts, i)
			took = append(took, time.Since(began))
		}
		scanned := scanTable(b, conn, turnedOf(places[0], 0, 0))
		slices.Sort(took)
		p50, p95 := took[searches/2], took[searches*95/100]
		report("search: fastest %s, p50 %s, p95 %s; PostgreSQL scanning: %s, ratio %.4f", took[0].Round(10*time.Microsecond), p50.Round(10*time.Microsecond),
			p95.Round(10*time.Microsecond), scanned.Round(time.Millisecond), ratio(scanned, p50))
		b.ReportMetric(float64(p50.Microseconds())/1000, "ms-p50")
		b.ReportMetric(float64(p95.Microseconds())/1000, "ms-p95")
		b.ReportMetric(ratio(scanned, p50), "search/scan")
	}
}

// putPhotos gives some of the hashes photos and returns which.
func putPhotos(b *testing.B, conn *pgx.Conn) (places []int) {
	b.Helper()
	for n := range 50 {
		i := n*pictures/50 + 17
		places = append(places, i)
		_, err := conn.Exec(b.Context(), `INSERT INTO photos SELECT p.* FROM photos t, jsonb_populate_record(t, jsonb_build_object(
			'id', $1::text, 'challenge_id', $1::text, 'property_id', $2::text)) p WHERE t.id = $3::uuid`,
			id("photo", i), id("property", i), id("exemplar", 3))
		require.NoError(b, err)
	}
	return places
}

// search must find the i-th photo.
func search(b *testing.B, uow ports.UnitOfWork, facts domain.ImageFacts, i int) {
	b.Helper()
	found, err := ports.InTx(b.Context(), uow, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		return tx.Photos.Similar(ctx, facts, domain.PropertyID(id("property", 1)), 100)
	})
	require.NoError(b, err)
	require.True(b, slices.ContainsFunc(found, func(p domain.Photo) bool { return string(p.ID) == id("photo", i) }), "%d of %d", i, len(found))
}

// scanTable has PostgreSQL look at every hash, as it would without more ado.
func scanTable(b *testing.B, conn *pgx.Conn, hashes [8]uint64) time.Duration {
	b.Helper()
	where := "false"
	for _, hash := range hashes {
		where += fmt.Sprintf(" OR bit_count((hash # %d)::bit(64)) <= %d", int64(hash), domain.PictureHashDistance)
	}
	began := time.Now()
	var found int
	require.NoError(b, conn.QueryRow(b.Context(), "SELECT count(*) FROM photo_hashes WHERE "+where).Scan(&found))
	require.Positive(b, found)
	report("%d hashes are near", found)
	return time.Since(began)
}

// TestTheBenchmarkAsksForWhatIsNear checks that as many bits as asked for differ in a generated
// hash, in the orientation asked for.
func TestTheBenchmarkAsksForWhatIsNear(t *testing.T) {
	t.Parallel()
	for wrong := range domain.PictureHashDistance + 1 {
		for turn := range 8 {
			require.Equal(t, wrong, bits.OnesCount64(turnedOf(17, turn, wrong)[turn]^hashOf(17)))
		}
	}
}
