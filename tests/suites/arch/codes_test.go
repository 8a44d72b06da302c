package arch

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// unsent are the codes of errors that no client gets, and why.
var unsent = map[string]string{
	"batch_exists":               "the sealing of the security log is a job",
	"anchor_exists":              "the daily anchor is a job",
	"anchor_forged":              "the daily anchor is a job",
	"not_an_anchor":              "propflow audit verify reads anchors",
	"blob_exists":                "use cases store no object a second time",
	"blob_not_found":             "use cases answer upload_missing, or that the fault is ours",
	"device_not_found":           "a device that is not known is a stranger",
	"empty_prefix":               "objects are deleted by jobs",
	"claim_alive":                "idle claims are released by a job",
	"sla_not_due":                "cases grow more pressing in a job",
	"reminder_not_due":           "owners are reminded by a job",
	"follow_up_not_expired":      "follow-ups expire in a job",
	"photo_not_waiting":          "photos are inspected by a job",
	"image_analysis_unavailable": "photos are inspected by a job",
	"valuation_superseded":       "use cases act on the version in force",
	"job_waits":                  "propflow jobs retry puts jobs back",
	"dead_letter_not_found":      "propflow jobs retry puts jobs back",
	"notification_not_found":     "messages are sent by a job",
	"address_refused":            "e-mail is sent by a job",
	"retention_running":          "only a job purges cases",
	"case_held":                  "only a job purges cases",
	"erasure_not_requested":      "only a job removes customers",
	"user_has_cases":             "only a job removes customers",
	"consent_not_found":          "no operation names a consent",
	"valuation_exists":           "versions are added under the lock of their property",
	"reference_taken":            "another reference is drawn; at last it is reference_unavailable",
	"not_owner":                  "other people's properties are not found",
	"second_factor_not_pending":  "the contract answers wrong_token before",
	"operation_not_found":        "the contract answers no_such_operation before",
}

func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(root, "openapi.yaml"))
	require.NoError(t, err)
	return doc
}

func TestEnumsOfTheDocumentAreWhatCanBeSent(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	words, err := ReadVocabulary(root)
	require.NoError(t, err)
	problems, faults, err := ProblemCodes(root)
	require.NoError(t, err)
	assert.Empty(t, faults)
	for code := range unsent {
		assert.Contains(t, problems, code, "it is excused, but no error has it")
	}
	problems = slices.DeleteFunc(problems, func(code string) bool { return unsent[code] != "" })
	for name, code := range map[string][]string{
		"ProblemCode":      problems,
		"BlockingCode":     words.OfType("BlockingCode"),
		"FindingCode":      slices.Concat(words.OfType("FindingCode"), words.OfType("ImageFault")),
		"Risk":             words.OfType("Risk"),
		"KpiName":          words.OfType("kpi.Name"),
		"AuditAction":      slices.DeleteFunc(words.OfType("Action"), func(a string) bool { return a == "property.linked" }), // owners read the trail
		"FunnelStepName":   words.In("FunnelSteps"),
		"LiveEventName":    append(words.In("audiences"), "pulse", "reset"),
		"SecurityCode":     words.OfType("SecurityCode"),
		"OwnerAction":      only(words.OfType("Action"), func(a string) bool { return domain.Action(a).ShownToOwner() }),
		"OwnerEventName":   append(only(words.OfType("Action"), reachesOwner), "pulse", "reset"),
		"OwnerFindingCode": ownersFindings(slices.Concat(words.OfType("FindingCode"), words.OfType("ImageFault"))),
	} {
		require.NotEmpty(t, code, name)
		schema := doc.Components.Schemas[name].Value
		assert.Empty(t, CheckEnum(name, texts(schema.Enum), code))
		assert.True(t, strings.HasSuffix(schema.Description, "Values may be added."), name)
	}
}

// only returns the texts that pass.
func only(all []string, pass func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !pass(s) })
}

// reachesOwner reports whether the owner of a case gets an event of the action.
func reachesOwner(action string) bool {
	submitted := domain.Property{OwnerID: "owner", SubmittedAt: time.Unix(0, 0)}
	events := domain.Change{Action: domain.Action(action)}.Effects(submitted, func() string { return "id" }).Events
	return slices.ContainsFunc(events, func(e domain.Event) bool { return e.OwnerID != "" })
}

// ownersFindings returns what the owner sees of the codes of findings.
func ownersFindings(codes []string) []string {
	shown := make([]string, len(codes))
	for i, c := range codes {
		shown[i] = string(domain.FindingCode(c).ForOwner())
	}
	slices.Sort(shown)
	return slices.Compact(shown)
}

