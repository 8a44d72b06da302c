package imaging_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	"github.com/propflow/propflow/tests/files/docs"
)

// shot is a generated photo file with all that is known of how it came about.
type shot struct {
	file     []byte
	photo    domain.Photo
	analysis domain.ImageAnalysis
	property *domain.Point
	// elsewhere is the file of a photo of another property.
	elsewhere []byte
	// beside is the file of a photo of the same property.
	beside []byte
}

var (
	challengedAt = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)
	takenAt      = challengedAt.Add(20 * time.Second)
	uploadedAt   = challengedAt.Add(time.Minute)
	atHome       = domain.Point{Lat: 28.6139, Lng: 77.209}
)

// good returns a photo that passes every check; the options change the file, edit what is
// claimed of it.
func good(o photofixture.Options, edit ...func(*shot)) shot {
	if o.EXIF == nil {
		o.EXIF = photofixture.Phone(takenAt, atHome.Lat, atHome.Lng)
	}
	s := shot{
		file: photofixture.House(3, o), property: &atHome,
		photo: domain.Photo{
			Subject: domain.Subject{Type: domain.PhotoFront}, Status: domain.PhotoProcessing,
			ChallengedAt: challengedAt, CreatedAt: uploadedAt,
			Device: domain.DeviceReport{CapturedAt: &takenAt, Location: &atHome, AccuracyM: 10, Model: "Phone 1"},
		},
	}
	for _, f := range edit {
		f(&s)
	}
	return s
}

func as(kind domain.PhotoType) func(*shot) {
	return func(s *shot) { s.photo.Subject = domain.Subject{Type: kind} }
}

// noReport leaves only the file to say anything.
func noReport(s *shot) { s.photo.Device = domain.DeviceReport{} }

// bare is a file whose metadata names its maker alone.
func bare() *photofixture.EXIF { return &photofixture.EXIF{Make: "Fixture"} }

// phone is the metadata of a good photo, changed.
func phone(change func(*photofixture.EXIF)) *photofixture.EXIF {
	exif := photofixture.Phone(takenAt, atHome.Lat, atHome.Lng)
	change(exif)
	return exif
}

func sees(a domain.ImageAnalysis) func(*shot) {
	a.Done = true
	return func(s *shot) { s.analysis = a }
}

func file(data []byte) func(*shot) { return func(s *shot) { s.file = data } }

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	return asPNG(t, photofixture.Picture(3, photofixture.Options{Width: w, Height: h}))
}

// speckled returns a good photo of two lumas in sharp spots, the high one over a share of
// it: darkening a house would take its contrast, and so its sharpness, too.
func speckled(t *testing.T, low, high uint8, share float64) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	img := image.NewGray(image.Rect(0, 0, 640, 480))
	for y := 0; y < 480; y += 10 {
		for x := 0; x < 640; x += 10 {
			luma := low
			if random.Float64() < share {
				luma = high
			}
			draw.Draw(img, image.Rect(x, y, x+10, y+10), image.NewUniform(color.Gray{Y: luma}), image.Point{}, draw.Src)
		}
	}
	return photofixture.WithJPEGMetadata(encode(t, img, 95), photofixture.Phone(takenAt, atHome.Lat, atHome.Lng).TIFF(1))
}

// judged has the real inspector look at the file and the domain judge it.
func judged(t *testing.T, inspector *imaging.Inspector, s shot) domain.Photo {
	t.Helper()
	look := func(file []byte) domain.ImageFacts {
		found, err := inspector.Inspect(t.Context(), bytes.NewReader(file))
		require.NoError(t, err)
		return found.Facts
	}
	facts := look(s.file)
	evidence := photocheck.Evidence{Photo: s.photo, Facts: facts, Analysis: s.analysis, Property: s.property}
	if s.elsewhere != nil {
		if other := look(s.elsewhere); other.SHA256 == facts.SHA256 || domain.SamePicture(facts, other) {
			evidence.Twins = []domain.PropertyID{"another"}
		}
	}
	if s.beside != nil {
		other := domain.Photo{ID: "beside", Status: domain.PhotoPassed, Subject: domain.Subject{Type: domain.PhotoInternal}, Facts: look(s.beside)}
		evidence.Photo.Facts = facts
		evidence.Repeat = new(domain.Property).RepeatOf(evidence.Photo, []domain.Photo{other})
	}
	photo := s.photo
	require.True(t, photo.Judge(facts, s.analysis, evidence.Inspect(), evidence.Twins, uploadedAt))
	return photo
}

