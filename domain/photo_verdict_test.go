package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func pin(at domain.Point) *domain.Location { return &domain.Location{Point: at, AccuracyM: 8} }

var tooFar = domain.Finding{Code: domain.FindingTooFar, Outcome: domain.OutcomeFailed}

// The pin moves away and comes back, and so does the verdict, with the valuer's decision on it.
func TestThePinMovesAndTheVerdictWithIt(t *testing.T) {
	t.Parallel()
	away := pin(*north(846))
	for name, c := range map[string]struct {
		prepare  func(*domain.Photo)
		failed   bool // by the pin that moved
		accepted bool // back again
	}{
		"passed":  {func(*domain.Photo) {}, true, false},
		"flagged": {func(p *domain.Photo) { p.Status, p.Findings = domain.PhotoFlagged, flagged("SLIGHTLY_BLURRED") }, true, false},
		"accepted": {func(p *domain.Photo) {
			p.Status, p.Findings = domain.PhotoFlagged, flagged("SLIGHTLY_BLURRED")
			p.Resolution = &domain.FlagResolution{Decision: domain.FlagAccepted, Reason: "seen", By: "v", At: t0}
		}, true, true},
		"without place": {func(p *domain.Photo) { p.Device.Location = nil }, false, false},
		"document":      {func(p *domain.Photo) { p.Subject = document }, false, false},
		"in the work":   {func(p *domain.Photo) { p.Status = domain.PhotoProcessing }, false, false},
		"replaced":      {func(p *domain.Photo) { p.ReplacedBy = "2" }, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := with(photo("1", front), c.prepare)
			was := p
			later := t0.Add(time.Hour)
			require.Equal(t, c.failed, p.JudgePlace(away, later))
			if !c.failed {
				assert.Equal(t, was, p)
				return
			}
			assert.Equal(t, domain.PhotoFailed, p.Status)
			assert.Equal(t, append([]domain.Finding{tooFar}, was.Findings...), p.Findings)
			assert.Nil(t, p.Resolution, "an acceptance was of the place that it had")
			assert.Equal(t, []domain.PastVerdict{{Status: was.Status, Findings: was.Findings, Resolution: was.Resolution, EndedAt: later}}, p.Past)
			require.False(t, p.JudgePlace(away, later), "judging twice changes nothing")

			require.True(t, p.JudgePlace(pin(home), later.Add(time.Hour)))
			assert.Equal(t, was.Status, p.Status)
			assert.Equal(t, was.Findings, append([]domain.Finding(nil), p.Findings...))
			assert.Equal(t, c.accepted, p.Resolution != nil)
			assert.Equal(t, was.Resolution, p.Resolution)
			assert.Len(t, p.Past, 2, "the history keeps both")
		})
	}
}

// However often the pin goes to and fro, a photo keeps each of its verdicts once.
func TestAPinThatGoesToAndFroDoesNotMakeThePhotoGrow(t *testing.T) {
	t.Parallel()
	p := photo("1", front)
	for i := range 20 {
		at := t0.Add(time.Duration(i) * time.Hour)
		require.True(t, p.JudgePlace([]*domain.Location{pin(*north(846)), pin(home)}[i%2], at))
	}
	require.Len(t, p.Past, 2)
	assert.Equal(t, []time.Time{t0.Add(18 * time.Hour), t0.Add(19 * time.Hour)}, []time.Time{p.Past[0].EndedAt, p.Past[1].EndedAt})
}

// A photo that was inspected when it was too far has that finding among others, in another order.
func TestAVerdictThatStaysIsNoHistory(t *testing.T) {
	t.Parallel()
	p := with(photo("1", front), func(p *domain.Photo) {
		p.Status, p.Findings, p.Device.Location = domain.PhotoFailed, append(failed("TOO_DARK"), tooFar), north(5)
	})
	assert.False(t, p.JudgePlace(pin(home), t0))
	assert.Empty(t, p.Past)
}

// A refusal holds wherever the pin goes, so that moving the pin does not wash a case clean.
func TestARefusalHoldsWhateverThePin(t *testing.T) {
	t.Parallel()
	p := photo("1", front)
	require.NoError(t, p.Resolve(domain.FlagRefused, "another house", "v", t0))
	for _, at := range []*domain.Location{pin(*north(846)), pin(home), nil, pin(*north(2))} {
		p.JudgePlace(at, t0)
		assert.True(t, p.Refused(), at)
		assert.False(t, p.Usable(), at)
	}
}

// A refusal that was taken back is gone for good: no pin that moves back brings it back.
func TestARefusalThatWasTakenBackStaysAway(t *testing.T) {
	t.Parallel()
	p := photo("1", front)
	require.NoError(t, p.Resolve(domain.FlagRefused, "another house", "v", t0))
	require.True(t, p.JudgePlace(pin(*north(846)), t0))
	require.NoError(t, p.TakeBackResolution())
	require.True(t, p.JudgePlace(pin(home), t0))
	assert.Nil(t, p.Resolution)
	assert.True(t, p.Usable())
}

// A photo that failed for its light fails still once the pin is right.
func TestOtherFaultsStay(t *testing.T) {
	t.Parallel()
	p := with(photo("1", front), func(p *domain.Photo) { p.Status, p.Findings = domain.PhotoFailed, failed("TOO_DARK") })
	require.True(t, p.JudgePlace(pin(*north(846)), t0))
	require.True(t, p.JudgePlace(pin(home), t0))
	assert.Equal(t, domain.PhotoFailed, p.Status)
	assert.Equal(t, failed("TOO_DARK"), p.Findings)
	broken := with(photo("2", front), func(p *domain.Photo) {
		p.Status, p.Facts.Fault, p.Findings = domain.PhotoFailed, domain.FaultBroken, failed("BROKEN_IMAGE")
	})
	assert.False(t, broken.JudgePlace(pin(*north(846)), t0), "a file that cannot be read has its fault as the only finding")
}

func TestResolvingAndTakingBack(t *testing.T) {
	t.Parallel()
	p := photo("1", front) // PASSED
	requireError(t, p.TakeBackResolution(), domain.KindConflict, "flag_not_resolved")
	requireError(t, p.Resolve(domain.FlagAccepted, "fine", "v", t0), domain.KindConflict, "photo_not_flagged")
	require.NoError(t, p.Resolve(domain.FlagRefused, "another house", "v", t0))
	requireError(t, p.Resolve(domain.FlagRefused, "again", "v", t0), domain.KindConflict, "flag_already_resolved")
	require.NoError(t, p.TakeBackResolution())
	assert.Equal(t, photo("1", front), p)
	require.NoError(t, p.Resolve(domain.FlagRefused, "another house", "v", t0))
	p.ReplacedBy = "2"
	requireError(t, p.TakeBackResolution(), domain.KindConflict, "photo_is_no_evidence")
	assert.True(t, p.Refused(), "a retake does not wash a refusal away")
	for _, c := range []func(*domain.Photo){
		func(p *domain.Photo) { p.Status = domain.PhotoFailed },
		func(p *domain.Photo) { p.Status = domain.PhotoProcessing },
		func(p *domain.Photo) { p.ReplacedBy = "2" },
	} {
		none := with(photo("1", front), c)
		requireError(t, none.Resolve(domain.FlagRefused, "another house", "v", t0), domain.KindConflict, "photo_is_no_evidence")
	}
}
