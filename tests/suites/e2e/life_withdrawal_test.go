package e2e_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
)

// analysesPhotos has the demo's image recognition look at photos, as the fake vendor does.
func (p *product) analysesPhotos() {
	if fake, ok := p.adapters.ImageAnalyzer.(*memory.ImageAnalyzer); ok {
		fake.AnswerWith(func([]byte) (domain.ImageAnalysis, error) { return domain.ImageAnalysis{Done: true}, nil })
	}
}

// withdraws takes the owner through the withdrawal of image analysis, after which cases go on without
// it, and of the valuation, which ends the open ones, whose ids it returns. In the end she agrees
// again.
func (c cast) withdraws(ctx context.Context, t *testing.T, valued string) (ended []string) {
	t.Helper()
	before := c.herCase(ctx, t, 41, true)
	require.NoError(t, c.withdrawConsent(ctx, propflow.PurposeIMAGEANALYSIS, false))
	after := c.herCase(ctx, t, 61, false)
	for _, id := range []string{before, after} {
		assert.Equal(t, propflow.PropertyStateSUBMITTED, c.state(ctx, t, id))
	}
	_, err := c.valuer.Claim(ctx, after)
	require.NoError(t, err, "the case goes on")

	err = c.withdrawConsent(ctx, propflow.PurposeVALUATION, false)
	var refused *propflow.ProblemError
	require.ErrorAs(t, err, &refused)
	assert.EqualValues(t, "cases_open", refused.Problem.Code)
	assert.Len(t, refused.Problem.Errors, 2, "both are named")
	assert.Equal(t, propflow.PropertyStateUNDERREVIEW, c.state(ctx, t, after), "nothing ends unconfirmed")
	require.NoError(t, c.withdrawConsent(ctx, propflow.PurposeVALUATION, true))
	for _, id := range []string{before, after} {
		assert.Equal(t, propflow.PropertyStateWITHDRAWN, c.state(ctx, t, id))
	}
	assert.Equal(t, propflow.PropertyStateVALUED, c.state(ctx, t, valued), "what is decided is kept")
	_, err = c.owner.Draft(ctx, herProperty())
	assert.Equal(t, "consent_required", propflow.CodeOf(err))
	require.NoError(t, c.owner.Consent(ctx))
	return []string{before, after}
}

func (c cast) withdrawConsent(ctx context.Context, purpose propflow.Purpose, confirmed bool) error {
	_, err := c.owner.Client.WithdrawConsentWithResponse(ctx, &propflow.WithdrawConsentParams{IdempotencyKey: propflow.NewKey()},
		propflow.WithdrawConsentRequest{Purposes: []propflow.Purpose{purpose}, ConfirmWithdrawalOfCases: &confirmed})
	return err
}

func (c cast) state(ctx context.Context, t *testing.T, id string) propflow.PropertyState {
	t.Helper()
	property, err := c.owner.Property(ctx, id)
	require.NoError(t, err)
	return property.State
}

// endsASession logs the owner in a second time, and ends that session from the first.
func (c cast) endsASession(ctx context.Context, t *testing.T) {
	t.Helper()
	_, err := journey.Login(ctx, c.url, herPhone, c.codes, c.doer)
	require.NoError(t, err)
	sessions, err := c.owner.Client.ListSessionsWithResponse(ctx)
	require.NoError(t, err)
	require.Len(t, sessions.JSON200.Items, 2)
	for _, session := range sessions.JSON200.Items {
		if !session.Current {
			_, err := c.owner.Client.RevokeSessionWithResponse(ctx, session.ID)
			require.NoError(t, err)
		}
	}
}
