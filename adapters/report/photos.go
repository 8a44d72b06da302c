package report

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
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
	// photoLeast is the least height to which the pictures of a row shrink, so that the row fills
	// the rest of a page.
	photoLeast = 42.0
)

// photos writes the photos that count with a caption below each, and lists the others.
func photos(s *sheet, d domain.ReportDocument, pictures []picture) {
	var shown, others []int
	for i, p := range d.Photos {
		if d.Standing(p.Photo) == domain.StandingPictured {
			shown = append(shown, i)
		} else {
			others = append(others, i)
		}
	}
	switch {
	case len(d.Photos) == 0:
		s.section("Photographs", 10)
		s.paragraph("The case has no photographs.", bodyStyle.in(muted))
		return
	case len(shown) == 0:
		s.section("Photographs", 30)
		s.paragraph("No photograph of the property counts as evidence.", bodyStyle)
	default:
		s.section("Photographs", photoLeast+24)
		s.paragraph(shownOf(len(shown), len(d.Photos)), bodyStyle)
		s.y += 2
	}
	for row := range slices.Chunk(shown, 2) {
		s.photoRow(d, row, pictures)
	}
	if len(others) > 0 {
		s.listed(d, others)
	}
}

// shownOf introduces the pictures.
func shownOf(shown, all int) string {
	verb := "count as evidence and are shown"
	if shown == 1 {
		verb = "counts as evidence and is shown"
	}
	words := fmt.Sprintf("%d of %s of the case %s here.", shown, count(all, "photograph", "photographs"), verb)
	if shown < all {
		words += " The others are listed after them."
	}
	return words
}

// photoRow writes the photos with these indices beside each other.
func (s *sheet) photoRow(d domain.ReportDocument, row []int, pictures []picture) {
	captions, tallest := make([][]string, len(row)), 0
	for j, i := range row {
		captions[j] = s.caption(d, d.Photos[i].Photo)
		tallest = max(tallest, len(captions[j]))
	}
	below := 1.5 + strongStyle.leading() + noteStyle.height(tallest) + 4
	s.need(photoLeast + below)
	tall := min(photoHeight, bottom-s.y-below)
	for j, i := range row {
		p, x := d.Photos[i].Photo, left+float64(j)*(photoWidth+photoGap)
		s.picture(x, tall, i, pictures[i])
		y := s.y + tall + 1.5
		name, shade := verdict(d, p)
		s.fitted(x, y, photoWidth-32, s.text.clean(fmt.Sprintf("%d  %s", i+1, subjectName(p.Subject))), strongStyle, toLeft)
		s.fitted(x+photoWidth-30, y, 30, s.text.clean(name), strongStyle.sized(7).in(shade), toRight)
		s.block(x, y+strongStyle.leading(), photoWidth, captions[j], noteStyle, toLeft)
	}
	s.y += tall + below
}

var listedColumns = []column{
	{width: 4},
	{title: "Photo", width: 28},
	{title: "Verdict", width: 32},
	{title: "Why it is not shown", width: width - 4 - 28 - 32 - 3*cellGap},
}

// listed writes why these photos are not shown.
func (s *sheet) listed(d domain.ReportDocument, indices []int) {
	rows := make([][]cell, len(indices))
	for row, i := range indices {
		p := d.Photos[i].Photo
		name, shade := verdict(d, p)
		rows[row] = []cell{
			{text: strconv.Itoa(i + 1)}, {text: subjectName(p.Subject)},
			{text: name, style: style{sans, true, 7.5, shade}}, {text: whyNotShown(d, p)},
		}
	}
	table := s.layTable(listedColumns, rows)
	s.y += 2
	s.need(min(table.height()+strongStyle.leading()+2, bottom-top))
	s.paragraph("Photographs that are not shown", strongStyle)
	s.y++
	s.table(table)
}

