package e2e_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

func TestMainJobEndsWithASignedReport(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		var progress bytes.Buffer
		outcome, err := journey.Plan{
			URL: p.url, Photos: house(1), Codes: p.codes, Owner: "+919811100001",
			Valuer: string(p.staff[1].Phone), Supervisor: string(p.staff[3].Phone),
			Property: journey.DefaultProperty(), Report: filepath.Join(t.TempDir(), "report.pdf"), Progress: &progress,
		}.Run(ctx)
		require.NoError(t, err, progress.String())

		assert.Equal(t, propflow.PropertyStateVALUED, outcome.Property.State)
		assert.Equal(t, propflow.ReportStatusREADY, outcome.Valuation.Report.Status)
		pdf, err := os.ReadFile(outcome.Report)
		require.NoError(t, err)
		assert.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
		lines := strings.Split(strings.TrimSpace(progress.String()), "\n")
		last := lines[len(lines)-1]
		assert.Contains(t, last, *outcome.Property.Reference)
		assert.Contains(t, last, "₹")
	})
}

func TestFollowUpIsAnsweredByRetakeNewPhotoCorrectionAndAnswer(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		property := c.submitted(ctx, t, house(1)...)
		_, err := c.valuer.Claim(ctx, property.ID)
		require.NoError(t, err)
		photos, err := c.valuer.Photos(ctx, property.ID)
		require.NoError(t, err)
		kitchen := photos[1]

		asked, err := c.valuer.AskFollowUp(ctx, property.ID,
			propflow.FollowUpItemRequest{Kind: propflow.FollowUpKindRETAKEPHOTO, PhotoID: &kitchen.ID, Message: "In daylight, please."},
			propflow.FollowUpItemRequest{Kind: propflow.FollowUpKindADDPHOTO, Type: new(propflow.PhotoTypeSIDE), Message: "The side too."},
			propflow.FollowUpItemRequest{Kind: propflow.FollowUpKindCORRECTFIELD, Field: new(propflow.PropertyFieldAreaSqft), Message: "Is this right?"},
			propflow.FollowUpItemRequest{Kind: propflow.FollowUpKindANSWERQUESTION, Message: "Is the balcony closed?"},
		)
		require.NoError(t, err)
		assert.Equal(t, propflow.PropertyStateFOLLOWUPREQUIRED, asked.State)
		assert.True(t, asked.SLA.Paused, "the clock must not run while the owner is asked")
		require.NoError(t, c.owner.AwaitEvent(ctx, property.ID, "review.follow_up_asked"))

		items := asked.FollowUps[0].Items
		retaken := house(11)[1]
		again := c.photograph(ctx, t, property.ID, retaken, "")
		side := c.photograph(ctx, t, property.ID, journey.DrawnPhoto(11, propflow.PhotoTypeSIDE, "", photoWidth), "")
		now, err := c.owner.Client.GetPropertyWithResponse(ctx, property.ID, nil)
		require.NoError(t, err)
		_, err = c.owner.Client.UpdatePropertyWithResponse(ctx, property.ID,
			&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{Bedrooms: new(4)})
		assert.Equal(t, "field_locked", propflow.CodeOf(err), "only what was asked for unlocks")
		_, err = c.owner.Client.UpdatePropertyWithResponse(ctx, property.ID,
			&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{AreaSqft: new(1300)})
		require.NoError(t, err)

		answered, err := c.owner.Answer(ctx, property.ID,
			propflow.FollowUpAnswer{ItemID: items[0].ID, PhotoID: &again.ID},
			propflow.FollowUpAnswer{ItemID: items[1].ID, PhotoID: &side.ID},
			propflow.FollowUpAnswer{ItemID: items[2].ID},
			propflow.FollowUpAnswer{ItemID: items[3].ID, Text: new("No, it is open.")},
		)
		require.NoError(t, err)
		assert.Equal(t, propflow.PropertyStateSUBMITTED, answered.State)
		assert.False(t, answered.SLA.Paused)

		_, err = c.other.Claim(ctx, property.ID)
		assert.Equal(t, "reserved", propflow.CodeOf(err), "the case waits for the valuer who asked")
		_, err = c.valuer.Claim(ctx, property.ID)
		require.NoError(t, err)
		c.value(ctx, t, property.ID)
		require.NoError(t, c.owner.AwaitEvent(ctx, property.ID, "report.stored"))
	})
}

func TestFlaggedPhotoMustBeResolvedBeforeTheValue(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		property := c.submitted(ctx, t, append(house(1), blurred(5))...)
		_, err := c.valuer.Claim(ctx, property.ID)
		require.NoError(t, err)
		suggestion, err := c.valuer.Suggestion(ctx, property.ID)
		require.NoError(t, err)

		_, err = c.valuer.Value(ctx, property.ID, *suggestion.Amount, suggestion, "At the level of the sales around it.")
		assert.Equal(t, "evidence_incomplete", propflow.CodeOf(err))
		resolved, err := c.valuer.ResolveFlags(ctx, property.ID, "Slightly soft, shows a bedroom all the same.")
		require.NoError(t, err)
		assert.Equal(t, 1, resolved)
		c.value(ctx, t, property.ID)
		require.NoError(t, c.owner.AwaitEvent(ctx, property.ID, "report.stored"))
	})
}

