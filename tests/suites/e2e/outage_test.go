package e2e_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

func TestWithoutRedisReviewsAndDecisionsGoOn(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	o := newOutage(ctx, t)
	for range 2 { // one for each way to break
		o.submitted(ctx, t, house(time.Now().UnixNano())...)
	}
	o.broken(ctx, t, redis, func(t *testing.T) {
		o.sick(ctx, t, `{"status":"unhealthy","database":"connected","redis":"disconnected"}`, http.StatusOK)
		o.refused(t, "a login", o.login)
		done(t, "a read", o.me)
		done(t, "the queue", func() error {
			queue, err := o.valuer.Client.ListQueueWithResponse(ctx, nil)
			if err == nil {
				require.NotEmpty(t, queue.JSON200.Items)
			}
			return err
		})
		var property string
		done(t, "a claim", func() error {
			next, err := o.valuer.Client.ClaimNextPropertyWithResponse(ctx, &propflow.ClaimNextPropertyParams{IdempotencyKey: propflow.NewKey()})
			if err == nil {
				property = next.JSON200.ID
			}
			return err
		})
		done(t, "a valuation", func() error {
			suggestion, err := o.valuer.Suggestion(ctx, property)
			if err == nil {
				_, err = o.valuer.Value(ctx, property, *suggestion.Amount, suggestion, "At the level of the sales around it.")
			}
			return err
		})
	}, func(t *testing.T) {
		done(t, "a login", o.login)
	})
}

func TestWithoutPostgresNothingHangsAndAllHeals(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	o := newOutage(ctx, t)
	require.NoError(t, o.owner.Consent(ctx))
	draft, err := o.owner.Draft(ctx, journey.DefaultProperty())
	require.NoError(t, err)
	key := propflow.NewKey()
	o.broken(ctx, t, database, func(t *testing.T) {
		o.sick(ctx, t, `{"status":"unhealthy","database":"disconnected","redis":"connected"}`, http.StatusServiceUnavailable)
		o.refused(t, "a read", o.me)
		o.refused(t, "a login", o.login)
		o.refused(t, "a new property", func() error {
			_, err := o.owner.Client.CreatePropertyWithResponse(ctx, &propflow.CreatePropertyParams{IdempotencyKey: key}, propflow.CreatePropertyRequest{Type: propflow.PropertyTypeLAND})
			return err
		})
	}, func(t *testing.T) {
		done(t, "a read", o.me)
		done(t, "a new property", func() error {
			_, err := o.owner.Client.CreatePropertyWithResponse(ctx, &propflow.CreatePropertyParams{IdempotencyKey: key}, propflow.CreatePropertyRequest{Type: propflow.PropertyTypeLAND})
			return err
		})
		o.photograph(ctx, t, draft.ID, house(time.Now().UnixNano())[0], "") // its verdict needs the worker
	})
}

func TestWithoutObjectStorePhotosWait(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	o := newOutage(ctx, t)
	valued := o.submitted(ctx, t, house(1)...)
	_, err := o.valuer.Claim(ctx, valued.ID)
	require.NoError(t, err)
	o.value(ctx, t, valued.ID)
	require.NoError(t, o.owner.AwaitEvent(ctx, valued.ID, "report.stored"))
	draft, err := o.owner.Draft(ctx, journey.DefaultProperty())
	require.NoError(t, err)
	where := propflow.Point{Lat: draft.Location.Lat, Lng: draft.Location.Lng}
	report := func() error {
		answer, err := o.owner.Client.GetReportWithResponse(ctx, valued.ID, nil)
		if err == nil {
			require.True(t, bytes.HasPrefix(answer.Body, []byte("%PDF-")))
		}
		return err
	}
	var waiting propflow.OwnerPhoto
	o.broken(ctx, t, store, func(t *testing.T) {
		o.sick(ctx, t, `{"status":"healthy","database":"connected","redis":"connected"}`, http.StatusOK)
		o.refused(t, "a report", report)
		done(t, "a read", o.me)
	}, func(t *testing.T) {
		done(t, "a report", report)
		// A photo whose inspection begins while the store hangs.
		waiting, err = o.owner.Upload(ctx, draft.ID, house(time.Now().UnixNano())[0], where, "")
		require.NoError(t, err)
		o.ways[store].Stall()
		require.Eventually(t, func() bool {
			var failed int
			require.NoError(t, o.database.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE kind = 'inspect_photo' AND state IN ('retryable', 'available') AND attempt > 0`).Scan(&failed))
			judged, err := o.owner.Photo(ctx, draft.ID, waiting.ID)
			require.NoError(t, err)
			return failed > 0 || judged.Status != propflow.PhotoStatusPROCESSING
		}, healBound, 50*time.Millisecond)
		o.ways[store].Heal()
		judged, err := o.owner.Verdict(ctx, waiting)
		require.NoError(t, err)
		assert.NotEqual(t, propflow.PhotoStatusFAILED, judged.Status)
	})
}

func TestWithoutTwilioMessagesWait(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	o := newOutage(ctx, t)
	var phone, attempt string
	o.broken(ctx, t, messenger, func(t *testing.T) {
		o.sick(ctx, t, `{"status":"healthy","database":"connected","redis":"connected"}`, http.StatusOK)
		phone = o.newPhone()
		done(t, "a login, whose code is sent after the answer", func() (err error) {
			attempt, err = o.askCode(propflow.RequestOtpRequest{Phone: phone})
			return err
		})
		done(t, "a read", o.me)
		property := o.submitted(ctx, t, house(time.Now().UnixNano())...)
		assert.NotEmpty(t, property.Reference)
	}, func(t *testing.T) {
		require.Eventually(t, func() bool { // the same attempt asks again, at once after a send that failed
			_, _ = o.askCode(propflow.RequestOtpRequest{Phone: phone, LoginID: &attempt})
			return o.vendors.Twilio.OTP(phone) != ""
		}, time.Minute, 200*time.Millisecond)
		require.Eventually(t, func() bool {
			var unsent int
			require.NoError(t, o.database.QueryRow(ctx, `SELECT count(*) FROM notifications WHERE status <> 'SENT'`).Scan(&unsent))
			return unsent == 0
		}, 2*time.Minute, 100*time.Millisecond)
	})
	for text, copies := range o.vendors.Twilio.Copies() {
		assert.Len(t, copies, 1, text)
	}
}

// TestLiveEventsOutlastRedis has an owner listen while the way to Redis is cut, healed,
// stalled and healed: each event arrives once, and none asks to read everything again.
func TestLiveEventsOutlastRedis(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	o := newOutage(ctx, t)
	load := newLoad(ctx, t, o.ground, o.url)
	load.await(t, 50)
	o.broken(ctx, t, redis, func(t *testing.T) { load.await(t, 50) }, func(t *testing.T) { load.await(t, 50) })
	withdrawn := load.end()
	assert.Empty(t, load.failures)
	load.hear(ctx, t, withdrawn)
	t.Logf("%d events were heard while %d requests went on", len(withdrawn), load.sent.Load())
}