func TestEveryOperationListsItsProblems(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	promised, err := PromisedProblems(root)
	require.NoError(t, err)
	operations := DocumentedProblems(doc)
	assert.Empty(t, CheckProblems(operations, promised, slices.Collect(maps.Keys(unsent))))
	known := texts(doc.Components.Schemas["ProblemCode"].Value.Enum)
	for _, o := range operations {
		for _, codes := range slices.Concat(slices.Collect(maps.Values(o.Own)), slices.Collect(maps.Values(o.Shared))) {
			assert.Subset(t, known, codes, o.ID)
		}
	}
}

func TestCheckEnum(t *testing.T) {
	t.Parallel()
	assert.Empty(t, CheckEnum("Risk", []string{"A", "B"}, []string{"B", "A"}))
	assert.Equal(t, []string{"Risk: openapi.yaml lacks C, which can be sent", "Risk: openapi.yaml lists A, which nothing sends"},
		CheckEnum("Risk", []string{"A", "B"}, []string{"B", "C"}))
}

func TestCheckProblems(t *testing.T) {
	t.Parallel()
	promised := map[string]Problems{"ClaimProperty": {"404": {"property_not_found"}, "403": {"role_not_allowed", "not_owner"}}}
	claim := Operation{
		ID: "claimProperty", Statuses: []string{"403", "404", "409"}, Keyed: true, Shared: Problems{"403": {"role_not_allowed"}},
		Own: Problems{"404": {"property_not_found"}, "409": {"request_in_progress"}},
	}
	assert.Empty(t, CheckProblems([]Operation{claim}, promised, []string{"not_owner"}))
	claim.Own = Problems{"418": {"teapot"}}
	assert.Equal(t, []string{
		"claimProperty lists problems of 418, which it does not answer",
		"claimProperty: x-problem-codes is {'418': [teapot]}, want {'403': [not_owner], '404': [property_not_found], '409': [request_in_progress]}",
	}, CheckProblems([]Operation{claim}, promised, nil))
}

// TestPlantedCodesAreRead plants codes in a house of their own, in every form that is read.
func TestPlantedCodesAreRead(t *testing.T) {
	t.Parallel()
	house := t.TempDir()
	write := writer(t, house)
	write("domain/errors.go", "package domain\n"+
		"type Error struct{ Kind, Code string }\n"+
		"func NotFound(what string) error { return &Error{Kind: KindNotFound, Code: what + \"_not_found\"} }\n"+
		"func internal() error { return &Error{Kind: KindInternal, Code: \"secret\"} }\n")
	write("adapters/memory/rows.go", "package memory\n"+
		"import \"github.com/propflow/propflow/domain\"\n"+
		"type view[K any] struct{ key K; thing string }\n"+
		"func rows[K any](thing string, key K) view[K] { return view[K]{key, thing} }\n"+
		"func (v view[K]) get() error { return domain.NotFound(v.thing) }\n"+
		"var houses = rows(\"house\", 1)\n"+
		"var gardens = view[int]{thing: \"garden\"}\n")
	write("api/problem.go", "package api\n"+
		"import \"github.com/propflow/propflow/domain\"\n"+
		"func status(code string) { _ = gen.Problem{Code: code} }\n"+
		"func write(e *domain.Error) { status(e.Code); status(\"direct\"); status(computed()) }\n")
	codes, faults, err := ProblemCodes(house)
	require.NoError(t, err)
	assert.Equal(t, []string{"direct", "garden_not_found", "house_not_found"}, codes)
	assert.Equal(t, []string{"a code in api cannot be read: it is no literal"}, faults)
}

func TestPlantedPromisesAreRead(t *testing.T) {
	t.Parallel()
	house := t.TempDir()
	write := writer(t, house)
	write("domain/challenge.go", "package domain\n\n"+
		"// Use uses it. It returns KindConflict \"replayed\" and\n// \"expired\".\nfunc (c *Challenge) Use() error { return nil }\n")
	write("domain/capture/create_photo.go", "package capture\n\n"+
		"// Execute stores the photo. Errors: KindStale, KindNotFound \"photo_not_found\", those of\n"+
		"// domain.Challenge.Use, KindUnavailable \"late\".\nfunc (uc CreatePhoto) Execute() error { return nil }\n")
	promised, err := PromisedProblems(house)
	require.NoError(t, err)
	assert.Equal(t, map[string]Problems{"CreatePhoto": {"404": {"photo_not_found"}, "409": {"expired", "replayed"}}}, promised)
}
