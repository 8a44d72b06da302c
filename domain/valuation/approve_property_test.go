package valuation_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// fair is an appraisal that carries no risk.
func fair() domain.Appraisal {
	return domain.Appraisal{
		Amount: 15_000_000, Methodology: domain.SalesComparison,
		Comparables: []domain.ComparableID{"sale-0", "sale-2", "sale-1"}, Rationale: "Three sales in the same street.",
	}
}

func (w *world) approve(in valuation.ApprovePropertyInput) (domain.Valuation, error) {
	return valuation.ApproveProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(w.T.Context(), in)
}

// approved values the property and returns the version.
func (w *world) approved() domain.Valuation {
	w.T.Helper()
	v, err := w.approve(valuation.ApprovePropertyInput{Actor: valuer, PropertyID: flat, Appraisal: fair()})
	require.NoError(w.T, err)
	return v
}

func (w *world) getValuation(by domain.Actor) (domain.Valuation, error) {
	out, err := valuation.GetValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(w.request(by), valuation.GetValuationInput{Actor: by, PropertyID: flat})
	if err == nil {
		require.Equal(w.T, by.ID == owner.ID, out.ForOwner)
	}
	return out.Valuation, err
}

func TestApproveProperty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	suggestion, err := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.SuggestValuationInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)
	listed, err := w.search(valuation.SearchComparablesInput{Actor: valuer, PropertyID: flat})
	require.NoError(t, err)

	v := w.approved()
	assert.Equal(t, 1, v.Number)
	assert.Equal(t, domain.ValuationApproved, v.Status)
	assert.Empty(t, v.Risks)
	assert.Equal(t, valuer.ID, v.ValuerID)
	assert.Equal(t, suggestion, v.Suggestion, "what the model said at that moment")
	assert.Equal(t, suggestion.Confidence, v.Confidence)
	assert.Equal(t, []domain.AdjustedComparable{listed[0], listed[2], listed[1]}, v.Comparables, "in the order chosen, as they were shown")

	property := w.Property(flat)
	assert.Equal(t, domain.Approved, property.State)
	assert.Equal(t, v.ID, property.Valuation)
	assert.False(t, property.SLA.Running())
	assert.Equal(t, []domain.Valuation{v}, w.Valuations(flat))
	chain := w.Chain(flat)
	assert.Equal(t, domain.ActionApproved, chain[len(chain)-1].Action)

	for _, actor := range []domain.Actor{valuer, supervisor, owner} {
		got, err := w.getValuation(actor)
		require.NoError(t, err)
		assert.Equal(t, v, got)
	}
	list, err := valuation.ListValuations{UnitOfWork: w.Store, Clock: w.Clock}.Execute(w.request(rival), valuation.ListValuationsInput{Actor: rival, PropertyID: flat})
	require.NoError(t, err)
	assert.Equal(t, []domain.Valuation{v}, list)
}

func TestApprovingTwiceWithOneKeyIsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := valuation.ApprovePropertyInput{
		Actor: valuer, PropertyID: flat, Appraisal: fair(),
		Key: domain.IdempotencyKey{UserID: valuer.ID, Operation: "approveProperty", Key: "k", Fingerprint: "f"},
	}
	var racers sync.WaitGroup
	got := make([]domain.Valuation, 8)
	for i := range got {
		racers.Go(func() {
			v, err := w.approve(in)
			assert.NoError(t, err)
			got[i] = v
		})
	}
	racers.Wait()
	require.Len(t, w.Valuations(flat), 1)
	for _, v := range got {
		assert.Equal(t, w.Valuations(flat)[0].ID, v.ID)
		assert.Equal(t, w.Valuations(flat)[0].Suggestion, v.Suggestion)
	}
	in.Key = domain.IdempotencyKey{}
	_, err := w.approve(in)
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
}

func TestARiskyValuationWaitsForASupervisor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		appraisal func(a *domain.Appraisal)
		prepare   func(w *world)
		want      domain.Risk
	}{
		"off the model": {appraisal: func(a *domain.Appraisal) { a.Amount = 19_000_000 }, want: domain.RiskOffModel},
		"flagged": {prepare: func(w *world) {
			w.Change(flat, func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
				return p.Flag(valuer, "The title looks odd.", w.Clock.Now())
			})
		}, want: domain.RiskFlagged},
		"a high amount": {prepare: func(w *world) {
			w.setSettings(func(s *domain.Settings) { s.SignOffAmount = 15_000_000 })
		}, want: domain.RiskHighAmount},
		"little confidence": {prepare: func(w *world) {
			w.setSettings(func(s *domain.Settings) { s.MinConfidence = 99 })
		}, want: domain.RiskLowConfidence},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, a := newWorld(t), fair()
			if c.prepare != nil {
				c.prepare(w)
			}
			if c.appraisal != nil {
				c.appraisal(&a)
			}
			v, err := w.approve(valuation.ApprovePropertyInput{Actor: valuer, PropertyID: flat, Appraisal: a})
			require.NoError(t, err)
			assert.Equal(t, []domain.Risk{c.want}, v.Risks)
			assert.Equal(t, domain.ValuationAwaitingSignOff, v.Status)
			assert.Equal(t, domain.AwaitingSignOff, w.Property(flat).State)

			_, err = w.getValuation(owner)
			fixture.Refused(t, err, domain.KindNotFound, "valuation_not_found")
			_, err = w.getValuation(moonlighter)
			fixture.Refused(t, err, domain.KindNotFound, "valuation_not_found")
			seen, err := w.getValuation(supervisor)
			require.NoError(t, err)
			assert.Equal(t, v, seen)
		})
	}
}

