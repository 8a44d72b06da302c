package domain_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestSubjects(t *testing.T) {
	t.Parallel()
	for _, kind := range domain.PhotoTypes {
		err := domain.Subject{Type: kind}.Validate()
		if kind != domain.PhotoInternal {
			assert.NoError(t, err, kind)
			assert.Equal(t, []string{"room forbidden"}, brokenFields(t, domain.Subject{Type: kind, Room: domain.RoomOther}.Validate()), kind)
			continue
		}
		assert.Equal(t, []string{"room required"}, brokenFields(t, err))
		for _, room := range domain.Rooms {
			assert.NoError(t, domain.Subject{Type: kind, Room: room}.Validate(), room)
		}
		assert.Equal(t, []string{"room required"}, brokenFields(t, domain.Subject{Type: kind, Room: "GARAGE"}.Validate()))
	}
	assert.Equal(t, []string{"type enum"}, brokenFields(t, domain.Subject{Type: "ROOF"}.Validate()))
	assert.Equal(t, []string{"type enum"}, brokenFields(t, domain.Subject{}.Validate()))
	assert.Len(t, domain.Rooms, 5)
}

func TestAnnouncements(t *testing.T) {
	t.Parallel()
	good := domain.Announcement{SHA256: strings.Repeat("0f", 32), Bytes: 1, ContentType: domain.ContentJPEG}
	for name, c := range map[string]struct {
		change func(*domain.Announcement)
		broken []string
	}{
		"good":          {func(*domain.Announcement) {}, nil},
		"png":           {func(a *domain.Announcement) { a.ContentType = "image/png" }, nil},
		"webp":          {func(a *domain.Announcement) { a.ContentType = "image/webp" }, nil},
		"heic":          {func(a *domain.Announcement) { a.ContentType = "image/heic" }, nil},
		"largest":       {func(a *domain.Announcement) { a.Bytes = domain.MaxPhotoBytes }, nil},
		"too large":     {func(a *domain.Announcement) { a.Bytes = domain.MaxPhotoBytes + 1 }, []string{"bytes range"}},
		"empty":         {func(a *domain.Announcement) { a.Bytes = 0 }, []string{"bytes range"}},
		"negative":      {func(a *domain.Announcement) { a.Bytes = math.MinInt64 }, []string{"bytes range"}},
		"upper case":    {func(a *domain.Announcement) { a.SHA256 = strings.ToUpper(a.SHA256) }, []string{"sha256 format"}},
		"short hash":    {func(a *domain.Announcement) { a.SHA256 = a.SHA256[1:] }, []string{"sha256 format"}},
		"hash and line": {func(a *domain.Announcement) { a.SHA256 += "\n" }, []string{"sha256 format"}},
		"gif":           {func(a *domain.Announcement) { a.ContentType = "image/gif" }, []string{"content_type enum"}},
		"parameter":     {func(a *domain.Announcement) { a.ContentType = "image/jpeg; q=1" }, []string{"content_type enum"}},
		"nothing":       {func(a *domain.Announcement) { *a = domain.Announcement{} }, []string{"sha256 format", "bytes range", "content_type enum"}},
	} {
		a := good
		c.change(&a)
		assert.Equal(t, c.broken, brokenFields(t, a.Validate()), name)
	}
}

func TestDeviceReports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		report domain.DeviceReport
		broken []string
	}{
		"nothing":          {domain.DeviceReport{}, nil},
		"everything":       {domain.DeviceReport{CapturedAt: &t0, Location: ptr(home), AccuracyM: 100_000, Model: strings.Repeat("x", 100)}, nil},
		"0,0":              {domain.DeviceReport{Location: &domain.Point{}}, []string{"device.location range"}},
		"off Earth":        {domain.DeviceReport{Location: &domain.Point{Lat: 91, Lng: 0}}, []string{"device.location range"}},
		"no number":        {domain.DeviceReport{Location: &domain.Point{Lat: math.NaN(), Lng: 77}}, []string{"device.location range"}},
		"negative":         {domain.DeviceReport{AccuracyM: -1}, []string{"device.accuracy_m range"}},
		"a continent":      {domain.DeviceReport{AccuracyM: 100_001}, []string{"device.accuracy_m range"}},
		"infinite":         {domain.DeviceReport{AccuracyM: math.Inf(1)}, []string{"device.accuracy_m range"}},
		"not a number":     {domain.DeviceReport{AccuracyM: math.NaN()}, []string{"device.accuracy_m range"}},
		"long model":       {domain.DeviceReport{Model: strings.Repeat("x", 101)}, []string{"device.model length"}},
		"a hundred signs":  {domain.DeviceReport{Model: strings.Repeat("小", 100)}, nil},
		"broken text":      {domain.DeviceReport{Model: "Pixel\xff"}, []string{"device.model length"}},
		"a line break":     {domain.DeviceReport{Model: "Pixel\n8"}, []string{"device.model length"}},
		"all of it broken": {domain.DeviceReport{Location: &domain.Point{}, AccuracyM: -1, Model: "\x00"}, []string{"device.location range", "device.accuracy_m range", "device.model length"}},
	} {
		assert.Equal(t, c.broken, brokenFields(t, c.report.Validate()), name)
	}
}

