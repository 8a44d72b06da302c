package imaging

import (
	"crypto/sha256"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// BenchmarkPhotoShares prints what each part of the inspection of a photo of 12 megapixels
// takes of the processor's time: medians of turns.
func BenchmarkPhotoShares(b *testing.B) {
	taken := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	file := photofixture.House(1, photofixture.Options{Width: 4032, Height: 3024, Quality: 95, Orientation: 6, EXIF: photofixture.Phone(taken, 28.6, 77.2)})
	var bench workbench
	var facts domain.ImageFacts
	p := &bench.picture
	parts := []struct {
		name string
		do   func() error
	}{
		{"SHA-256", func() error { _ = sha256.Sum256(file); return nil }},
		{"format, metadata and SHA-256", func() error { facts = survey(file); return nil }},
		{"decode and reduce", func() error { return decode(b.Context(), domain.FormatJPEG, file, p) }},
		{"moiré", func() error { facts.Moire = p.grid.moire(); return nil }},
		{"all measures and hashes", func() error { measure(&facts, p, 6); return nil }},
		{"turn and encode derivatives", func() error { _, _, err := bench.derivatives.of(&p.display, 6); return err }},
	}
	for b.Loop() {
		spent := make([][]time.Duration, len(parts))
		for range 15 {
			for i, part := range parts {
				start := spentProcessor(b)
				require.NoError(b, part.do())
				spent[i] = append(spent[i], spentProcessor(b)-start)
			}
		}
		b.Logf("%s, %.1f MB", JPEGCodec, float64(len(file))/1e6)
		for i, part := range parts {
			slices.Sort(spent[i])
			b.Logf("%-28s %6.1f ms", part.name, float64(spent[i][len(spent[i])/2].Microseconds())/1000)
		}
	}
}

func spentProcessor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
