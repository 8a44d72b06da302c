package e2e_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
)

// What no other person in the test has.
const (
	herPhone  = "+919811177113"
	herName   = "Kamakshi Unverwechselbar"
	herStreet = "4711, Kaveri Nivas"
)

var herHome = propflow.Point{Lat: 12.9719137, Lng: 77.6412731}

// TestAPersonsLifeUnderDPDP follows one person from the notice to the day when nothing is left.
func TestAPersonsLifeUnderDPDP(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		if versions, ok := p.adapters.Blobs.(interface{ KeepVersions() }); ok {
			versions.KeepVersions()
		}
		c := p.everybody(ctx, t)
		c.analysesPhotos()
		owner, err := journey.NewOwner(ctx, p.url, herPhone, p.codes, p.doer)
		require.NoError(t, err)
		t.Cleanup(owner.Events.Close)
		c.owner = owner
		me, err := owner.Client.UpdateMeWithResponse(ctx, propflow.UpdateMeRequest{Name: new(herName)})
		require.NoError(t, err)
		her := domain.UserID(me.JSON200.ID)
		for _, language := range []propflow.Language{propflow.LanguageEn, propflow.LanguageHi} {
			notice, err := owner.Client.GetConsentNoticeWithResponse(ctx, &propflow.GetConsentNoticeParams{Language: &language})
			require.NoError(t, err)
			assert.Equal(t, language, notice.JSON200.Language)
		}
		require.NoError(t, owner.Consent(ctx))

		valued := c.herCase(ctx, t, 1, true)
		_, err = c.valuer.Claim(ctx, valued)
		require.NoError(t, err)
		c.value(ctx, t, valued)
		require.NoError(t, owner.AwaitEvent(ctx, valued, "report.stored"))
		withdrawn := c.withdraws(ctx, t, valued)
		open := c.herCase(ctx, t, 21, true)
		draft, err := owner.Draft(ctx, herProperty())
		require.NoError(t, err)

		c.asksForCorrection(ctx, t, valued)
		c.endsASession(ctx, t)
		c.exports(ctx, t, valued)

		gone, err := owner.Client.RequestErasureWithResponse(ctx)
		require.NoError(t, err)
		assert.Equal(t, propflow.PrivacyRequestStateOPEN, gone.JSON202.State)
		assert.WithinDuration(t, time.Now().AddDate(domain.RetentionDecided, 0, 0), gone.JSON202.DueAt, time.Hour)
		require.Eventually(t, func() bool {
			_, err := owner.Client.GetMeWithResponse(ctx)
			return propflow.CodeOf(err) == "session_ended"
		}, time.Minute, 50*time.Millisecond, "reads may go on for a second")
		short := slices.Concat(withdrawn, []string{open, draft.ID}) // those that are not kept for long
		all := slices.Concat(short, []string{valued})
		for _, id := range all {
			_, err := c.supervisor.Client.GetPropertyWithResponse(ctx, id, nil)
			assert.Equal(t, "property_not_found", propflow.CodeOf(err), "staff see nothing of it")
		}
		c.sameNumberIsAnotherPerson(ctx, t, her)

		c.waits(ctx, t, domain.RetentionWithdrawn, short...)
		assert.NotEmpty(t, found(ctx, t, p, herPhone), "the search finds what is kept still")
		c.waits(ctx, t, domain.RetentionDecided, valued)
		for _, secret := range herSecrets() {
			assert.Empty(t, found(ctx, t, p, secret), secret)
		}
		for _, id := range all {
			require.NoError(t, p.adapters.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
				chain, err := tx.Audit.Chain(ctx, domain.PropertyID(id))
				assert.NotEmpty(t, chain)
				assert.NoError(t, domain.VerifyChain(chain))
				return err
			}))
		}
		intact(ctx, t, p)
	})
}

func herProperty() propflow.CreatePropertyRequest {
	wanted := journey.DefaultProperty()
	wanted.Address.Line1 = herStreet
	wanted.Location = &propflow.Location{Lat: herHome.Lat, Lng: herHome.Lng, AccuracyM: new(10.0)}
	return wanted
}

// herSecrets are what a search must not find in the end.
func herSecrets() []string {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return []string{herPhone, strings.TrimPrefix(herPhone, "+91"), herName, herStreet, number(herHome.Lat), number(herHome.Lng)}
}

