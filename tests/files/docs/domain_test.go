package docs_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/files/docs"
)

// roles returns who may call each operation of the document, by x-roles; "anyone" if it has none.
func roles(t *testing.T) map[string]string {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml"))
	require.NoError(t, err)
	found := map[string]string{}
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			found[operation.OperationID] = "anyone"
			var names []string
			for _, role := range asList(operation.Extensions["x-roles"]) {
				names = append(names, role.(string))
			}
			if len(names) > 0 {
				found[operation.OperationID] = strings.Join(names, ", ")
			}
		}
	}
	require.Greater(t, len(found), 40)
	return found
}

func asList(value any) []any {
	list, _ := value.([]any)
	return list
}

func TestTheTableOfRolesIsThatOfTheDocument(t *testing.T) {
	t.Parallel()
	by := map[string][]string{}
	for operation, who := range roles(t) {
		by[who] = append(by[who], "`"+operation+"`")
	}
	var rows [][]string
	for who, operations := range by {
		slices.Sort(operations)
		rows = append(rows, []string{who, strings.Join(operations, ", ")})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	generated(t, "roles", docs.Table([]string{"who", "operations"}, rows))
}

// transition is a row of the table of transitions, for one state that it leaves.
type transition struct{ from, to, by, who string }

func transitions(page string) (all []transition) {
	for _, row := range docs.Rows(docs.Section(page, "## A case's life")) {
		if len(row) < 6 {
			continue // of a table further down
		}
		for _, from := range strings.Split(row[0], ", ") {
			all = append(all, transition{from, row[1], strings.ReplaceAll(row[2], "`", ""), row[3]})
		}
	}
	return all
}

// lifeFaults compares the table of transitions and the diagram with the state machine.
func lifeFaults(page string, roles map[string]string, jobs []string) (faults []string) {
	var tabled, drawn, allowed []string
	labels := map[string][]string{}
	for _, row := range transitions(page) {
		for _, by := range strings.Split(row.by, ", ") {
			if roles[by] != row.who && (row.who != "SYSTEM" || !slices.Contains(jobs, by)) {
				faults = append(faults, by+" is not what "+row.who+" may do")
			}
		}
		pair := row.from + " --> " + row.to
		if row.from == "–" {
			pair = "[*] --> " + row.to
		}
		tabled = append(tabled, pair)
		labels[pair] = append(labels[pair], row.by)
	}
	for _, line := range docs.Diagram(docs.Section(page, "## A case's life"))[1:] {
		pair, label, _ := strings.Cut(line, ": ")
		drawn = append(drawn, pair)
		if label != strings.Join(labels[pair], ", ") {
			faults = append(faults, "the diagram's "+line+" is labelled otherwise in the table")
		}
	}
	for _, from := range domain.States {
		for _, to := range domain.States {
			if from.CanMoveTo(to) {
				allowed = append(allowed, string(from)+" --> "+string(to))
			}
		}
	}
	allowed = append(allowed, "[*] --> "+string(domain.Draft))
	faults = append(faults, compare("the table", tabled, allowed)...)
	for _, state := range domain.States {
		if state.Final() {
			allowed = append(allowed, string(state)+" --> [*]")
		}
	}
	return append(faults, compare("the diagram", drawn, allowed)...)
}

// compare names what one list lacks of another and what it has too many.
func compare(what string, has, wants []string) (faults []string) {
	for _, want := range wants {
		if !slices.Contains(has, want) {
			faults = append(faults, what+" lacks "+want)
		}
	}
	for _, one := range has {
		if !slices.Contains(wants, one) {
			faults = append(faults, what+" has "+one)
		}
	}
	return faults
}

func TestTheLifeOfACaseIsTheStateMachine(t *testing.T) {
	t.Parallel()
	page, who, jobs := read(t, domainPage), roles(t), texts(source(t), "JobKind")
	assert.Empty(t, lifeFaults(page, who, jobs))
	for name, c := range map[string]struct{ old, new, want string }{
		"a transition is not drawn":  {"    APPROVED --> VALUED: render_report\n", "", "the diagram lacks APPROVED --> VALUED"},
		"one is drawn too many":      {"    VALUED --> [*]", "    VALUED --> DRAFT\n    VALUED --> [*]", "the diagram has VALUED --> DRAFT"},
		"a transition has no row":    {"| APPROVED | VALUED |", "| APPROVED | APPROVED |", "the table lacks APPROVED --> VALUED"},
		"another operation":          {"`rejectProperty` |", "`refuseProperty` |", "refuseProperty is not what VALUER, SUPERVISOR may do"},
		"another role":               {"`returnValuation` | SUPERVISOR", "`returnValuation` | VALUER", "returnValuation is not what VALUER may do"},
		"a job as a person's":        {"`expire_follow_ups` | SYSTEM", "`expire_follow_ups` | CUSTOMER", "expire_follow_ups is not what CUSTOMER may do"},
		"an end that is none":        {"    REJECTED --> [*]\n", "    APPROVED --> [*]\n", "the diagram has APPROVED --> [*]"},
		"another label in the chart": {"SUBMITTED: answerFollowUp", "SUBMITTED: askFollowUp", "the diagram's FOLLOW_UP_REQUIRED --> SUBMITTED: askFollowUp is labelled otherwise in the table"},
	} {
		require.Contains(t, page, c.old, name)
		assert.Contains(t, lifeFaults(strings.Replace(page, c.old, c.new, 1), who, jobs), c.want, name)
	}
}

var camel = regexp.MustCompile(`\b[a-z]+(?:[A-Z][a-z]+)+\b|\b[a-z]+(?:_[a-z]+)+\b`)

// TestTheSequenceOfAPhotoNamesWhatThereIs finds operations and jobs in the diagram.
func TestTheSequenceOfAPhotoNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	who, jobs := roles(t), texts(source(t), "JobKind")
	lines := docs.Diagram(docs.Section(read(t, domainPage), "## Photos"))
	require.Equal(t, "sequenceDiagram", lines[0])
	names := camel.FindAllString(strings.Join(lines[1:], "\n"), -1)
	require.Contains(t, names, "issueChallenge")
	for _, name := range names {
		assert.True(t, who[name] != "" || slices.Contains(jobs, name), name)
	}
}

