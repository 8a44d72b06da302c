package photocheck_test

import (
	"math"
	"testing"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

func TestPhotosOfScreens(t *testing.T) {
	t.Parallel()
	moire := func(v float64) func(*photocheck.Evidence) {
		return facts(func(f *domain.ImageFacts) { f.Moire = v })
	}
	analysed := func(a domain.ImageAnalysis) func(*photocheck.Evidence) {
		a.Done = true
		return func(e *photocheck.Evidence) { e.Analysis = a }
	}
	text := func(s string) func(*photocheck.Evidence) { return analysed(domain.ImageAnalysis{Text: s}) }
	label := func(score float64, names ...string) func(*photocheck.Evidence) {
		var a domain.ImageAnalysis
		for _, name := range names {
			a.Labels = append(a.Labels, domain.Label{Name: name, Score: score})
		}
		return analysed(a)
	}
	screen := flagged(domain.FindingScreen)
	inspectAll(t, []row{
		{"no grid", changes{moire(0)}, nil},
		{"as much as in ordinary photos", changes{moire(photocheck.MoireFlagAbove)}, nil},
		{"a grid", changes{moire(math.Nextafter(photocheck.MoireFlagAbove, 9))}, screen},
		{"a grid in a document", changes{moire(5), of(document)}, screen},
		{"a screen before all", changes{label(0.9, "Computer monitor", "Wall")}, screen},
		{"a screen in a room", changes{label(0.9, "Wall", "Computer monitor")}, nil},
		{"perhaps a screen", changes{label(0.79, "Screenshot")}, nil},
		{"a television", changes{label(0.95, "Television")}, nil},
		{"a status bar", changes{text("9:41 5G 87%\nPhotos")}, screen},
		{"a status bar, clock last", changes{text("Jio 4G VoLTE 76 % 10:32")}, screen},
		{"a clock on the wall", changes{text("10:32\nHome sweet home")}, nil},
		{"a sale", changes{text("50% off")}, nil},
		{"a status bar further down", changes{text("Notice board\n9:41 5G 87%")}, nil},
		{"a gallery's buttons", changes{text("12 November\nShare\nEdit\n Delete \n")}, screen},
		{"the same button thrice", changes{text("Share\nShare\nSHARE")}, nil},
		{"words in a sentence", changes{text("Share, edit and delete more")}, nil},
		{"no writing", changes{text("")}, nil},
		{"not analysed", changes{text("9:41 5G 87%"), func(e *photocheck.Evidence) { e.Analysis.Done = false }}, nil},
	})
}
