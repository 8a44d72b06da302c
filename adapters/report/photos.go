package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/propflow/propflow/domain"
)

// The grid of photos: two in a row.
const (
	photoGap    = 6.0
	photoWidth  = (width - photoGap) / 2
	photoHeight = 58.0
)

// photos writes the photos with a caption below each.
func photos(s *sheet, d domain.ReportDocument, pictures []picture) {
	if len(d.Photos) == 0 {
		s.section("Photographs", 10)
		s.paragraph("The case holds no photographs.", bodyStyle.in(muted))
		return
	}
	s.section("Photographs", photoHeight+20)
	for i := 0; i < len(d.Photos); i += 2 {
		pair := d.Photos[i:min(i+2, len(d.Photos))]
		captions, tallest := make([][]string, len(pair)), 0
		for j, p := range pair {
			captions[j] = s.caption(p.Photo, d.Property.Details.Location)
			tallest = max(tallest, len(captions[j]))
		}
		height := photoHeight + 1.5 + strongStyle.leading() + noteStyle.height(tallest) + 4
		s.need(height)
		for j, p := range pair {
			x := left + float64(j)*(photoWidth+photoGap)
			s.picture(x, s.y, i+j, pictures[i+j])
			y := s.y + photoHeight + 1.5
			name, shade := verdict(p.Photo)
			s.fitted(x, y, photoWidth-32, s.text.clean(fmt.Sprintf("%d  %s", i+j+1, subjectName(p.Photo.Subject))), strongStyle, toLeft)
			s.fitted(x+photoWidth-30, y, 30, s.text.clean(name), strongStyle.sized(7).in(shade), toRight)
			s.block(x, y+strongStyle.leading(), photoWidth, captions[j], noteStyle, toLeft)
		}
		s.y += height
	}
}

// picture fits a whole photo into its frame, or writes a note if it cannot be shown.
func (s *sheet) picture(x, y float64, index int, p picture) {
	s.fill(x, y, photoWidth, photoHeight, panel)
	if p.jpeg == nil {
		s.line(x, y+photoHeight/2-2, photoWidth, "This photo could not be shown.", bodyStyle.in(muted), toCentre)
		return
	}
	w, h := photoWidth, photoWidth*float64(p.height)/float64(p.width)
	if h > photoHeight {
		w, h = photoHeight*float64(p.width)/float64(p.height), photoHeight
	}
	name := fmt.Sprintf("photo %03d", index)
	options := fpdf.ImageOptions{ImageType: "JPG"}
	s.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(p.jpeg))
	s.pdf.ImageOptions(name, x+(photoWidth-w)/2, y+(photoHeight-h)/2, w, h, false, options, 0, "")
}

// caption returns clean lines about a photo: its time, its distance from the property and the
// valuer's reason.
func (s *sheet) caption(p domain.Photo, property *domain.Location) []string {
	lines := []string{"Taken " + takenAt(p), takenWhere(p, property)}
	if r := p.Resolution; r != nil {
		lines = append(lines, "Valuer: "+r.Reason)
	}
	var out []string
	for _, line := range lines {
		out = append(out, clip(s.wrap(s.text.clean(line), noteStyle, photoWidth), 2)...)
	}
	return out
}

// takenAt dates a photo as the checks do: by the file, or else by the device.
func takenAt(p domain.Photo) string {
	dated := func(t time.Time, source string) string { return moment(t) + " (" + source + ")" }
	switch exif, device := p.Facts.EXIF.TakenAt, p.Device.CapturedAt; {
	case exif != nil:
		return dated(*exif, "by the file")
	case device != nil:
		return dated(*device, "by the device")
	}
	return "at an unknown time, received " + moment(p.CreatedAt)
}

// takenWhere returns the distance to the property, located as the checks do: by the file, or else
// by the device.
func takenWhere(p domain.Photo, property *domain.Location) string {
	where, source := p.Facts.EXIF.Location, "by the file"
	if where == nil {
		where, source = p.Device.Location, "by the device"
	}
	if where == nil || property == nil {
		return "Distance to the property unknown"
	}
	return distance(where.DistanceKM(property.Point)) + " from the property (" + source + ")"
}

// subjectName names what a photo shows, e.g. "Internal: kitchen".
func subjectName(subject domain.Subject) string {
	name := sentence(subject.Type)
	if subject.Room != domain.NoRoom {
		name += ": " + strings.ToLower(sentence(subject.Room))
	}
	return name
}

// verdict names a photo's verdict and its colour.
func verdict(p domain.Photo) (string, colour) {
	switch {
	case p.ReplacedBy != "":
		return "Replaced by a retake", muted
	case p.Resolution != nil && p.Resolution.Decision == domain.FlagAccepted:
		return "Flagged, accepted", warn
	case p.Resolution != nil:
		return "Flagged, refused", bad
	}
	shades := map[domain.PhotoStatus]colour{domain.PhotoPassed: good, domain.PhotoFlagged: warn, domain.PhotoFailed: bad}
	shade, ok := shades[p.Status]
	if !ok {
		shade = muted
	}
	return sentence(p.Status), shade
}