func TestCompletingAPhoto(t *testing.T) {
	t.Parallel()
	p := domain.Photo{Status: domain.PhotoAwaitingUpload}
	assert.True(t, p.Complete(t0))
	assert.Equal(t, domain.Photo{Status: domain.PhotoProcessing, CompletedAt: t0}, p)
	assert.False(t, p.Complete(t0.Add(time.Hour)))
	assert.Equal(t, t0, p.CompletedAt, "the first completion counts")
	for _, s := range []domain.PhotoStatus{domain.PhotoPassed, domain.PhotoFlagged, domain.PhotoFailed} {
		p := domain.Photo{Status: s}
		assert.False(t, p.Complete(t0))
		assert.Equal(t, domain.Photo{Status: s}, p)
	}
}

func TestJudgingAPhoto(t *testing.T) {
	t.Parallel()
	for want, findings := range map[domain.PhotoStatus][]domain.Finding{
		domain.PhotoPassed:  nil,
		domain.PhotoFlagged: flagged(domain.FindingNoDevice),
		domain.PhotoFailed:  append(flagged(domain.FindingNoDevice), failed(domain.FindingTooDark)...),
	} {
		p := domain.Photo{Status: domain.PhotoProcessing}
		facts, analysis, twins := domain.ImageFacts{Sharpness: 99}, domain.ImageAnalysis{Done: true}, []domain.PropertyID{"twin"}
		assert.True(t, p.Judge(facts, analysis, findings, twins, t0))
		assert.Equal(t, domain.Photo{
			Status: want, Facts: facts, Analysis: analysis, Findings: findings, LinkedTo: twins, InspectedAt: t0,
		}, p)
	}
	for _, s := range []domain.PhotoStatus{domain.PhotoAwaitingUpload, domain.PhotoPassed, domain.PhotoFlagged, domain.PhotoFailed} {
		p := domain.Photo{Status: s}
		assert.False(t, p.Judge(domain.ImageFacts{Sharpness: 99}, domain.ImageAnalysis{}, failed(domain.FindingTooDark), nil, t0))
		assert.Equal(t, domain.Photo{Status: s}, p, "no second verdict")
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	assert.Equal(t, domain.OutcomePassed, domain.Worst(nil))
	assert.Equal(t, domain.OutcomeFlagged, domain.Worst(flagged("a")))
	assert.Equal(t, domain.OutcomeFailed, domain.Worst(append(failed("b"), flagged("a")...)))
	assert.Equal(t, domain.OutcomePassed, domain.Worst([]domain.Finding{{Code: "a", Outcome: domain.OutcomePassed}}))
}

func TestResolvingAFlag(t *testing.T) {
	t.Parallel()
	for _, decision := range []domain.FlagDecision{domain.FlagAccepted, domain.FlagRefused} {
		p := photo("1", front)
		p.Status = domain.PhotoFlagged
		assert.True(t, p.Unresolved())
		assert.True(t, p.Usable())
		require.NoError(t, p.Resolve(decision, "seen", valuer.ID, t0))
		assert.Equal(t, &domain.FlagResolution{Decision: decision, Reason: "seen", By: valuer.ID, At: t0}, p.Resolution)
		assert.False(t, p.Unresolved())
		assert.Equal(t, decision == domain.FlagAccepted, p.Usable(), "what a valuer refused is no evidence")
		before := snapshot(t, p)
		requireError(t, p.Resolve(decision, "again", valuer.ID, t0), domain.KindConflict, "flag_already_resolved")
		assertUnchanged(t, before, p)
	}
	for _, s := range []domain.PhotoStatus{domain.PhotoAwaitingUpload, domain.PhotoProcessing, domain.PhotoPassed, domain.PhotoFailed} {
		p := domain.Photo{Status: s}
		requireError(t, p.Resolve(domain.FlagAccepted, "seen", valuer.ID, t0), domain.KindConflict, "photo_not_flagged")
		assert.Nil(t, p.Resolution)
		assert.False(t, p.Unresolved())
	}
	for name, c := range map[string]struct {
		decision domain.FlagDecision
		reason   string
		broken   []string
	}{
		"no decision":  {"", "seen", []string{"decision enum"}},
		"no reason":    {domain.FlagAccepted, "", []string{"reason length"}},
		"blank reason": {domain.FlagAccepted, "    ", []string{"reason length"}},
		"long reason":  {domain.FlagRefused, strings.Repeat("x", 501), []string{"reason length"}},
		"nothing":      {"MAYBE", "ok", []string{"decision enum", "reason length"}},
	} {
		p := domain.Photo{Status: domain.PhotoFlagged}
		err := p.Resolve(c.decision, c.reason, valuer.ID, t0)
		assert.Equal(t, c.broken, brokenFields(t, err), name)
		assert.Nil(t, p.Resolution, name)
	}
}

func TestWhatCountsAsEvidence(t *testing.T) {
	t.Parallel()
	for status, usable := range map[domain.PhotoStatus]bool{
		domain.PhotoAwaitingUpload: false, domain.PhotoProcessing: false, domain.PhotoFailed: false,
		domain.PhotoPassed: true, domain.PhotoFlagged: true,
	} {
		p := domain.Photo{Status: status}
		assert.Equal(t, usable, p.Usable(), status)
		p.ReplacedBy = "another"
		assert.False(t, p.Usable(), status)
		assert.False(t, p.Unresolved(), status)
	}
}

func failed(c domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: c, Outcome: domain.OutcomeFailed}}
}

func flagged(c domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: c, Outcome: domain.OutcomeFlagged}}
}
