package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The verdicts of a Requirement.
const (
	Met           = "met"
	NotApplicable = "n/a"
	NotMet        = "not met"
)

// Requirement is a row of a table of docs/security/asvs.md.
type Requirement struct {
	// ID is that of the standard, such as 2.1.1 or API1.
	ID string
	// Verdict is Met, NotApplicable or NotMet.
	Verdict string
	// How is what meets it, or why nothing does.
	How string
	// Proof has what is quoted in the last column.
	Proof []string
}

// level2 has the rows of OWASP ASVS 4.0.3 that level 2 asks for, in the chapters of the page: section,
// and numbers in it. Those that are missing were deleted, or are of level 3.
const level2 = `2.1:1-12 2.2:1-3 2.3:1-3 2.4:1-6 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4
	3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1
	4.1:1-3,5 4.2:1-2 4.3:1-3
	5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4
	7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3
	8.1:1-4 8.2:1-3 8.3:1-8
	9.1:1-3 9.2:1-4
	13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2
	14.1:1-4 14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4`

// Level2 returns the ids of those rows.
func Level2() (ids []string) {
	for _, field := range strings.Fields(level2) {
		section, numbers, _ := strings.Cut(field, ":")
		for _, span := range strings.Split(numbers, ",") {
			first, last, isSpan := strings.Cut(span, "-")
			if !isSpan {
				last = first
			}
			from, _ := strconv.Atoi(first)
			to, _ := strconv.Atoi(last)
			for n := from; n <= to; n++ {
				ids = append(ids, section+"."+strconv.Itoa(n))
			}
		}
	}
	return ids
}

// APITop10 returns the ids of the OWASP API Security Top 10.
func APITop10() (ids []string) {
	for n := 1; n <= 10; n++ {
		ids = append(ids, "API"+strconv.Itoa(n))
	}
	return ids
}

var (
	requirementID = regexp.MustCompile(`^(\d+\.\d+\.\d+|API\d+)$`)
	inBackquotes  = regexp.MustCompile("`([^`]+)`")
)

// Requirements returns the rows of the page's tables: id, what it asks for, verdict, how, and what shows
// it.
func Requirements(page string) (all []Requirement) {
	for _, row := range Rows(page) {
		if !requirementID.MatchString(row[0]) {
			continue
		}
		cells := append(row, "", "", "", "")[:5] // the empty cells at the end of a line are not read
		r := Requirement{ID: cells[0], Verdict: cells[2], How: cells[3]}
		for _, m := range inBackquotes.FindAllStringSubmatch(cells[4], -1) {
			r.Proof = append(r.Proof, m[1])
		}
		all = append(all, r)
	}
	return all
}

// Unsound lists what is wrong with the requirements: ids that are missing, unknown or listed twice, and
// rows that lack what their verdict needs. exists reports whether there is such a proof.
func Unsound(all []Requirement, ids []string, exists func(proof string) bool) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	seen := map[string]bool{}
	for _, r := range all {
		switch {
		case !slices.Contains(ids, r.ID):
			fault("%s: the standard has no such row", r.ID)
		case seen[r.ID]:
			fault("%s: listed twice", r.ID)
		}
		seen[r.ID] = true
		switch r.Verdict {
		case Met:
			if len(r.Proof) == 0 {
				fault("%s: met, and nothing shows it", r.ID)
			}
		case NotApplicable:
			if r.How == "" {
				fault("%s: not applicable, without a reason", r.ID)
			}
		case NotMet:
			if !strings.Contains(r.How, "Borne by") {
				fault("%s: not met, and borne by nobody", r.ID)
			}
		default:
			fault("%s: the verdict is %q", r.ID, r.Verdict)
		}
		for _, proof := range r.Proof {
			if !exists(proof) {
				fault("%s: there is no %s", r.ID, proof)
			}
		}
	}
	for _, id := range ids {
		if !seen[id] {
			fault("%s: not listed", id)
		}
	}
	return faults
}

// Verdicts returns a table of how many rows of each chapter have which verdict, and the list of those
// that are not met.
func Verdicts(all []Requirement) string {
	var (
		chapters []string
		counts   = map[string]map[string]int{}
		unmet    []string
	)
	for _, r := range all {
		chapter, _, _ := strings.Cut(r.ID, ".")
		for _, name := range []string{"V" + chapter, "**all**"} {
			if counts[name] == nil {
				chapters = append(chapters, name)
				counts[name] = map[string]int{}
			}
			counts[name][r.Verdict]++
			counts[name]["rows"]++
		}
		if r.Verdict == NotMet {
			unmet = append(unmet, r.ID)
		}
	}
	slices.SortStableFunc(chapters, func(a, b string) int { return strings.Compare(b[:1], a[:1]) }) // the sum comes last
	var rows [][]string
	for _, name := range chapters {
		row := []string{name}
		for _, column := range []string{Met, NotApplicable, NotMet, "rows"} {
			row = append(row, strconv.Itoa(counts[name][column]))
		}
		rows = append(rows, row)
	}
	return Table([]string{"chapter", Met, NotApplicable, NotMet, "rows"}, rows) + "Not met: " + strings.Join(unmet, ", ") + ".\n"
}