func TestTheTableOfPhotoTypesIsWhatASubmissionNeeds(t *testing.T) {
	t.Parallel()
	needs := map[string][]string{}
	for _, property := range domain.PropertyTypes {
		for _, photo := range property.RequiredPhotos() {
			needs[string(photo)] = append(needs[string(photo)], string(property))
		}
	}
	var types []string
	for _, row := range docs.Rows(docs.Section(read(t, domainPage), "## Photos")) {
		if len(row) == 5 && row[0] == strings.ToUpper(row[0]) {
			types = append(types, row[0])
			assert.Equal(t, strings.Join(needs[row[0]], ", "), strings.Trim(row[2], "–"), row[0])
		}
	}
	assert.Empty(t, compare("the table", types, texts(source(t), "PhotoType")))
}

// jobFaults compares the table of jobs with the periodic ones.
func jobFaults(page string, kinds []string) (faults []string) {
	every := map[string]string{}
	for _, job := range domain.PeriodicJobs {
		every[string(job.Kind)] = "every " + period(job.Every)
	}
	var tabled []string
	for _, row := range docs.Rows(docs.Section(page, "### Jobs")) {
		kind := strings.Trim(row[0], "`")
		tabled = append(tabled, kind)
		if want := every[kind]; want != "" && row[1] != want || want == "" && strings.HasPrefix(row[1], "every ") {
			faults = append(faults, kind+": not "+row[1])
		}
	}
	return append(faults, compare("the table", tabled, kinds)...)
}

func period(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%g h", d.Hours())
	}
	return fmt.Sprintf("%g min", d.Minutes())
}

func TestTheTableOfJobsIsTheSchedule(t *testing.T) {
	t.Parallel()
	page, kinds := read(t, domainPage), texts(source(t), "JobKind")
	assert.Empty(t, jobFaults(page, kinds))
	assert.Equal(t, []string{"delete_drafts: not every 1 min"}, jobFaults(strings.Replace(page, "`delete_drafts` | every 1 h", "`delete_drafts` | every 1 min", 1), kinds))
	assert.Equal(t, []string{"the table lacks delete_drafts"}, jobFaults(strings.Replace(page, "| `delete_drafts` | every 1 h | deletes untouched drafts |\n", "", 1), kinds))
}
