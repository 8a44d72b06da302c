package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

var evidenceColumns = []column{
	{width: 4},
	{title: "Photo", width: 24},
	{title: "SHA-256 of the original, and what the file is", width: 92},
	{title: "Verdict and findings", width: width - 4 - 24 - 92 - 3*cellGap},
}

// evidence writes what the report can be checked against.
func evidence(s *sheet, d domain.ReportDocument) {
	if len(d.Photos) == 0 && d.AuditHead == "" {
		return
	}
	s.section("Evidence", 40)
	if words := kept(d); words != "" {
		s.paragraph(words, bodyStyle)
		s.y += 2.5
	}
	if d.AuditHead != "" {
		s.auditHead(d)
	}
	if len(d.Photos) > 0 {
		rows := make([][]cell, len(d.Photos))
		for i, p := range d.Photos {
			rows[i] = evidenceRow(d, i+1, p.Photo)
		}
		s.table(s.layTable(evidenceColumns, rows))
		s.y += 2
		s.paragraph(analysed(d), noteStyle)
	}
}

// kept explains the fingerprints and the audit chain, as far as the case has them.
func kept(d domain.ReportDocument) string {
	var words []string
	inspected := slices.ContainsFunc(d.Photos, func(p domain.ReportPhoto) bool { return p.Photo.Facts.SHA256 != "" })
	if inspected {
		words = append(words, "Every original photo that was inspected is kept unaltered; below is its fingerprint.")
	}
	if d.AuditHead != "" {
		words = append(words, "In the case's audit chain each entry seals the one before it: whoever has the chain can recompute its hash "+
			"at the approval, and a changed, removed or added entry gives another one.")
	}
	if inspected && d.AuditHead != "" {
		words = append(words, "The fingerprints are part of the chain.")
	}
	return strings.Join(words, " ")
}

// analysed returns how many photos image recognition looked at.
func analysed(d domain.ReportDocument) string {
	n := 0
	for _, p := range d.Photos {
		if p.Photo.Analysis.Done {
			n++
		}
	}
	if n == 0 {
		return "Image recognition looked at none of the photos."
	}
	return fmt.Sprintf("Image recognition looked at %d of %s.", n, count(len(d.Photos), "photo", "photos"))
}

func (s *sheet) auditHead(d domain.ReportDocument) {
	height := labelStyle.leading() + hashStyle.leading() + 5
	s.need(height)
	s.fill(left, s.y, width, height, panel)
	x := left + 3
	s.line(x, s.y+2, width, "Hash of the audit chain at the approval", labelStyle, toLeft)
	s.fitted(x, s.y+2+labelStyle.leading(), 140, orUnknown(s.text.clean(d.AuditHead)), hashStyle.sized(7.5), toLeft)
	s.y += height + 4
}

func evidenceRow(d domain.ReportDocument, number int, p domain.Photo) []cell {
	hash := p.Facts.SHA256
	if hash == "" {
		hash = p.Announced.SHA256
	}
	name, shade := verdict(d, p)
	return []cell{
		{text: strconv.Itoa(number)}, {text: subjectName(p.Subject)},
		{hash: orUnknown(hash), note: strings.Join(fileFacts(p), " · ") + "\nReceived " + moment(p.CreatedAt)},
		{text: name, style: style{sans, true, 7.5, shade}, note: strings.Join(findings(p), "\n")},
	}
}

// fileFacts returns the format, dimensions, size and camera of a file, as far as they are known.
func fileFacts(p domain.Photo) []string {
	var facts []string
	if p.Facts.Format != domain.FormatUnknown {
		facts = append(facts, string(p.Facts.Format))
	}
	if p.Facts.Width > 0 {
		facts = append(facts, fmt.Sprintf("%d × %d px", p.Facts.Width, p.Facts.Height))
	}
	if p.Facts.Bytes > 0 {
		facts = append(facts, fmt.Sprintf("%.1f MB", float64(p.Facts.Bytes)/1e6))
	}
	if camera := strings.Join(nonEmpty(p.Facts.EXIF.Make, p.Facts.EXIF.Model), " "); camera != "" {
		facts = append(facts, camera)
	}
	return facts
}

// findings returns what the checks found, as the owner may know it.
func findings(p domain.Photo) []string {
	var lines []string
	for _, f := range domain.OwnersFindings(p.Findings) {
		lines = append(lines, sentence(f.Code))
	}
	return lines
}
