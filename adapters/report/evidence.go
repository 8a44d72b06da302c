package report

import (
	"fmt"
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
	s.section("Evidence", 40)
	s.paragraph("Every original photo is kept unaltered. Its fingerprint below is also part of the case's audit chain, in which each entry "+
		"seals the one before it: whoever has the chain can recompute its newest hash, and a changed, removed or added entry "+
		"gives another one.", bodyStyle)
	s.y += 2.5
	s.auditHead(d)
	if len(d.Photos) > 0 {
		rows := make([][]cell, len(d.Photos))
		analysed := 0
		for i, p := range d.Photos {
			rows[i] = evidenceRow(i+1, p.Photo)
			if p.Photo.Analysis.Done {
				analysed++
			}
		}
		s.table(s.layTable(evidenceColumns, rows))
		s.y += 2
		s.paragraph(fmt.Sprintf("Image recognition looked at %d of %s.", analysed, count(len(d.Photos), "photo", "photos")), noteStyle)
	}
}

func (s *sheet) auditHead(d domain.ReportDocument) {
	height := labelStyle.leading() + hashStyle.leading() + 5
	s.need(height)
	s.fill(left, s.y, width, height, panel)
	x := left + 3
	s.line(x, s.y+2, width, "Newest hash of the audit chain", labelStyle, toLeft)
	s.fitted(x, s.y+2+labelStyle.leading(), 140, orUnknown(s.text.clean(d.AuditHead)), hashStyle.sized(7.5), toLeft)
	s.line(x+142, s.y+2, width, "Entries", labelStyle, toLeft)
	s.fitted(x+142, s.y+2+labelStyle.leading(), right-x-144, grouped(d.AuditEntries), bodyStyle, toLeft)
	s.y += height + 4
}

func evidenceRow(number int, p domain.Photo) []cell {
	hash := p.Facts.SHA256
	if hash == "" {
		hash = p.Announced.SHA256
	}
	name, shade := verdict(p)
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

// findings returns a line for each finding, for links to other cases and for the valuer's decision.
func findings(p domain.Photo) []string {
	var lines []string
	for _, f := range p.Findings {
		lines = append(lines, sentence(f.Code))
	}
	if n := len(p.LinkedTo); n > 0 {
		lines = append(lines, "Same picture in "+count(n, "other case", "other cases"))
	}
	if r := p.Resolution; r != nil {
		lines = append(lines, sentence(r.Decision)+" "+day(r.At)+": "+r.Reason)
	}
	return lines
}