// herCase submits a case with photos taken at her home, which are analysed or not.
func (c cast) herCase(ctx context.Context, t *testing.T, seed int64, analysed bool) string {
	t.Helper()
	draft, err := c.owner.Draft(ctx, herProperty())
	require.NoError(t, err)
	for _, photo := range house(seed) {
		announced, err := c.owner.Upload(ctx, draft.ID, photo, herHome, "")
		require.NoError(t, err)
		judged, err := c.owner.Verdict(ctx, announced)
		require.NoError(t, err)
		require.Equal(t, &analysed, judged.Analysed)
	}
	_, err = c.owner.Submit(ctx, draft.ID)
	require.NoError(t, err)
	return draft.ID
}

// exports orders the copy of everything and compares it with docs/security/data.md.
func (c cast) exports(ctx context.Context, t *testing.T, valued string) {
	t.Helper()
	ordered, err := c.owner.Client.ExportMeWithResponse(ctx, &propflow.ExportMeParams{IdempotencyKey: propflow.NewKey()})
	require.NoError(t, err)
	require.NoError(t, c.idle(ctx))
	ready, err := c.owner.Client.GetMyExportWithResponse(ctx, ordered.JSON202.ID)
	require.NoError(t, err)
	require.Equal(t, propflow.ExportStateREADY, ready.JSON200.State)
	files := map[string][]byte{}
	for _, link := range ready.JSON200.Links {
		answer, err := http.Get(link)
		require.NoError(t, err)
		data, err := io.ReadAll(answer.Body)
		require.NoError(t, answer.Body.Close())
		require.NoError(t, err)
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		for _, f := range archive.File {
			content, err := f.Open()
			require.NoError(t, err)
			files[f.Name], err = io.ReadAll(content)
			require.NoError(t, err)
		}
	}
	photos, reports := 0, 0
	for name := range files {
		photos += strings.Count(name, "photos/")
		reports += strings.Count(name, "reports/")
	}
	assert.Equal(t, 4*len(house(1)), photos, "the originals of all cases")
	assert.Equal(t, 1, reports)
	var doc struct {
		Tables map[string][]map[string]any
	}
	require.NoError(t, json.Unmarshal(files["data.json"], &doc))
	columnsAreThere(t, doc.Tables)
	ended := slices.ContainsFunc(doc.Tables["sessions"], func(session map[string]any) bool { return session["ended_by"] == string(domain.EndedByHolder) })
	assert.True(t, ended, "the session that she ended is in it")
	for _, secret := range herSecrets() {
		assert.Contains(t, string(files["data.json"]), secret)
	}
	for _, other := range c.staff {
		assert.NotContains(t, string(files["data.json"]), string(other.Phone))
	}
	assert.Contains(t, string(files["data.json"]), valued)
}

// columnsAreThere compares the tables of an export with the list of personal data, by count.
func columnsAreThere(t *testing.T, tables map[string][]map[string]any) {
	t.Helper()
	listed, exported, out := 0, 0, 0
	for _, column := range hers(t) {
		listed++
		table, name, _ := strings.Cut(column, ".")
		has := slices.ContainsFunc(tables[table], func(row map[string]any) bool { _, ok := row[name]; return ok })
		reason := leftOut[column]
		if reason == "" {
			reason = leftOut[table]
		}
		switch {
		case has:
			exported++
			assert.Empty(t, reason, "an exception that is none: %s", column)
		case reason != "":
			out++
		default:
			assert.Fail(t, "the export lacks "+column)
		}
	}
	t.Logf("columns listed as the customer's: %d; exported %d, left out with a reason %d", listed, exported, out)
	assert.Greater(t, exported, 120)
}

// hers lists the columns that docs/security/data.md counts as the customer's.
func hers(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/security/data.md")
	require.NoError(t, err)
	var columns []string
	for _, line := range strings.Split(string(page), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !regexp.MustCompile("^ `[a-z_]+` $").MatchString(cells[1]) || !regexp.MustCompile(`^ (owners|customers)\b`).MatchString(cells[3]) {
			continue
		}
		for _, name := range regexp.MustCompile("`([a-z0-9_]+)`").FindAllStringSubmatch(cells[2], -1) {
			columns = append(columns, strings.Trim(cells[1], " `")+"."+name[1])
		}
	}
	require.Greater(t, len(columns), 150)
	return columns
}

