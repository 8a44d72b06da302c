package upgrade_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
)

// blocked lists what stops the people of an open case of the release before. They mend each.
var blocked = map[string][]string{}

// TestEveryOpenCaseComesToItsReport takes each case that the release before left open to its
// report. Nobody is caught in a state that they cannot leave.
func TestEveryOpenCaseComesToItsReport(t *testing.T) {
	t.Parallel()
	ctx := within(t, 10*time.Minute)
	s := newStage(ctx, t)
	s.releaseTheClaimOfSomebodyDisabled(ctx, t)
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
	for _, c := range cases {
		p := &people{stage: s, t: t, name: c.Name, id: c.ID, owner: s.as(ctx, t, domain.UserID(c.Owner)), valuer: valuer, supervisor: supervisor}
		p.decide(ctx)
		assert.Equal(t, blocked[c.Name], p.blocked, c.Name)
	}
	s.check(ctx, t)
}

// releaseTheClaimOfSomebodyDisabled lets the claims idle out, as the release before does. Nobody
// else can end the claim of a member of staff who was disabled before the upgrade.
func (s *stage) releaseTheClaimOfSomebodyDisabled(ctx context.Context, t *testing.T) {
	t.Helper()
	later := clock{s.clock.behind - domain.ClaimIdle}
	require.NoError(t, review.ReleaseIdleClaims{UnitOfWork: s.adapters.UnitOfWork, Clock: later, IDs: s.adapters.IDs}.Execute(ctx, ""))
}

// TestAFailedReportIsRetried asks for the report again that the release before could not make.
func TestAFailedReportIsRetried(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	s.run(ctx, t)
	var id, owner string
	require.NoError(t, s.database.QueryRow(ctx, `SELECT id::text, owner_id::text FROM properties WHERE external_ref = 'approved-report-failed'`).Scan(&id, &owner))
	retried := s.staff(ctx, t, "+919800000004").post(ctx, t, "/properties/"+id+"/report/retry", nil)
	require.NoError(t, retried.Err())
	reader := s.as(ctx, t, domain.UserID(owner))
	s.await(ctx, t, "the report", func() bool { return reader.get(ctx, t, "/properties/"+id).Text("state") == string(domain.Valued) })
}
