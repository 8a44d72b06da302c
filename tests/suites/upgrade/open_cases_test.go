package upgrade_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/tests/kit/plain"
)

// blocked lists what the evidence gate names to the people of an open case of the release before,
// with the step at which it does. They mend each. Any other case goes on as if it were new.
var blocked = map[string][]string{
	"submitted-narnia":          {"value: state_unknown"},
	"submitted-pincode-999999":  {"value: pincode_unknown"},
	"submitted-pincode-100000":  {"value: pincode_unknown"},
	"submitted-accuracy-0":      {"value: pin_imprecise"},
	"submitted-accuracy-absent": {"value: pin_imprecise"},
	"submitted-accuracy-10000":  {"value: pin_imprecise"},

	"review-narnia":          {"value: state_unknown"},
	"review-accuracy-absent": {"value: pin_imprecise"},
	"review-refused":         {"value: photo_missing"},
	"review-moved":           {"value: photo_too_far"},

	// Nobody asked for these in the follow-up. The owner mends them all the same.
	"asked-question-narnia":          {"answer: state_unknown"},
	"asked-question-accuracy-absent": {"answer: pin_imprecise"},

	// These are returned, and then mended or valued anew.
	"sign-off-rupee":   {"sign: comparable_implausible"},
	"sign-off-narnia":  {"sign: state_unknown", "value: state_unknown"},
	"sign-off-refused": {"sign: photo_missing", "value: photo_missing"},
}

// TestEveryOpenCaseComesToItsReport takes each case that the release before left open to its
// report. Nobody is caught in a state that they cannot leave.
func TestEveryOpenCaseComesToItsReport(t *testing.T) {
	t.Parallel()
	ctx := within(t, 10*time.Minute)
	s := newStage(ctx, t)
	s.releaseWhatStaffHaveWhoLeft(ctx, t)
	s.run(ctx, t)
	s.idle(ctx, t)
	valuer, supervisor := s.staff(ctx, t, "+919800000002"), s.staff(ctx, t, "+919800000004")
	rows, err := s.database.Query(ctx, `SELECT id::text, external_ref, owner_id::text FROM properties
		WHERE state IN ('SUBMITTED', 'UNDER_REVIEW', 'FOLLOW_UP_REQUIRED', 'AWAITING_SIGN_OFF') ORDER BY created_at`)
	require.NoError(t, err)
	type open struct{ ID, Name, Owner string }
	cases, err := pgx.CollectRows(rows, pgx.RowToStructByPos[open])
	require.NoError(t, err)
	require.Greater(t, len(cases), 20)
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	assert.Subset(t, names, slices.Collect(maps.Keys(blocked)))
	earlier := s.check(ctx, t).EarlierRules
	for _, c := range cases {
		p := &people{stage: s, t: t, name: c.Name, id: c.ID, owner: s.as(ctx, t, domain.UserID(c.Owner)), valuer: valuer, supervisor: supervisor}
		p.decide(ctx)
		assert.Equal(t, blocked[c.Name], p.blocked, c.Name)
	}
	assert.Equal(t, earlier, s.check(ctx, t).EarlierRules, "each was decided under the present rules")
}

// releaseWhatStaffHaveWhoLeft does what the first minute after an upgrade brings: the sweep releases
// the claims of staff who were disabled by the release before, which left them to idle out.
func (s *stage) releaseWhatStaffHaveWhoLeft(ctx context.Context, t *testing.T) {
	t.Helper()
	left := func() (n int) {
		require.NoError(t, s.database.QueryRow(ctx, `SELECT count(*) FROM properties JOIN users ON users.id = claim_valuer_id
			WHERE state = 'UNDER_REVIEW' AND users.disabled`).Scan(&n))
		return n
	}
	require.NotZero(t, left())
	require.NoError(t, review.ReleaseIdleClaims{UnitOfWork: s.adapters.UnitOfWork, Clock: s.clock, IDs: s.adapters.IDs}.Execute(ctx, ""))
	require.Zero(t, left())
}

// TestAFailedReportIsRetried asks for the report again that the release before could not make.
func TestAFailedReportIsRetried(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	s.run(ctx, t)
	var id, owner string
	require.NoError(t, s.database.QueryRow(ctx, `SELECT id::text, owner_id::text FROM properties WHERE external_ref = 'approved-report-failed'`).Scan(&id, &owner))
	retried := s.staff(ctx, t, "+919800000004").send(ctx, t, plain.Request{
		Method: "POST", Path: "/properties/" + id + "/report/retry", Key: s.adapters.IDs.New(), Reason: "The owner waits for the report",
	})
	require.NoError(t, retried.Err())
	reader := s.as(ctx, t, domain.UserID(owner))
	s.await(ctx, t, "the report", func() bool { return reader.get(ctx, t, "/properties/"+id).Text("state") == string(domain.Valued) })
}
