package upgrade_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
)

// TestDraftsAskForConsentAtTheirNextEdit edits each draft with a place that the release before left:
// its owner agreed to the notice of then at most, and goes on after agreeing to that of now.
func TestDraftsAskForConsentAtTheirNextEdit(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	rows, err := s.database.Query(ctx, "SELECT id::text, external_ref, owner_id::text FROM properties WHERE state = 'DRAFT' AND lat IS NOT NULL ORDER BY created_at")
	require.NoError(t, err)
	type draft struct{ ID, Name, Owner string }
	drafts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[draft])
	require.NoError(t, err)
	require.NotEmpty(t, drafts)
	_, err = s.database.Exec(ctx, "UPDATE properties SET updated_at = now() WHERE state = 'DRAFT'") // or they are deleted as abandoned
	require.NoError(t, err)
	s.run(ctx, t)
	asked := map[string]bool{}
	for _, d := range drafts {
		c := &people{stage: s, t: t, name: d.Name, id: d.ID, owner: s.as(ctx, t, domain.UserID(d.Owner))}
		edit := func() plain.Answer {
			return c.owner.send(ctx, t, plain.Request{
				Method: http.MethodPatch, Path: c.path(""), IfMatch: c.owner.get(ctx, t, c.path("")).ETag(), Body: plain.Object{"bedrooms": 2}.Encode(),
			})
		}
		if !asked[d.Owner] {
			refused := edit()
			assert.Equal(t, http.StatusConflict, refused.Status, d.Name)
			assert.Equal(t, "consent_required", refused.Text("code"), d.Name)
			asked[d.Owner] = true
		}
		c.agree(ctx)
		if done := edit(); done.Status != http.StatusOK {
			assert.NotEqual(t, "consent_required", done.Text("code"), d.Name)
		}
	}
	t.Logf("%d drafts of %d owners", len(drafts), len(asked))
}
