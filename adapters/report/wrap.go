package report

import "strings"

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
			pieces := s.pieces(word, long, w)
			last := len(pieces) - 1
			lines = append(lines, pieces[:last]...)
			line = pieces[last]
			used = s.pdf.GetStringWidth(line)
		}
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// pieces breaks a word that is wider than w. It measures with the current font, so that must be
// the word's.
func (s *sheet) pieces(word string, long, w float64) []string {
	if long <= w {
		return []string{word}
	}
	var pieces []string
	start, used := 0, 0.0
	for i, r := range word {
		wide := s.pdf.GetStringWidth(string(r))
		if used+wide > w && i > start {
			pieces = append(pieces, word[start:i])
			start, used = i, 0
		}
		used += wide
	}
	return append(pieces, word[start:])
}

// clip keeps at most n lines, and ends the last one with … if there were more.
func clip(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	kept := append([]string(nil), lines[:n]...)
	last := []rune(kept[n-1])
	kept[n-1] = strings.TrimRight(string(last[:max(0, len(last)-2)]), " .,") + "…"
	return kept
}
