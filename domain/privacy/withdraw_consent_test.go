package privacy_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func withdrawConsent(w *fixture.World) privacy.WithdrawConsent {
	return privacy.WithdrawConsent{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func agreement(w *fixture.World) domain.Agreement {
	out, err := privacy.ListConsents{UnitOfWork: w.Store}.Execute(w.T.Context(), privacy.ListConsentsInput{Actor: fixture.Owner})
	require.NoError(w.T, err)
	return out.Agreement
}

func TestWithdrawingAnalysisLeavesCasesAlone(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner, fixture.Valuer)
	w.Ready("open", fixture.Owner, domain.PhotoPassed)
	before := w.Everything()
	w.Clock.Advance(time.Second)
	withdrawal, err := withdrawConsent(w).Execute(t.Context(), privacy.WithdrawConsentInput{
		Actor: fixture.Owner, Purposes: []domain.Purpose{domain.PurposeImageAnalysis},
	})
	require.NoError(t, err)
	assert.True(t, withdrawal.Withdrawn)
	assert.Equal(t, []domain.Purpose{domain.PurposeImageAnalysis}, withdrawal.Purposes)
	assert.Equal(t, []domain.Processor{domain.ProcessorImageAnalysis}, withdrawal.Processors)
	assert.Equal(t, []domain.Purpose{domain.PurposeValuation}, agreement(w).Purposes)
	assert.True(t, agreement(w).Current())
	assert.Equal(t, before, w.Everything())
}

func TestWithdrawingTheValuationEndsOpenCasesAfterAConfirmation(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner, fixture.Valuer, fixture.Stranger)
	w.Ready("draft", fixture.Owner, domain.PhotoPassed)
	w.Ready("submitted", fixture.Owner, domain.PhotoPassed)
	w.Submit("submitted", fixture.Owner)
	w.Ready("reviewed", fixture.Owner, domain.PhotoPassed)
	w.Submit("reviewed", fixture.Owner)
	w.Claim("reviewed")
	rejectedCase(w, "rejected")
	w.Draft("another's", fixture.Stranger)
	before := w.Everything()
	w.Clock.Advance(time.Second)
	in := privacy.WithdrawConsentInput{Actor: fixture.Owner, Purposes: []domain.Purpose{domain.PurposeValuation}}
	_, err := withdrawConsent(w).Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "cases_open")
	var named *domain.Error
	require.ErrorAs(t, err, &named)
	var cases []string
	for _, f := range named.Fields {
		cases = append(cases, f.Field)
		assert.NotEmpty(t, f.Hindi)
	}
	assert.Equal(t, []string{"properties.draft", "properties.reviewed", "properties.submitted"}, cases)
	assert.Equal(t, before, w.Everything())
	assert.True(t, agreement(w).Current())

	in.EndCases = true
	_, err = withdrawConsent(w).Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Empty(t, agreement(w).Purposes)
	for id, state := range map[domain.PropertyID]domain.State{
		"draft": domain.Withdrawn, "submitted": domain.Withdrawn, "reviewed": domain.Withdrawn, "rejected": domain.Rejected, "another's": domain.Draft,
	} {
		assert.Equal(t, state, w.Property(id).State, id)
	}
	assert.Equal(t, domain.ActionWithdrawn, w.Actions("reviewed")[len(w.Actions("reviewed"))-1])
	in.EndCases = false
	_, err = withdrawConsent(w).Execute(t.Context(), in)
	require.NoError(t, err, "there is none to end any more")
	_, err = withdrawConsent(w).Execute(t.Context(), privacy.WithdrawConsentInput{Actor: fixture.Owner, Purposes: []domain.Purpose{"ADVERTISING"}})
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
}

func TestWithdrawConsentFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 10, Prepare: func(w *fixture.World) func(ctx context.Context) error {
		w.Hire(fixture.Owner)
		w.Ready("open", fixture.Owner, domain.PhotoPassed)
		w.Clock.Advance(time.Second)
		return func(ctx context.Context) error {
			_, err := withdrawConsent(w).Execute(ctx, privacy.WithdrawConsentInput{Actor: fixture.Owner, EndCases: true})
			return err
		}
	}})
}

// TestNothingIsTakenInAfterAWithdrawal races withdrawals with transactions that rely on consent.
func TestNothingIsTakenInAfterAWithdrawal(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner)
	w.Consent(fixture.Owner)
	w.Clock.Advance(time.Second)
	var racers sync.WaitGroup
	for i := range 16 {
		racers.Go(func() {
			if i == 8 {
				_, err := withdrawConsent(w).Execute(t.Context(), privacy.WithdrawConsentInput{Actor: fixture.Owner, EndCases: true})
				assert.NoError(t, err)
				return
			}
			err := w.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
				if err := tx.RequireConsent(ctx, fixture.Owner.ID); err != nil {
					return err
				}
				id := domain.PropertyID(w.IDs.New())
				p, change, err := domain.NewProperty(id, fixture.Owner, domain.House, "", fixture.Details(), "salt", w.Clock.Now())
				if err != nil {
					return err
				}
				if err := tx.Properties.Add(ctx, p); err != nil {
					return err
				}
				return tx.RecordChange(ctx, p, change, w.IDs)
			})
			if err != nil {
				assert.Equal(t, "consent_required", domain.CodeOf(err))
			}
		})
	}
	racers.Wait()
	for _, p := range w.Everything().Properties {
		assert.Equal(t, domain.Withdrawn, p.State)
	}
}
