package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func kinds(steps []domain.Step) []domain.StepKind {
	out := []domain.StepKind{}
	for _, s := range steps {
		out = append(out, s.Kind)
	}
	return out
}

func TestDetailsCompleteIsAStepOfADraft(t *testing.T) {
	t.Parallel()
	p, change, err := domain.NewProperty("property", owner, domain.House, "", allDetails(), "salt", t0)
	require.NoError(t, err)
	assert.Equal(t, []domain.StepKind{domain.StepCreated, domain.StepDetailsComplete}, kinds(change.Effects(p, counter()).Steps))

	p, change, err = domain.NewProperty("property", owner, domain.House, "", domain.DetailsChange{AreaSqFt: ptr(9)}, "salt", t0)
	require.NoError(t, err)
	assert.Equal(t, []domain.StepKind{domain.StepCreated}, kinds(change.Effects(p, counter()).Steps))
	change, err = p.Edit(owner, domain.DetailsChange{Address: ptr(address())}, nil, t0)
	require.NoError(t, err)
	assert.Empty(t, change.Effects(p, counter()).Steps)
	change, err = p.Edit(owner, allDetails(), nil, t0)
	require.NoError(t, err)
	assert.Equal(t, []domain.StepKind{domain.StepDetailsComplete}, kinds(change.Effects(p, counter()).Steps))

	k := asked(t, correct("1", domain.FieldArea))
	change = k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(9)}, nil, k.Now)
	})
	assert.Empty(t, change.Effects(k.Property, counter()).Steps, "the funnel's step is the draft's")
}

func TestStepsOfAVerdict(t *testing.T) {
	t.Parallel()
	stepsOf := func(judged domain.Photo, all ...domain.Photo) []domain.Step {
		p := domain.Property{ID: "property", OwnerID: owner.ID, Type: domain.House}
		return p.PhotoJudged(judged, domain.SmallerCopies{}, all, t0).Effects(p, counter()).Steps
	}
	inside := photo("inside", kitchen)
	noPlace := func(p *domain.Photo) { p.Device.Location = nil }
	tooFar := func(p *domain.Photo) { p.Status, p.Findings = domain.PhotoFailed, failed(domain.FindingTooFar) }
	broken := func(p *domain.Photo) {
		p.Status, p.Facts.Fault, p.Findings = domain.PhotoFailed, domain.FaultBroken, failed(domain.FindingCode(domain.FaultBroken))
	}
	for name, c := range map[string]struct {
		change func(*domain.Photo)
		want   []domain.StepKind
	}{
		"passed":         {func(*domain.Photo) {}, []domain.StepKind{domain.StepPhotoPassed, domain.StepGPSMatched, domain.StepPhotosReady}},
		"by file alone":  {func(p *domain.Photo) { noPlace(p); p.Facts.EXIF.Location = ptr(home) }, []domain.StepKind{domain.StepPhotoPassed, domain.StepGPSMatched, domain.StepPhotosReady}},
		"flagged":        {func(p *domain.Photo) { p.Status = domain.PhotoFlagged }, []domain.StepKind{domain.StepPhotoFlagged, domain.StepGPSMatched, domain.StepPhotosReady}},
		"without place":  {noPlace, []domain.StepKind{domain.StepPhotoPassed, domain.StepPhotosReady}},
		"too far":        {tooFar, []domain.StepKind{domain.StepPhotoFailed, domain.StepGPSMismatched}},
		"no photo":       {broken, []domain.StepKind{domain.StepPhotoFailed}},
		"no verdict yet": {func(p *domain.Photo) { p.Status = domain.PhotoProcessing }, []domain.StepKind{}},
		"a document":     {func(p *domain.Photo) { p.Subject = document }, []domain.StepKind{domain.StepPhotoPassed}},
	} {
		p := with(photo("front", front), c.change)
		steps := stepsOf(p, p, inside)
		assert.Equal(t, c.want, kinds(steps), name)
		for _, s := range steps {
			assert.Equal(t, domain.Step{Kind: s.Kind, PropertyID: "property", UserID: owner.ID, At: t0}, s, name)
		}
	}
	alone := photo("front", front)
	assert.NotContains(t, kinds(stepsOf(alone, alone)), domain.StepPhotosReady)
}

func TestTheFunnelIsInOrder(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []domain.StepKind{
		domain.StepCreated, domain.StepDetailsComplete, domain.StepFirstPhoto, domain.StepPhotosReady, domain.StepSubmitted,
		domain.StepClaimed, domain.StepApproved, domain.StepValued,
	}, domain.FunnelSteps)
}
