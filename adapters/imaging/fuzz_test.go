package imaging_test

import (
	"bytes"
	"errors"
	"image"
	"io"
	"testing"
	"time"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// FuzzSurvey feeds the sniffer, the header readers and the EXIF reader.
func FuzzSurvey(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		facts := imaging.Survey(data)
		if facts.Fault == domain.NoFault && (facts.Width < imaging.MinShortSide || facts.Height < imaging.MinShortSide) {
			t.Fatalf("%d×%d passed", facts.Width, facts.Height)
		}
		exif := facts.EXIF
		if exif.Orientation < 0 || exif.Orientation > 8 {
			t.Fatalf("orientation %d", exif.Orientation)
		}
		if exif.Location != nil && !exif.Location.Valid() {
			t.Fatalf("location %v", *exif.Location)
		}
		if exif.Zoned && exif.TakenAt == nil {
			t.Fatal("a zone without a time")
		}
	})
}

// FuzzInspect feeds the whole inspection but the WebAssembly of HEIC, whose memory safety
// is its sandbox's.
func FuzzInspect(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	inspector := imaging.New()
	f.Fuzz(func(t *testing.T, data []byte) {
		if facts := imaging.Survey(data); facts.Format == domain.FormatHEIC || facts.Width*facts.Height > 1_000_000 {
			return
		}
		found, err := inspector.Inspect(t.Context(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		whole := found.Facts.Fault == domain.NoFault
		if whole != (len(found.Display) > 0) || whole != (len(found.Thumb) > 0) {
			t.Fatalf("fault %q with %d bytes of display", found.Facts.Fault, len(found.Display))
		}
	})
}

// seeds are small files of every format with metadata, and broken ones.
func seeds() [][]byte {
	exif := photofixture.Phone(time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST), 28.6, 77.2)
	options := photofixture.Options{Width: 200, Height: 200, EXIF: exif, Orientation: 6, Quality: 30}
	seeds := [][]byte{nil, []byte("\xff\xd8\xff"), photofixture.PNGClaiming(300, 300), photofixture.PNGClaiming(1<<30, 1<<30)}
	for _, options.Format = range []photofixture.Format{photofixture.JPEG, photofixture.PNG, photofixture.WebP, photofixture.HEIC} {
		file := photofixture.House(1, options)
		seeds = append(seeds, file, file[:len(file)/2])
	}
	bigEndian := *exif
	bigEndian.BigEndian = true
	plain := photofixture.House(1, photofixture.Options{Width: 200, Height: 200, Quality: 30})
	return append(seeds, photofixture.WithJPEGMetadata(plain, bigEndian.TIFF(3)))
}

func TestDecoderPanicsAreBrokenImages(t *testing.T) {
	t.Parallel()
	_, err := imaging.Decode(domain.FormatPNG, panickingReader{})
	if err == nil {
		t.Fatal("the panic is lost")
	}
	if _, err := imaging.Decode(domain.FormatUnknown, bytes.NewReader(nil)); !errors.Is(err, image.ErrFormat) {
		t.Fatal(err)
	}
}

type panickingReader struct{ io.Reader }

func (panickingReader) Read([]byte) (int, error) { panic("planted") }
