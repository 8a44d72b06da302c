package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

var processors = []domain.Processor{domain.ProcessorSMS, domain.ProcessorImageAnalysis, domain.ProcessorErrorTracking}

func TestNotices(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for _, language := range domain.Languages {
		n := domain.CurrentNotice(language)
		assert.Equal(t, language, n.Language)
		assert.Equal(t, domain.ConsentVersion, n.Version)
		assert.Equal(t, processors, n.Processors)
		assert.Greater(t, len(n.Text), 200)
		texts[n.Text] = true
		n.Processors[0] = "changed by a caller"
	}
	assert.Len(t, texts, len(domain.Languages), "each language has its own text")
	assert.Equal(t, domain.CurrentNotice(domain.English), domain.CurrentNotice("ta"), "English where there is no translation")
	assert.Equal(t, processors, domain.CurrentNotice(domain.Hindi).Processors)
	_, err := time.Parse(time.DateOnly, domain.ConsentVersion)
	assert.NoError(t, err)
}

func TestGivingConsent(t *testing.T) {
	t.Parallel()
	for _, language := range domain.Languages {
		c, err := domain.GiveConsent("consent", owner.ID, domain.ConsentVersion, language, t0)
		require.NoError(t, err)
		assert.Equal(t, domain.Consent{
			ID: "consent", UserID: owner.ID, Version: domain.ConsentVersion, Language: language, Processors: processors, GivenAt: t0,
		}, c)
	}
	for name, c := range map[string]struct {
		version  string
		language domain.Language
		broken   []string
	}{
		"an old version":   {"2020-01-01", domain.English, []string{"version current"}},
		"no version":       {"", domain.Hindi, []string{"version current"}},
		"another language": {domain.ConsentVersion, "ta", []string{"language enum"}},
		"nothing":          {"", "", []string{"version current", "language enum"}},
	} {
		consent, err := domain.GiveConsent("consent", owner.ID, c.version, c.language, t0)
		assert.Equal(t, c.broken, brokenFields(t, err), name)
		assert.Zero(t, consent, name)
	}
}