// leftOut are the columns, and whole tables, that are about customers but not in their export.
var leftOut = map[string]string{
	"properties.salt":                 protects,
	"properties.version":              counts,
	"properties.pin_moved_m":          staffsOnly,
	"properties.sla_alerted":          staffsOnly,
	"properties.sla_alert_at":         staffsOnly,
	"properties.sign_off_flagged_by":  staffsOnly,
	"properties.sign_off_flag_reason": staffsOnly,
	"properties.sign_off_flagged_at":  staffsOnly,
	"properties.rejected_by":          staffsOnly,
	"properties.valuation_id":         staffsOnly,
	"users.pincode_misses":            protects,
	"devices":                         protects,
	"customer_days":                   "a count for the limits of a day; what was sent is in the export",
	"proposals.content":               "the number is the user's own once restored; emptied after 24 h",
	"photos.linked_to":                "other people's cases",
	"photos.version":                  counts,
	"photos.past_verdicts":            staffsOnly,
	"photos.analysis":                 staffsOnly,
	"photos.resolution_reason":        staffsOnly,
	"photos.resolved_by":              staffsOnly,
	"photo_hashes":                    "computed from the originals, which are in the export",
	"valuations.id":                   staffsOnly,
	"valuations.valuer_id":            staffsOnly,
	"valuations.valuer_name":          staffsOnly,
	"valuations.suggestion":           staffsOnly,
	"valuations.confidence":           staffsOnly,
	"valuations.status":               staffsOnly,
	"valuations.risks":                staffsOnly,
	"valuations.rule_book":            staffsOnly,
	"valuations.created_at":           staffsOnly,
	"valuations.version":              counts,
	"valuations.report_key":           "a name in the object store; the report is in the export",
	"valuations.report_failed_at":     staffsOnly,
	"valuations.report_retries":       staffsOnly,
	"notifications.provider_id":       "a number of the vendor",
	"notifications.version":           counts,
	"steps.id":                        counts,
	"events":                          "a copy of the audit trail, for 7 days",
	"idempotency_keys":                "answers of the last 24 hours, which repeat what is in the export",
	"security_events.detail":          "may be a reason that staff gave",
	"sessions.refresh_hash":           protects,
	"sessions.previous_hash":          protects,
	"sessions.version":                counts,
	"spent_refreshes":                 protects,
	"privacy_requests.answered_by":    staffsOnly,
	"privacy_requests.version":        counts,
	"exports.version":                 counts,
	"erasures":                        "only of people who have no login any more",
	"legal_holds":                     "an authority may forbid to tell",
}

const (
	staffsOnly = "docs/security/owner-views.md: only staff get it"
	counts     = "counts changes, also those by staff"
	protects   = "protects the record or the login"
)

func (c cast) asksForCorrection(ctx context.Context, t *testing.T, property string) {
	t.Helper()
	asked, err := c.owner.Client.CreatePrivacyRequestWithResponse(ctx, &propflow.CreatePrivacyRequestParams{IdempotencyKey: propflow.NewKey()},
		propflow.CreatePrivacyRequestRequest{
			Kind: propflow.CreatePrivacyRequestRequestKindCORRECTION, PropertyID: &property,
			Message: herName + " lives at " + herStreet + ", not at 12.",
		})
	require.NoError(t, err)
	admin, err := journey.Login(ctx, c.url, string(c.staff[0].Phone), c.codes, c.doer)
	require.NoError(t, err)
	listed, err := admin.Client.ListPrivacyRequestsWithResponse(ctx, &propflow.ListPrivacyRequestsParams{State: new(propflow.PrivacyRequestStateOPEN)})
	require.NoError(t, err)
	require.Len(t, listed.JSON200.Items, 1)
	_, err = admin.Client.AnswerPrivacyRequestWithResponse(ctx, asked.JSON201.ID, &propflow.AnswerPrivacyRequestParams{IdempotencyKey: propflow.NewKey()},
		propflow.AnswerPrivacyRequestRequest{Outcome: propflow.AnswerPrivacyRequestRequestOutcomeGRANTED, Reason: "A note for " + herName + " was added."})
	require.NoError(t, err)
	mine, err := c.owner.Client.ListMyPrivacyRequestsWithResponse(ctx, &propflow.ListMyPrivacyRequestsParams{})
	require.NoError(t, err)
	assert.Equal(t, propflow.PrivacyRequestStateGRANTED, mine.JSON200.Items[0].State)
}

