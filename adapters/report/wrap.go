package report

import "strings"

// wrap breaks clean text into lines no wider than w, at spaces where there are any. Line
// breaks stay; of several empty lines in a row one stays.
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

// pieces breaks a word that is wider than w. The font in use is the word's.
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

// clip keeps at most n lines and marks that there were more.
func clip(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	kept := append([]string(nil), lines[:n]...)
	last := []rune(kept[n-1])
	kept[n-1] = strings.TrimRight(string(last[:max(0, len(last)-2)]), " .,") + "…"
	return kept
}