// TestNoOneDecidesAloneByTheirOwnSales has a supervisor who enters sales, as the role may, and
// values by them.
func TestNoOneDecidesAloneByTheirOwnSales(t *testing.T) {
	t.Parallel()
	w, a := newWorld(t), fair()
	own := sale(12, w.Clock.Now())
	own.Location = home
	entered, err := w.create(valuation.CreateComparableInput{Actor: valuer, Comparable: own})
	require.NoError(t, err)
	preview := func() domain.GateResult {
		asked, err := valuation.PreviewValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), valuation.PreviewValuationInput{
			Actor: valuer, PropertyID: flat, Appraisal: a,
		})
		require.NoError(t, err)
		return asked
	}
	assert.Equal(t, domain.GateResult{Risks: []domain.Risk{domain.RiskLowConfidence}}, preview(), "the model uses it")

	a.Comparables[0] = entered.ID
	asked := preview()
	require.Len(t, asked.Blocking, 1)
	assert.Equal(t, domain.BlockedFewer, asked.Blocking[0].Code)
	a.FewerReason = "No other sale is as near."
	assert.Equal(t, domain.GateResult{Risks: []domain.Risk{domain.RiskFewComparables, domain.RiskLowConfidence}}, preview())
}

func (w *world) setSettings(change func(s *domain.Settings)) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		s, err := tx.Settings.Get(ctx)
		if err != nil {
			return err
		}
		change(&s)
		return tx.Settings.Update(ctx, &s)
	})
}

func TestAReturnedValuationGetsANextVersion(t *testing.T) {
	t.Parallel()
	w, a := newWorld(t), fair()
	a.Amount = 19_000_000
	first, err := w.approve(valuation.ApprovePropertyInput{Actor: valuer, PropertyID: flat, Appraisal: a})
	require.NoError(t, err)
	w.returnToValuer(first)
	second, err := w.approve(valuation.ApprovePropertyInput{Actor: valuer, PropertyID: flat, Appraisal: fair()})
	require.NoError(t, err)
	assert.Equal(t, 2, second.Number)
	versions := w.Valuations(flat)
	require.Len(t, versions, 2)
	assert.Equal(t, domain.ValuationReturned, versions[0].Status, "the earlier version stays")
	now, err := w.getValuation(owner)
	require.NoError(t, err)
	assert.Equal(t, second, now)
}

func (w *world) returnToValuer(v domain.Valuation) {
	w.T.Helper()
	w.Change(flat, func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return p.Return(supervisor, &v, domain.User{ID: v.ValuerID, Role: domain.RoleValuer}, "Explain the amount.", w.Clock.Now())
	})
	w.update(v)
}

// update stores a changed valuation; a rerun of the transaction begins with the same one.
func (w *world) update(v domain.Valuation) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		changed := v
		return tx.Valuations.Update(ctx, &changed)
	})
}

func TestApprovalIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := domain.Appraisal{Comparables: []domain.ComparableID{"sale-0", "sale-0", "nothing"}, Methodology: "GUESS"}
	ask := func(by domain.Actor, id domain.PropertyID, a domain.Appraisal) error {
		_, err := w.approve(valuation.ApprovePropertyInput{Actor: by, PropertyID: id, Appraisal: a})
		return err
	}
	w.draft("waiting")
	w.Change("waiting", func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-ABC235", domain.Evidence{Photos: photos, Consented: true}, w.Clock.Now())
	})
	for name, c := range map[string]struct {
		err  error
		kind domain.Kind
		code string
	}{
		"not there":     {ask(valuer, "nothing", fair()), domain.KindNotFound, "property_not_found"},
		"not theirs":    {ask(stranger, flat, fair()), domain.KindNotFound, "property_not_found"},
		"own property":  {ask(moonlighter, flat, bad), domain.KindForbidden, "own_property"},
		"not claimed":   {ask(valuer, "waiting", bad), domain.KindConflict, "illegal_transition"},
		"another holds": {ask(rival, flat, bad), domain.KindConflict, "claim_not_held"},
	} {
		t.Run(name, func(t *testing.T) { fixture.Refused(t, c.err, c.kind, c.code) })
	}
	assert.Equal(t, []string{"amount", "methodology", "comparable_ids[1]", "comparable_ids[2]"}, brokenFields(t, ask(valuer, flat, bad)))
	few := fair()
	few.Comparables = few.Comparables[:2]
	fixture.Refused(t, ask(valuer, flat, few), domain.KindConflict, "evidence_incomplete")
	assert.Equal(t, domain.UnderReview, w.Property(flat).State)

	few.FewerReason = "Only two flats of this kind were sold."
	w.addPhoto(domain.Photo{ID: "flagged", PropertyID: flat, OwnerID: owner.ID, Subject: domain.Subject{Type: domain.PhotoSide}, Status: domain.PhotoFlagged})
	fixture.Refused(t, ask(valuer, flat, few), domain.KindConflict, "evidence_incomplete")
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Delete(ctx, "flagged") })
	require.NoError(t, ask(valuer, flat, few))
}

func TestGetValuationIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, actor := range []domain.Actor{owner, valuer} {
		_, err := w.getValuation(actor)
		fixture.Refused(t, err, domain.KindNotFound, "valuation_not_found")
	}
	_, err := w.getValuation(stranger)
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
}

func TestValuingSurvivesOutages(t *testing.T) {
	t.Parallel()
	everyOutage(t, func(w *world) func() error {
		in := valuation.ApprovePropertyInput{
			Actor: valuer, PropertyID: flat, Appraisal: fair(),
			Key: domain.IdempotencyKey{UserID: valuer.ID, Operation: "approveProperty", Key: "k", Fingerprint: "f"},
		}
		return func() error { _, err := w.approve(in); return err }
	})
	everyOutage(t, func(w *world) func() error {
		w.approved()
		return func() error { _, err := w.getValuation(owner); return err }
	})
}