// sameNumberIsAnotherPerson logs in with the number that is free, and erases that person too, of
// whom nothing must be kept.
func (c cast) sameNumberIsAnotherPerson(ctx context.Context, t *testing.T, before domain.UserID) {
	t.Helper()
	again, err := journey.Login(ctx, c.url, herPhone, c.codes, c.doer)
	require.NoError(t, err)
	me, err := again.Client.GetMeWithResponse(ctx)
	require.NoError(t, err)
	assert.NotEqual(t, string(before), me.JSON200.ID)
	cases, err := again.Client.ListPropertiesWithResponse(ctx, &propflow.ListPropertiesParams{})
	require.NoError(t, err)
	assert.Empty(t, cases.JSON200.Items)
	_, err = again.Client.RequestErasureWithResponse(ctx)
	require.NoError(t, err)
	require.NoError(t, c.idle(ctx))
}

// later is a clock that is some years ahead.
type later struct {
	ports.Clock
	years int
}

func (l later) Now() time.Time { return l.Clock.Now().AddDate(l.years, 0, 1) }

// waits does what the periodic jobs do that many years later, after which these cases are gone.
func (c cast) waits(ctx context.Context, t *testing.T, years int, ids ...string) {
	t.Helper()
	a, clock := c.adapters, later{c.adapters.Clock, years}
	require.NoError(t, privacy.PurgeCases{PurgeCase: privacy.PurgeCase{UnitOfWork: a.UnitOfWork, Clock: clock, IDs: a.IDs}}.Execute(ctx, ""))
	require.NoError(t, privacy.FinishErasures{UnitOfWork: a.UnitOfWork, Clock: clock, Blobs: a.Blobs}.Execute(ctx, ""))
	require.NoError(t, privacy.ForgetExpired{UnitOfWork: a.UnitOfWork, Clock: clock}.Execute(ctx, ""))
	for _, id := range ids {
		require.NoError(t, privacy.PurgeFiles{Blobs: a.Blobs}.Execute(ctx, domain.PropertyFolder(domain.PropertyID(id)).String()))
		err := a.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.Get(ctx, domain.PropertyID(id))
			return err
		})
		assert.Equal(t, "property_not_found", domain.CodeOf(err))
		versions, err := a.Blobs.(ports.BlobVersions).Versions(ctx, domain.PropertyFolder(domain.PropertyID(id)).String())
		require.NoError(t, err)
		assert.Empty(t, versions)
	}
}

// found searches a dump of the store and every object of the bucket, and names where it found the
// text.
func found(ctx context.Context, t *testing.T, p *product, text string) []string {
	t.Helper()
	var at []string
	for name, content := range p.dump(ctx, t) {
		if bytes.Contains(content, []byte(text)) {
			at = append(at, name)
		}
	}
	for after := ""; ; {
		page, err := p.adapters.Blobs.List(ctx, "", after, 1000)
		require.NoError(t, err)
		for _, object := range page {
			content, err := p.adapters.Blobs.Open(ctx, object.Key)
			require.NoError(t, err)
			data, err := io.ReadAll(content)
			require.NoError(t, content.Close())
			require.NoError(t, err)
			if bytes.Contains(data, []byte(text)) {
				at = append(at, object.Key)
			}
			after = object.Key
		}
		if len(page) == 0 {
			return at
		}
	}
}

// intact does what `propflow check --deep` and `propflow audit verify` do.
func intact(ctx context.Context, t *testing.T, p *product) {
	t.Helper()
	var faults []string
	note := func(f assurance.Finding) { faults = append(faults, fmt.Sprint(f)) }
	a := p.adapters
	_, err := assurance.CheckInvariants{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}.Execute(ctx, assurance.CheckInvariantsInput{Deep: true, Found: note})
	require.NoError(t, err)
	_, err = assurance.VerifyAudit{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}.Execute(ctx, assurance.VerifyAuditInput{Found: note})
	require.NoError(t, err)
	assert.Empty(t, faults)
}
