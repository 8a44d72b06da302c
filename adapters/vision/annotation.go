package vision

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/propflow/propflow/domain"
)

// annotation is Google's reply about one image.
type annotation struct {
	Error struct {
		Code int `json:"code"` // of google.rpc.Code; 0 is OK
	} `json:"error"`
	Labels []struct {
		Description string  `json:"description"`
		Score       float64 `json:"score"`
	} `json:"labelAnnotations"`
	SafeSearch struct {
		Adult    likelihood `json:"adult"`
		Violence likelihood `json:"violence"`
		Racy     likelihood `json:"racy"`
	} `json:"safeSearchAnnotation"`
	FullText struct {
		Text string `json:"text"`
	} `json:"fullTextAnnotation"`
}

// likelihood is UNKNOWN, VERY_UNLIKELY, UNLIKELY, POSSIBLE, LIKELY or VERY_LIKELY.
type likelihood string

func (l likelihood) likely() bool     { return l == "LIKELY" || l == "VERY_LIKELY" }
func (l likelihood) veryLikely() bool { return l == "VERY_LIKELY" }

// analysis converts the annotation; the package comment defines what is unsafe.
func (a annotation) analysis() domain.ImageAnalysis {
	found := domain.ImageAnalysis{
		Done:   true,
		Unsafe: a.SafeSearch.Adult.likely() || a.SafeSearch.Violence.likely() || a.SafeSearch.Racy.veryLikely(),
		Text:   clean(a.FullText.Text),
	}
	for _, label := range a.Labels {
		if name := clean(label.Description); name != "" {
			found.Labels = append(found.Labels, domain.Label{Name: name, Score: min(max(label.Score, 0), 1)})
		}
	}
	slices.SortStableFunc(found.Labels, func(a, b domain.Label) int { return cmp.Compare(b.Score, a.Score) })
	found.Labels = found.Labels[:min(len(found.Labels), maxLabels)]
	return found
}

// clean drops control characters other than line breaks and tabs, because no store or page
// takes them, and cuts the text to maxRunes.
func clean(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
	runes := 0
	for i := range text {
		if runes == maxRunes {
			return strings.TrimSpace(text[:i])
		}
		runes++
	}
	return text
}