type tableRow struct {
	name    string
	shot    shot
	finding domain.FindingCode // "" passes
	status  domain.PhotoStatus
}

// Every row of the product's photo table is tripped by a photo that trips nothing else.
func TestEveryRowOfThePhotoTable(t *testing.T) {
	t.Parallel()
	inspector := imaging.New()
	rows := append(append(fileRows(t), pictureRows(t)...), captureRows()...)
	seen := map[domain.FindingCode]bool{}
	for _, row := range rows {
		seen[row.finding] = true
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			photo := judged(t, inspector, row.shot)
			if row.finding == "" {
				assert.Empty(t, photo.Findings)
			} else if assert.Len(t, photo.Findings, 1, "%v", photo.Findings) {
				assert.Equal(t, row.finding, photo.Findings[0].Code)
				assert.NotEmpty(t, photocheck.Advice(row.finding))
			}
			assert.Equal(t, row.status, photo.Status)
		})
	}
	source, err := docs.Load("../../domain")
	require.NoError(t, err)
	untrippable := []domain.ImageFault{domain.NoFault, domain.FaultTooSlow, domain.FaultChecksum} // not by a photo alone
	for _, c := range source.Constants {
		if c.Type != "FindingCode" && c.Type != "ImageFault" || slices.Contains(untrippable, domain.ImageFault(c.Text())) {
			continue
		}
		code := domain.FindingCode(c.Text())
		assert.True(t, seen[code], "no row trips %s", code)
	}
}

func fileRows(t *testing.T) []tableRow {
	t.Helper()
	whole := good(photofixture.Options{}).file
	failed := func(name string, data []byte, code domain.FindingCode) tableRow {
		return tableRow{name, good(photofixture.Options{}, file(data)), code, domain.PhotoFailed}
	}
	return []tableRow{
		{"good", good(photofixture.Options{}), "", domain.PhotoPassed},
		{"good, turned", good(photofixture.Options{Orientation: 6}), "", domain.PhotoPassed},
		{"good PNG of a camera", good(photofixture.Options{Format: photofixture.PNG}), "", domain.PhotoPassed},
		{"good HEIC", good(photofixture.Options{Format: photofixture.HEIC}), "", domain.PhotoPassed},
		{"good document", good(photofixture.Options{EXIF: bare()}, noReport, as(domain.PhotoDocument)), "", domain.PhotoPassed},
		failed("not an image", []byte("%PDF-1.7 not a photo at all"), "NOT_AN_IMAGE"),
		failed("broken", whole[:len(whole)/2], "BROKEN_IMAGE"),
		failed("too many bytes", append(bytes.Clone(whole), make([]byte, domain.MaxPhotoBytes)...), "TOO_MANY_BYTES"),
		failed("too many pixels", photofixture.PNGClaiming(9000, 9000), "TOO_MANY_PIXELS"),
		failed("too few pixels", photofixture.House(3, photofixture.Options{Width: 100, Height: 100}), "TOO_FEW_PIXELS"),
	}
}