func TestRiskyValuationIsReturnedThenSignedByAnother(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		property := c.submitted(ctx, t, house(1)...)
		_, err := c.supervisor.Claim(ctx, property.ID)
		require.NoError(t, err)
		suggestion, err := c.supervisor.Suggestion(ctx, property.ID)
		require.NoError(t, err)
		tooHigh := propflow.Money{Amount: suggestion.Amount.Amount * 3 / 2, Currency: propflow.MoneyCurrencyINR}

		valued, err := c.supervisor.Value(ctx, property.ID, tooHigh, suggestion, "For the view over the lake.")
		require.NoError(t, err)
		assert.Equal(t, propflow.ValuationStatusAWAITINGSIGNOFF, valued.Status)
		assert.Contains(t, valued.Risks, propflow.RiskOFFMODEL)
		_, err = c.supervisor.SignOff(ctx, property.ID)
		assert.Equal(t, "same_person", propflow.CodeOf(err), "nobody signs twice")

		returned, err := c.secondSupervisor.Return(ctx, property.ID, "Far above every sale around it.")
		require.NoError(t, err)
		assert.Equal(t, propflow.PropertyStateUNDERREVIEW, returned.State)
		require.NoError(t, c.supervisor.Flag(ctx, property.ID, "Second round, please look again."))
		_, err = c.supervisor.Value(ctx, property.ID, *suggestion.Amount, suggestion, "At the level of the sales.")
		require.NoError(t, err)
		signed, err := c.secondSupervisor.SignOff(ctx, property.ID)
		require.NoError(t, err)
		assert.Equal(t, propflow.PropertyStateAPPROVED, signed.State)
		require.NoError(t, c.owner.AwaitEvent(ctx, property.ID, "report.stored"))

		versions, err := c.supervisor.Client.ListValuationsWithResponse(ctx, property.ID, nil)
		require.NoError(t, err)
		require.Len(t, versions.JSON200.Items, 2, "the returned version stays")
		trail, err := c.secondSupervisor.Client.GetAuditTrailWithResponse(ctx, property.ID, nil)
		require.NoError(t, err)
		seen, err := trail.JSON200.AsAuditTrail()
		require.NoError(t, err)
		assert.True(t, seen.Intact, "%v", seen.Fault)
	})
}

func TestRejectionEndsTheCaseAndTellsTheOwner(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		property := c.submitted(ctx, t, house(1)...)
		_, err := c.valuer.Claim(ctx, property.ID)
		require.NoError(t, err)
		rejected, err := c.valuer.Reject(ctx, property.ID, propflow.RejectRequestCodeADDRESSMISMATCH, "The photos show another street.")
		require.NoError(t, err)
		assert.Equal(t, propflow.PropertyStateREJECTED, rejected.State)
		require.NoError(t, c.owner.AwaitEvent(ctx, property.ID, "review.rejected"))
		require.NoError(t, c.idle(ctx))

		now, err := c.owner.Property(ctx, property.ID)
		require.NoError(t, err)
		assert.Equal(t, propflow.RejectionCodeADDRESSMISMATCH, now.Rejection.Code)
		assert.Equal(t, []string{"SMS", "WHATSAPP"}, c.messages(ctx, t, property.ID, "REJECTED"))
		_, _, err = c.owner.Result(ctx, property.ID)
		assert.Equal(t, "valuation_not_found", propflow.CodeOf(err))
		_, err = c.valuer.Claim(ctx, property.ID)
		assert.Equal(t, "illegal_transition", propflow.CodeOf(err), "a rejection is final")
	})
}

// value values the property at the model's suggestion.
func (c cast) value(ctx context.Context, t *testing.T, property string) {
	t.Helper()
	suggestion, err := c.valuer.Suggestion(ctx, property)
	require.NoError(t, err)
	valued, err := c.valuer.Value(ctx, property, *suggestion.Amount, suggestion, "At the level of the sales around it.")
	require.NoError(t, err)
	require.Equal(t, propflow.ValuationStatusAPPROVED, valued.Status, "%v", valued.Risks)
}

// messages lists the channels on which the owner was notified of the topic, sorted.
func (c cast) messages(ctx context.Context, t *testing.T, property, topic string) []string {
	t.Helper()
	sent, err := c.owner.Client.ListNotificationsWithResponse(ctx, &propflow.ListNotificationsParams{PropertyID: &property})
	require.NoError(t, err)
	var channels []string
	for _, n := range sent.JSON200.Items {
		if n.Topic == topic {
			assert.Equal(t, propflow.NotificationStatusSENT, n.Status)
			channels = append(channels, n.Channel)
		}
	}
	slices.Sort(channels)
	return channels
}
