package photocheck_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

func TestScreenshots(t *testing.T) {
	t.Parallel()
	noCamera := func(e *photocheck.Evidence) { e.Facts.EXIF.Make, e.Facts.EXIF.Model = "", "" }
	size := func(w, h int) func(*photocheck.Evidence) {
		return facts(func(f *domain.ImageFacts) { f.Width, f.Height = w, h })
	}
	format := func(v domain.ImageFormat) func(*photocheck.Evidence) {
		return facts(func(f *domain.ImageFacts) { f.Format = v })
	}
	software := func(s string) func(*photocheck.Evidence) {
		return facts(func(f *domain.ImageFacts) { f.EXIF.Software = s })
	}
	inspectAll(t, []row{
		{"a phone's screen, upright", changes{noCamera, size(1080, 2400)}, failed(domain.FindingScreenshot)},
		{"a phone's screen, turned", changes{noCamera, size(2400, 1080)}, failed(domain.FindingScreenshot)},
		{"a tablet's screen, document", changes{noCamera, size(2048, 2732), of(document)}, failed(domain.FindingScreenshot)},
		{"a screen's size by a camera", changes{size(1080, 1920)}, nil},
		{"another size without a camera", changes{noCamera, size(4000, 3000)}, nil},
		{"a PNG without a camera", changes{noCamera, format(domain.FormatPNG)}, failed(domain.FindingScreenshot)},
		{"a PNG by a camera", changes{format(domain.FormatPNG)}, nil},
		{"a WebP without a camera", changes{noCamera, format(domain.FormatWebP)}, nil},
		{"a tool's name", changes{software("Android Screenshot")}, failed(domain.FindingScreenshot)},
		{"a tool's name, any case", changes{software("GNOME-Screenshot 42")}, failed(domain.FindingScreenshot)},
		{"a snipping tool", changes{software("Snipping Tool")}, failed(domain.FindingScreenshot)},
		{"a tool by XMP", changes{facts(func(f *domain.ImageFacts) { f.EXIF.CreatorTool = "Screen Capture 3" })}, failed(domain.FindingScreenshot)},
		{"an editor by XMP", changes{facts(func(f *domain.ImageFacts) { f.EXIF.CreatorTool = "GIMP 2.10" })}, nil},
		{"a camera's software", changes{software("HDR+ 1.0.585804376zd")}, nil},
	})
}

func TestAnalyses(t *testing.T) {
	t.Parallel()
	living := domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}
	otherRoom := domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomOther}
	amenity := domain.Subject{Type: domain.PhotoAmenity}
	sees := func(labels ...domain.Label) func(*photocheck.Evidence) {
		return func(e *photocheck.Evidence) { e.Analysis = domain.ImageAnalysis{Done: true, Labels: labels} }
	}
	sure := func(name string) domain.Label { return domain.Label{Name: name, Score: 0.95} }
	unsafe := func(e *photocheck.Evidence) { e.Analysis.Unsafe = true }
	off := func(e *photocheck.Evidence) { e.Analysis.Done = false }
	contradiction := flagged(domain.FindingContradiction)
	inspectAll(t, []row{
		{"nothing seen", changes{sees()}, nil},
		{"unsafe", changes{sees(), unsafe}, failed(domain.FindingUnsafe)},
		{"unsafe and contradicting", changes{sees(sure("toilet")), unsafe}, failed(domain.FindingUnsafe)},
		{"not analysed", changes{sees(sure("toilet")), unsafe, off}, nil},
		{"as claimed", changes{sees(sure("Kitchen")), of(kitchen)}, nil},
		{"another room", changes{sees(sure("Bathtub")), of(kitchen)}, contradiction},
		{"a room instead of the front", changes{sees(sure("Bedroom")), of(front)}, contradiction},
		{"a facade from the side", changes{sees(sure("Facade")), of(side)}, nil},
		{"a room from the side", changes{sees(sure("Living room")), of(side)}, contradiction},
		{"a facade inside", changes{sees(sure("facade")), of(living)}, contradiction},
		{"a document", changes{sees(sure("Text")), of(document)}, nil},
		{"a kitchen as document", changes{sees(sure("Countertop")), of(document)}, contradiction},
		{"sure enough", changes{sees(domain.Label{Name: "toilet", Score: 0.8}), of(kitchen)}, contradiction},
		{"not sure enough", changes{sees(domain.Label{Name: "toilet", Score: 0.7999}), of(kitchen)}, nil},
		{"nothing telling", changes{sees(sure("Sky"), sure("Dog")), of(kitchen)}, nil},
		{"the surest telling one counts", changes{sees(sure("Floor"), sure("kitchen"), sure("toilet")), of(kitchen)}, nil},
		{"any room", changes{sees(sure("toilet")), of(otherRoom)}, nil},
		{"any amenity", changes{sees(sure("kitchen")), of(amenity)}, nil},
	})
	assert.InDelta(t, 0.8, photocheck.LabelMinScore, 0)
}