func pictureRows(t *testing.T) []tableRow {
	t.Helper()
	row := func(name string, code domain.FindingCode, status domain.PhotoStatus, o photofixture.Options, edit ...func(*shot)) tableRow {
		return tableRow{name, good(o, edit...), code, status}
	}
	screen := photofixture.Recapture{Width: 640, Height: 480, Pitch: 3.3, Tilt: 4, Focus: 0.45, Noise: 2, Quality: 92}
	recaptured := photofixture.WithJPEGMetadata(
		screen.JPEG(photofixture.Picture(9, photofixture.Options{Width: 200, Height: 150}), 1),
		photofixture.Phone(takenAt, atHome.Lat, atHome.Lng).TIFF(1))
	copied := photofixture.House(3, photofixture.Options{Width: 500, Height: 375, Quality: 60, Orientation: 4})
	mirrored := photofixture.WithoutEXIF(copied)
	dark, bright, glaring := file(speckled(t, 5, 70, 0.4)), file(speckled(t, 205, 238, 0.7)), file(speckled(t, 50, 252, 0.8))
	return []tableRow{
		row("blurred", domain.FindingTooBlurred, domain.PhotoFailed, photofixture.Options{Blur: photofixture.HardBlur}),
		row("slightly blurred", domain.FindingSlightlyBlurred, domain.PhotoFlagged, photofixture.Options{Soft: true}),
		row("dark", domain.FindingTooDark, domain.PhotoFailed, photofixture.Options{}, dark),
		row("bright", domain.FindingTooBright, domain.PhotoFailed, photofixture.Options{}, bright),
		row("bright document", "", domain.PhotoPassed, photofixture.Options{}, bright, as(domain.PhotoDocument)),
		row("glare", domain.FindingGlare, domain.PhotoFailed, photofixture.Options{}, glaring),
		row("glaring document", "", domain.PhotoPassed, photofixture.Options{}, glaring, as(domain.PhotoDocument)),
		row("same bytes elsewhere", domain.FindingDuplicate, domain.PhotoFlagged, photofixture.Options{}, func(s *shot) { s.elsewhere = s.file }),
		row("same picture elsewhere, smaller, mirrored", domain.FindingDuplicate, domain.PhotoFlagged, photofixture.Options{}, func(s *shot) { s.elsewhere = mirrored }),
		row("another picture elsewhere", "", domain.PhotoPassed, photofixture.Options{}, func(s *shot) { s.elsewhere = photofixture.House(4, photofixture.Options{}) }),
		row("same bytes beside", domain.FindingSameBytes, domain.PhotoFailed, photofixture.Options{}, func(s *shot) { s.beside = s.file }),
		row("same picture beside, smaller, mirrored", domain.FindingSamePicture, domain.PhotoFlagged, photofixture.Options{}, func(s *shot) { s.beside = mirrored }),
		row("another picture beside", "", domain.PhotoPassed, photofixture.Options{}, func(s *shot) { s.beside = photofixture.House(4, photofixture.Options{}) }),
		row("same picture as a document", "", domain.PhotoPassed, photofixture.Options{}, as(domain.PhotoDocument), func(s *shot) { s.beside = mirrored }),
		row("screenshot by its size", domain.FindingScreenshot, domain.PhotoFailed,
			photofixture.Options{Width: 720, Height: 1280, EXIF: phone(func(e *photofixture.EXIF) { e.Make, e.Model = "", "" })}),
		row("screenshot by its format", domain.FindingScreenshot, domain.PhotoFailed, photofixture.Options{}, file(pngOf(t, 640, 480))),
		row("screenshot by its software", domain.FindingScreenshot, domain.PhotoFailed,
			photofixture.Options{EXIF: phone(func(e *photofixture.EXIF) { e.Software = "Android Screenshot" })}),
		row("screenshot by its XMP", domain.FindingScreenshot, domain.PhotoFailed, photofixture.Options{}, func(s *shot) {
			s.file = photofixture.WithXMP(s.file, photofixture.XMP(map[string]string{"xmp:CreatorTool": "Snipping Tool"}, false))
		}),
		row("photo of a screen", domain.FindingScreen, domain.PhotoFlagged, photofixture.Options{}, file(recaptured)),
		row("screen seen by recognition", domain.FindingScreen, domain.PhotoFlagged, photofixture.Options{}, sees(domain.ImageAnalysis{Text: "9:41 5G 87%\nShare"})),
		row("unsafe", domain.FindingUnsafe, domain.PhotoFailed, photofixture.Options{}, sees(domain.ImageAnalysis{Unsafe: true})),
		row("a kitchen claimed as front", domain.FindingContradiction, domain.PhotoFlagged, photofixture.Options{},
			sees(domain.ImageAnalysis{Labels: []domain.Label{{Name: "Kitchen", Score: 0.95}}})),
		row("recognised as claimed", "", domain.PhotoPassed, photofixture.Options{},
			sees(domain.ImageAnalysis{Labels: []domain.Label{{Name: "Facade", Score: 0.95}}})),
	}
}

