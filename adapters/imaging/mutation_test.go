package imaging_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/outside"
)

// A file may take so much of the processor's time and so much memory, whatever is wrong with
// it. HEIC starts a sandbox of its own for each file.
const (
	mostTime, mostHEICTime = 2 * time.Second, 10 * time.Second
	mostMemory             = 1 << 30
)

// reasons are the faults that damage can lead to.
var reasons = []domain.ImageFault{
	domain.NoFault, domain.FaultNotAnImage, domain.FaultBroken, domain.FaultTooBig, domain.FaultTooSmall, domain.FaultTooSlow,
}

// Not in parallel with others: it looks at the memory of the process.
func TestDamagedFilesStayWithinBounds(t *testing.T) {
	n := 600
	if raced {
		n = 60
	}
	var files [][]byte
	for _, seed := range seeds() {
		if len(seed) > 0 {
			files = append(files, seed)
		}
	}
	damage(t, files, n)
}

// The hostile files of others and our own, each damaged in many ways: DAMAGED_FILES in all,
// 500 if not given. make test-data asks for 10,000.
func TestHostileFilesStayWithinBoundsWhenDamaged(t *testing.T) {
	if raced {
		t.Skip("inspects many files in one goroutine: run it without -race")
	}
	n := 500
	if asked := os.Getenv("DAMAGED_FILES"); asked != "" {
		var err error
		n, err = strconv.Atoi(asked)
		require.NoError(t, err)
	}
	paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images", "hostile"), "*"))
	require.NoError(t, err)
	files := seeds()[1:]
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, data)
	}
	damage(t, files, n)
}

// damage inspects n damaged files, by turns of the originals.
func damage(t *testing.T, originals [][]byte, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(4, 2))
	inspector := imaging.New()
	found := map[domain.ImageFault]int{}
	var slowest time.Duration
	var greediest uint64
	for i := range n {
		file := damaged(random, originals[i%len(originals)], originals[random.IntN(len(originals))])
		facts, took, allocated := bounded(t, inspector, file)
		found[facts.Fault]++
		slowest, greediest = max(slowest, took), max(greediest, allocated)
		limit := mostTime
		if facts.Format == domain.FormatHEIC {
			limit = mostHEICTime
		}
		assert.LessOrEqual(t, took, limit, "file %d", i)
		assert.LessOrEqual(t, allocated, uint64(mostMemory), "file %d", i)
		assert.Contains(t, reasons, facts.Fault, "file %d", i)
	}
	t.Logf("%d damaged files: %v; the slowest took %v, the greediest allocated %d MB", n, found, slowest.Round(time.Millisecond), greediest>>20)
	assert.True(t, inspector.Idle())
	assert.GreaterOrEqual(t, len(found), 3, "the damage is too alike")
}

// bounded inspects a file and returns the processor's time and the bytes that it took.
func bounded(t *testing.T, inspector *imaging.Inspector, file []byte) (domain.ImageFacts, time.Duration, uint64) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(t)
	result, err := inspector.Inspect(t.Context(), bytes.NewReader(file))
	took := processorTime(t) - start
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	whole := result.Facts.Fault == domain.NoFault
	assert.Equal(t, whole, len(result.Display) > 0)
	assert.Equal(t, whole, len(result.Thumb) > 0)
	return result.Facts, took, after.TotalAlloc - before.TotalAlloc
}

// processorTime is what all threads of this process have used so far: unlike the wall
// clock's it does not count who else uses the machine.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// damaged returns the file with one kind of damage: other bytes, extreme ones, a lost or
// doubled stretch, a lost end, or a stretch of another file.
func damaged(random *rand.Rand, file, other []byte) []byte {
	file = bytes.Clone(file)
	at := random.IntN(len(file))
	if random.IntN(2) == 0 { // headers decide the most
		at = random.IntN(min(len(file), 1024))
	}
	stretch := func(of []byte, from int) []byte { return of[from:min(len(of), from+1+random.IntN(256))] }
	switch random.IntN(6) {
	case 0:
		for range 1 + random.IntN(16) {
			file[random.IntN(len(file))] = byte(random.Uint32())
		}
	case 1:
		for i := range stretch(file, at) {
			file[at+i] = []byte{0, 0xff, 0x7f, 0x80}[random.IntN(4)]
		}
	case 2:
		file = append(file[:at], file[at+len(stretch(file, at)):]...)
	case 3:
		file = append(append(bytes.Clone(file[:at]), stretch(file, at)...), file[at:]...)
	case 4:
		file = file[:at]
	case 5:
		copy(file[at:], stretch(other, random.IntN(len(other))))
	}
	return file
}
