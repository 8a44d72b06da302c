package report

import (
	"strings"
	"unicode"
)

// wrap breaks clean text into lines no wider than w, at spaces if possible. Line breaks are
// kept; several empty lines in a row become one.
func (s *sheet) wrap(clean string, st style, w float64) []string {
	space := s.measure(" ", st)
	var lines []string
	for raw := range strings.SplitSeq(strings.Trim(clean, "\n "), "\n") {
		line, used := "", 0.0
		for word := range strings.FieldsSeq(raw) {
			long := s.measure(word, st)
			if line != "" && used+space+long <= w {
				line, used = line+" "+word, used+space+long
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			pieces := []string{word}
			if long > w {
				pieces = s.pieces(word, st, w)
			}
			last := len(pieces) - 1
			lines = append(lines, pieces[:last]...)
			line = pieces[last]
			used = s.measure(line, st)
		}
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// pieces breaks a word that is wider than w, between clusters.
func (s *sheet) pieces(word string, st style, w float64) []string {
	var pieces []string
	piece, used := "", 0.0
	for _, p := range s.text.spans(word) {
		s.use(st)
		for _, cluster := range s.clusters(p, st) {
			wide := s.measureCluster(span{p.script, cluster}, st)
			if used+wide > w && piece != "" {
				pieces = append(pieces, piece)
				piece, used = "", 0
			}
			piece += cluster
			used += wide
		}
	}
	return append(pieces, piece)
}

// clip keeps at most n lines, and ends the last one with … if there were more.
func clip(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	kept := append([]string(nil), lines[:n]...)
	last := []rune(kept[n-1])
	end := max(0, len(last)-2)
	for end > 0 && (unicode.IsMark(last[end]) || joiner(last[end]) || joins(last[end-1])) {
		end-- // never between a consonant and what belongs to it
	}
	kept[n-1] = strings.TrimRight(string(last[:end]), " .,") + "…"
	return kept
}

// joins reports whether r joins the consonants around it.
func joins(r rune) bool { return joiner(r) || indic(r) && offset(r) == virama }