func captureRows() []tableRow {
	row := func(name string, code domain.FindingCode, status domain.PhotoStatus, exif *photofixture.EXIF, edit ...func(*shot)) tableRow {
		return tableRow{name, good(photofixture.Options{EXIF: exif}, edit...), code, status}
	}
	old := uploadedAt.Add(-31 * time.Minute)
	far := domain.Point{Lat: atHome.Lat + 0.0055, Lng: atHome.Lng} // 612 m north
	own := phone(func(*photofixture.EXIF) {})
	timed := func(at time.Time, zoned bool) *photofixture.EXIF {
		return phone(func(e *photofixture.EXIF) {
			e.TakenAt, e.Zoned, e.FixAt = at.In(domain.IST), zoned, time.Time{}
		})
	}
	reported := func(at *time.Time) func(*shot) { return func(s *shot) { s.photo.Device.CapturedAt = at } }
	fast := uploadedAt.Add(6 * time.Minute)
	return []tableRow{
		row("old by a zoned time", domain.FindingTooOld, domain.PhotoFailed, timed(old, true)),
		row("old by the device alone", domain.FindingTooOld, domain.PhotoFailed, phone(func(e *photofixture.EXIF) { e.TakenAt, e.FixAt = time.Time{}, time.Time{} }), reported(&old)),
		row("old by a time without zone", domain.FindingMaybeTooOld, domain.PhotoFlagged, timed(old, false)),
		row("older than its challenge", domain.FindingBeforeChallenge, domain.PhotoFlagged, timed(challengedAt.Add(-10*time.Minute), true)),
		row("a device's clock that is off", domain.FindingClockSkew, domain.PhotoFlagged, own, reported(&fast)),
		row("too far", domain.FindingTooFar, domain.PhotoFailed,
			phone(func(e *photofixture.EXIF) { e.Position = &photofixture.Position{Lat: far.Lat, Lng: far.Lng} }),
			func(s *shot) { s.photo.Device.Location = &far }),
		row("far within the accuracy", "", domain.PhotoPassed,
			phone(func(e *photofixture.EXIF) { e.Position = &photofixture.Position{Lat: far.Lat, Lng: far.Lng} }),
			func(s *shot) { s.photo.Device.Location, s.photo.Device.AccuracyM = &far, 200 }),
		row("a far document", "", domain.PhotoPassed, own, as(domain.PhotoDocument), func(s *shot) { s.property = &domain.Point{Lat: 19, Lng: 72.8} }),
		row("nobody says where", domain.FindingNoLocation, domain.PhotoFlagged, phone(func(e *photofixture.EXIF) { e.Position = nil }),
			func(s *shot) { s.photo.Device.Location = nil }),
		row("knows only roughly where", domain.FindingImpreciseLocation, domain.PhotoFlagged, own, func(s *shot) { s.photo.Device.AccuracyM = 3000 }),
		row("nobody says on what", domain.FindingNoDevice, domain.PhotoFlagged, phone(func(e *photofixture.EXIF) { e.Make, e.Model = "", "" }),
			func(s *shot) { s.photo.Device.Model = "" }),
		row("two places", domain.FindingLocationDisagrees, domain.PhotoFlagged, own, func(s *shot) { s.photo.Device.Location = &far }),
		row("two devices", domain.FindingModelDisagrees, domain.PhotoFlagged, own, func(s *shot) { s.photo.Device.Model = "Galaxy S24" }),
		row("only the file says", "", domain.PhotoPassed, own, noReport),
		row("only the device says", "", domain.PhotoPassed, bare()),
	}
}

// A challenge that was used, has expired or is another's is refused before there is a photo.
func TestChallengeRowsOfThePhotoTable(t *testing.T) {
	t.Parallel()
	subject := domain.Subject{Type: domain.PhotoFront}
	issue := func() domain.Challenge {
		challenge, err := domain.NewChallenge("c", "owner", "house", subject, challengedAt)
		require.NoError(t, err)
		return challenge
	}
	fresh := issue()
	require.NoError(t, fresh.Use("owner", "house", subject, uploadedAt))
	require.Error(t, fresh.Use("owner", "house", subject, uploadedAt), "replayed")
	expired, foreign, elsewhere, other := issue(), issue(), issue(), issue()
	require.Error(t, expired.Use("owner", "house", subject, challengedAt.Add(domain.ChallengeTTL+time.Second)))
	require.Error(t, foreign.Use("somebody", "house", subject, uploadedAt))
	require.Error(t, elsewhere.Use("owner", "another", subject, uploadedAt))
	require.Error(t, other.Use("owner", "house", domain.Subject{Type: domain.PhotoSide}, uploadedAt))
}
