package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestRetryDelays(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{
		-1: time.Second, 0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 8: 128 * time.Second,
		9: 256 * time.Second, 10: 5 * time.Minute, 11: 5 * time.Minute, 1 << 40: 5 * time.Minute,
	} {
		assert.Equal(t, want, domain.RetryDelay(attempt), "attempt %d", attempt)
	}
}

// TestEveryJobIsQueuedOrPeriodic holds each kind to one way of coming about.
func TestEveryJobIsQueuedOrPeriodic(t *testing.T) {
	t.Parallel()
	queued := []domain.JobKind{domain.JobInspectPhoto, domain.JobRenderReport, domain.JobSendNotification, domain.JobDeletePhotoFiles, domain.JobPurgeFiles, domain.JobDeliverDigest, domain.JobReleaseStaffClaims,
		domain.JobBuildExport, domain.JobDeleteExport, domain.JobSendNotice}
	all := asStrings(queued)
	for _, p := range domain.PeriodicJobs {
		assert.Positive(t, p.Every, p.Kind)
		all = append(all, string(p.Kind))
	}
	assert.ElementsMatch(t, constants(t, "JobKind", "job.go"), all)
}

// TestEachChangeOfAUserReleasesClaimsAnew makes sure that a job that has already looked for claims
// does not stand for a later one.
func TestEachChangeOfAUserReleasesClaimsAnew(t *testing.T) {
	t.Parallel()
	user := disabled(valuer)
	first := domain.ReleaseClaims(user, t0)
	assert.Equal(t, domain.Job{Kind: domain.JobReleaseStaffClaims, Subject: "valuer", Key: first.Key, RunAt: t0}, first)
	assert.Equal(t, first.Key, domain.ReleaseClaims(user, t0.Add(time.Hour)).Key)
	user.Version++
	assert.NotEqual(t, first.Key, domain.ReleaseClaims(user, t0).Key)
}
