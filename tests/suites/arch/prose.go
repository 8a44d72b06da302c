package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// Habit is a group of words that a writer falls into where a plainer one would do.
type Habit struct {
	Words []string
	Most  float64 // uses of all of them together per 10,000 words of comments
}

// Habits are what comments once had too much of: "says" for returns or reports, "where" for
// if. The standard library stays below each of these limits.
var Habits = []Habit{
	{Words: []string{"says", "tells", "told"}, Most: 5},
	{Words: []string{"where"}, Most: 20},
}

// Prose counts the words of comments.
type Prose struct {
	Words int
	Uses  map[string]int            // by lower-case word
	Files map[string]map[string]int // by word, then by file
}

// NewProse returns a count of nothing.
func NewProse() *Prose {
	return &Prose{Uses: map[string]int{}, Files: map[string]map[string]int{}}
}

// word is letters and digits with an apostrophe or hyphen inside, as in don't and keyset-paged.
var word = regexp.MustCompile(`[\pL\pN]+(?:['’-][\pL\pN]+)*`)

// Add counts the comments of a Go file. Tests and generated files are left out: a test
// explains itself by its cases, and a generator is not ours to teach. It returns the parser's
// error.
func (p *Prose) Add(name string, text []byte) error {
	if strings.HasSuffix(name, "_test.go") {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return err
	}
	for _, comment := range file.Comments {
		for _, w := range word.FindAllString(strings.ToLower(comment.Text()), -1) {
			p.Words++
			p.Uses[w]++
			if p.Files[w] == nil {
				p.Files[w] = map[string]int{}
			}
			p.Files[w][name]++
		}
	}
	return nil
}

// Rate returns how often any of the words is used, per 10,000 words.
func (p *Prose) Rate(words ...string) float64 {
	uses := 0
	for _, w := range words {
		uses += p.Uses[w]
	}
	return 10_000 * float64(uses) / float64(max(p.Words, 1))
}

// CheckProse returns one line per habit that is above its limit, with the files that have
// most of it.
func CheckProse(p *Prose, habits []Habit) []string {
	var faults []string
	for _, h := range habits {
		if rate := p.Rate(h.Words...); rate > h.Most {
			faults = append(faults, fmt.Sprintf("comments use %s %.1f times per 10,000 words, at most %g: first in %s",
				strings.Join(h.Words, ", "), rate, h.Most, strings.Join(p.worst(h.Words), ", ")))
		}
	}
	return faults
}

// worst returns the ten files that use the words most, in the order of their uses.
func (p *Prose) worst(words []string) []string {
	uses := map[string]int{}
	var files []string
	for _, w := range words {
		for file, n := range p.Files[w] {
			if uses[file] == 0 {
				files = append(files, file)
			}
			uses[file] += n
		}
	}
	slices.SortFunc(files, func(a, b string) int {
		if uses[a] != uses[b] {
			return uses[b] - uses[a]
		}
		return strings.Compare(a, b)
	})
	return files[:min(10, len(files))]
}
