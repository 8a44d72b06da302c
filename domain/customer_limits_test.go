package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestCustomerLimits(t *testing.T) {
	t.Parallel()
	limits := domain.CustomerLimits{OpenDrafts: 2, SubmissionsPerDay: 3, PhotosPerDay: 4, Streams: 5}
	night := time.Date(2026, 11, 23, 23, 45, 0, 0, domain.IST)
	for code, use := range map[string]domain.CustomerUse{
		"":                      {Drafts: 2, Submissions: 3, Photos: 4},
		"too_many_drafts":       {Drafts: 3},
		"too_many_submissions":  {Submissions: 4},
		"too_many_photos_today": {Photos: 5},
	} {
		err := limits.Allow(use, night)
		if code == "" {
			assert.NoError(t, err)
			continue
		}
		assert.Equal(t, code, domain.CodeOf(err))
		if e, ok := err.(*domain.Error); ok && e.Kind == domain.KindTooMany { //nolint:errorlint // as it is returned
			assert.Equal(t, 15*time.Minute, e.RetryAfter, "until midnight in India")
		}
	}
	assert.Equal(t, domain.CustomerLimits{OpenDrafts: 7, SubmissionsPerDay: 5, PhotosPerDay: 200, Streams: 5},
		domain.CustomerLimits{OpenDrafts: 7}.Or(domain.DefaultCustomerLimits()))
}
