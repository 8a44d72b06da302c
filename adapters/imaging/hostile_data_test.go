package imaging_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/outside"
)

// sane are the hostile files whose pixels are sound: what is bad about them lies elsewhere.
var sane = map[string]bool{
	"20scans.jpg":    true, // progressive in twenty scans
	"collision1.jpg": true, // same MD5, another picture
	"collision2.jpg": true,
}

// Every hostile file must end soon, in a fault or in sane facts.
func TestHostileFilesEndInFaults(t *testing.T) { // not in parallel: it measures the whole process
	inspector := imaging.New()
	paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images", "hostile"), "*"))
	require.NoError(t, err)
	for _, path := range paths {
		name := filepath.Base(path)
		start := processorTime(t)
		found := inspectFile(t, inspector, path)
		took := processorTime(t) - start

		limit := 2 * time.Second
		if found.Facts.Format == domain.FormatHEIC {
			limit = 10 * time.Second // the first one starts the WebAssembly runtime
		}
		if !raced {
			assert.Less(t, took, limit, name)
		}
		if !sane[name] {
			assert.NotEqual(t, domain.NoFault, found.Facts.Fault, name)
			assert.Empty(t, found.Thumb, name)
			assert.Empty(t, found.Display, name)
			continue
		}
		assert.Equal(t, domain.NoFault, found.Facts.Fault, name)
		assert.NotEmpty(t, found.Display, name)
	}
}

// Two pictures with the same MD5 must be distinguished.
func TestChecksumsDoNotCollide(t *testing.T) {
	t.Parallel()
	sums := map[string]bool{}
	for _, name := range []string{"collision1.jpg", "collision2.jpg"} {
		data, err := os.ReadFile(filepath.Join(outside.Path(t, "images", "hostile"), name))
		require.NoError(t, err)
		sums[imaging.Survey(data).SHA256] = true
	}
	assert.Len(t, sums, 2)
}

// Photos of real phones and cameras must decode, or be refused for their size.
func TestRealFilesDecode(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("decodes many large files: run it without -race")
	}
	inspector := imaging.NewWith(5*time.Minute, 2, imaging.Decode) // other tests load the machine
	paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images", "exif"), "*", "*"))
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			facts := inspectFile(t, inspector, path).Facts
			assert.Contains(t, []domain.ImageFault{domain.NoFault, domain.FaultTooBig, domain.FaultTooSmall}, facts.Fault)
		})
	}
}
