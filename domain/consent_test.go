package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

var processors = []domain.Processor{domain.ProcessorSMS, domain.ProcessorImageAnalysis}

func TestNotices(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for _, version := range domain.ConsentVersions {
		_, err := time.Parse(time.DateOnly, version)
		require.NoError(t, err)
		for _, language := range domain.Languages {
			n, err := domain.NoticeOf(version, language)
			require.NoError(t, err)
			assert.Equal(t, language, n.Language)
			assert.Equal(t, version, n.Version)
			assert.Greater(t, len(n.Text), 200)
			texts[n.Text] = true
		}
	}
	assert.Len(t, texts, len(domain.ConsentVersions)*len(domain.Languages), "each version has a text in each language")
	assert.Equal(t, domain.CurrentNotice(domain.English), domain.CurrentNotice("ta"), "English if there is no translation")
	current, err := domain.NoticeOf("", domain.Hindi)
	require.NoError(t, err)
	assert.Equal(t, domain.CurrentNotice(domain.Hindi), current)
	_, err = domain.NoticeOf("2020-01-01", domain.Hindi)
	requireError(t, err, domain.KindNotFound, "notice_not_found")
}

// TestTheNoticeSaysWhatTheLawAsksFor: purposes with their processors, every right, how long, and the
// way to the Board (section 5 of the DPDP Act, 2023).
func TestTheNoticeSaysWhatTheLawAsksFor(t *testing.T) {
	t.Parallel()
	english := domain.CurrentNotice(domain.English)
	for _, language := range domain.Languages {
		n := domain.CurrentNotice(language)
		assert.Equal(t, processors, n.Processors)
		require.Len(t, n.Purposes, len(domain.Purposes))
		for i, p := range n.Purposes {
			assert.Equal(t, domain.Purposes[i], p.Purpose)
			assert.NotEmpty(t, p.Processors)
			assert.Contains(t, n.Text, p.Text)
		}
		require.Len(t, n.Rights, len(domain.Rights))
		for _, r := range n.Rights {
			assert.Contains(t, n.Text, r.Text)
		}
		assert.Contains(t, n.Text, n.Retention)
		assert.Contains(t, n.Text, n.Complaint)
		assert.Contains(t, n.Complaint, "Data Protection Board of India")
		for _, name := range []string{"Twilio", "Google Cloud Vision"} {
			assert.Contains(t, n.Text, name)
		}
		if language != domain.English {
			for i := range n.Rights {
				assert.NotEqual(t, english.Rights[i].Text, n.Rights[i].Text)
			}
		}
	}
	assert.Contains(t, english.Retention, "7 years")
	assert.Equal(t, 7, domain.RetentionDecided)
	assert.Equal(t, 1, domain.RetentionWithdrawn)
}

func TestGivingConsent(t *testing.T) {
	t.Parallel()
	for _, language := range domain.Languages {
		c, err := domain.GiveConsent("consent", owner.ID, domain.ConsentVersion, language, nil, t0)
		require.NoError(t, err)
		assert.Equal(t, domain.Consent{
			ID: "consent", UserID: owner.ID, Version: domain.ConsentVersion, Language: language, Processors: processors,
			Purposes: domain.Purposes, GivenAt: t0,
		}, c)
	}
	for name, c := range map[string]struct {
		version  string
		language domain.Language
		purposes []domain.Purpose
		broken   []string
	}{
		"an old version":       {"2026-11-01", domain.English, nil, []string{"version current"}},
		"no version":           {"", domain.Hindi, nil, []string{"version current"}},
		"another language":     {domain.ConsentVersion, "ta", nil, []string{"language enum"}},
		"nothing":              {"", "", nil, []string{"version current", "language enum"}},
		"no purpose":           {domain.ConsentVersion, domain.Hindi, []domain.Purpose{}, []string{"purposes required"}},
		"not the required one": {domain.ConsentVersion, domain.Hindi, []domain.Purpose{domain.PurposeImageAnalysis}, []string{"purposes required"}},
		"another purpose": {
			domain.ConsentVersion, domain.Hindi, []domain.Purpose{domain.PurposeValuation, "ADVERTISING"}, []string{"purposes enum"},
		},
	} {
		consent, err := domain.GiveConsent("consent", owner.ID, c.version, c.language, c.purposes, t0)
		assert.Equal(t, c.broken, brokenFields(t, err), name)
		assert.Zero(t, consent, name)
	}
}