func whyNotShown(d domain.ReportDocument, p domain.Photo) string {
	switch d.Standing(p) {
	case domain.StandingPaper:
		words := "A personal paper: its picture is in the case record only."
		if p.Resolution != nil {
			words += " Valuer: " + reason(d, p)
		}
		return words
	case domain.StandingReplaced:
		return "The owner took it again, and it does not count."
	case domain.StandingRefused:
		return "The valuer refused it, and it does not count. " + reason(d, p)
	case domain.StandingFailed:
		return "It failed a check and does not count: " + strings.ToLower(strings.Join(findings(p), ", ")) + "."
	case domain.StandingUnsuited:
		return "It cannot show a property of this type and does not count."
	case domain.StandingElsewhere:
		return "It was taken out of reach of the property's location and does not count."
	case domain.StandingUnresolved:
		return "A check flagged it, no valuer accepted it, and it does not count."
	case domain.StandingUnfinished, domain.StandingPictured:
	}
	return "It has no verdict and does not count."
}

// picture fits a whole photo into a frame of this height at the cursor, or writes a note if it
// cannot be shown.
func (s *sheet) picture(x, tall float64, index int, p picture) {
	y := s.y
	s.fill(x, y, photoWidth, tall, panel)
	if p.jpeg == nil {
		s.line(x, y+tall/2-2, photoWidth, "This photo could not be shown.", bodyStyle.in(muted), toCentre)
		return
	}
	w, h := photoWidth, photoWidth*float64(p.height)/float64(p.width)
	if h > tall {
		w, h = tall*float64(p.width)/float64(p.height), tall
	}
	name := fmt.Sprintf("photo %03d", index)
	options := fpdf.ImageOptions{ImageType: "JPG"}
	s.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(p.jpeg))
	s.pdf.ImageOptions(name, x+(photoWidth-w)/2, y+(tall-h)/2, w, h, false, options, 0, "")
}

// caption returns clean lines about a photo: its time, its distance from the property and the
// valuer's reason.
func (s *sheet) caption(d domain.ReportDocument, p domain.Photo) []string {
	lines := []string{"Taken " + takenAt(p), takenWhere(p, d.Property.Details.Location)}
	if p.Resolution != nil {
		lines = append(lines, "Valuer: "+reason(d, p))
	}
	var out []string
	for _, line := range lines {
		out = append(out, clip(s.wrap(s.text.clean(line), noteStyle, photoWidth), 3)...)
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

// takenWhere returns the distance to the property, located as the checks do.
func takenWhere(p domain.Photo, property *domain.Location) string {
	source := "by the device"
	if p.Facts.EXIF.Place() != nil {
		source = "by the file"
	}
	place := p.Place()
	if place == nil || property == nil {
		return "Distance to the property unknown"
	}
	return distance(place.DistanceKM(property.Point)) + " from the property (" + source + ")"
}

// subjectName names what a photo shows, e.g. "Internal: kitchen".
func subjectName(subject domain.Subject) string {
	name := sentence(subject.Type)
	if subject.Room != domain.NoRoom {
		name += ": " + strings.ToLower(sentence(subject.Room))
	}
	return name
}

// verdict names a photo's verdict, or what became of it, and its colour.
func verdict(d domain.ReportDocument, p domain.Photo) (string, colour) {
	switch standing := d.Standing(p); {
	case standing == domain.StandingReplaced:
		return "Replaced by a retake", muted
	case standing == domain.StandingRefused:
		return sentence(p.Status) + ", refused", bad
	case standing == domain.StandingElsewhere:
		return "Out of reach", bad
	case standing == domain.StandingUnsuited:
		return "Unsuited", muted
	case p.Status == domain.PhotoFlagged && p.Resolution != nil:
		return "Flagged, accepted", warn
	}
	shades := map[domain.PhotoStatus]colour{domain.PhotoPassed: good, domain.PhotoFlagged: warn, domain.PhotoFailed: bad}
	shade, ok := shades[p.Status]
	if !ok {
		shade = muted
	}
	return sentence(p.Status), shade
}