func TestWhatConsentsAddUpTo(t *testing.T) {
	t.Parallel()
	const valuation, analysis = domain.PurposeValuation, domain.PurposeImageAnalysis
	old := domain.Consent{Version: "2026-11-01"}
	give := func(purposes ...domain.Purpose) domain.Consent {
		c, err := domain.GiveConsent("c", owner.ID, domain.ConsentVersion, domain.English, purposes, t0)
		require.NoError(t, err)
		return c
	}
	withdraw := func(purposes ...domain.Purpose) domain.Consent {
		c, err := domain.WithdrawConsent("c", owner.ID, purposes, t0)
		require.NoError(t, err)
		return c
	}
	for name, c := range map[string]struct {
		oldestFirst []domain.Consent
		agreed      []domain.Purpose
		current     bool
	}{
		"none":                         {},
		"of the release before":        {[]domain.Consent{old}, domain.Purposes, false},
		"all":                          {[]domain.Consent{give(valuation, analysis)}, domain.Purposes, true},
		"one":                          {[]domain.Consent{give(valuation)}, []domain.Purpose{valuation}, true},
		"a new one replaces the old":   {[]domain.Consent{old, give(valuation)}, []domain.Purpose{valuation}, true},
		"less than before":             {[]domain.Consent{give(valuation, analysis), give(valuation)}, []domain.Purpose{valuation}, true},
		"analysis withdrawn":           {[]domain.Consent{give(valuation, analysis), withdraw(analysis)}, []domain.Purpose{valuation}, true},
		"analysis withdrawn twice":     {[]domain.Consent{give(valuation, analysis), withdraw(analysis), withdraw(analysis)}, []domain.Purpose{valuation}, true},
		"analysis withdrawn of an old": {[]domain.Consent{old, withdraw(analysis)}, []domain.Purpose{valuation}, false},
		"valuation withdrawn":          {[]domain.Consent{give(valuation, analysis), withdraw(valuation)}, nil, false},
		"all withdrawn":                {[]domain.Consent{give(valuation, analysis), withdraw()}, nil, false},
		"given again":                  {[]domain.Consent{give(valuation), withdraw(valuation), give(valuation)}, []domain.Purpose{valuation}, true},
		"withdrawn without a consent":  {[]domain.Consent{withdraw(valuation)}, nil, false},
	} {
		var newest []domain.Consent
		for _, consent := range c.oldestFirst {
			newest = append([]domain.Consent{consent}, newest...)
		}
		a := domain.AgreementOf(newest)
		assert.ElementsMatch(t, c.agreed, a.Purposes, name)
		assert.Equal(t, c.current, a.Current(), name)
		if c.current {
			assert.NoError(t, a.Require(), name)
			continue
		}
		requireError(t, a.Require(), domain.KindConflict, "consent_required")
	}
	assert.True(t, withdraw(valuation).EndsCases())
	assert.Equal(t, domain.Purposes, withdraw(valuation).Purposes, "everything rests on the valuation")
	assert.False(t, withdraw(analysis).EndsCases())
	assert.False(t, give(valuation).EndsCases())
	assert.Equal(t, domain.Purposes, old.Effective().Purposes)
	_, err := domain.WithdrawConsent("c", owner.ID, []domain.Purpose{"ADVERTISING"}, t0)
	assert.Equal(t, []string{"purposes enum"}, brokenFields(t, err))
	_, err = domain.WithdrawConsent("c", owner.ID, []domain.Purpose{}, t0)
	assert.Equal(t, []string{"purposes required"}, brokenFields(t, err))
}
