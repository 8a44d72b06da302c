package e2e_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
)

// TestRacingRefreshesAreOneFamily exchanges one refresh token 100 times at once, on two replicas:
// two tabs, or an answer that was lost, log nobody out.
func TestRacingRefreshesAreOneFamily(t *testing.T) {
	t.Parallel()
	g := newGround(t.Context(), t)
	var clients [2]*propflow.ClientWithResponses
	for i := range clients {
		url, _ := g.run(t.Context(), t, app.API)
		client, err := propflow.New(url, "", nil)
		require.NoError(t, err)
		clients[i] = client
	}
	owner := domain.NewCustomer(domain.UserID(g.IDs.New()), "+919700000099", g.Clock.Now())
	id := domain.SessionID(g.IDs.New())
	token := string(id) + ".YSByZWZyZXNoIHRva2VuIG9mIGEgcmFjZQ"
	sum := sha256.Sum256([]byte(token))
	require.NoError(t, g.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, owner); err != nil {
			return err
		}
		return tx.Sessions.Add(ctx, domain.NewSession(id, owner, domain.ClientProgram, hex.EncodeToString(sum[:]), g.Clock.Now()))
	}))
	const racers = 100
	successors := make([]string, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() {
			answer, err := clients[i%2].RefreshTokensWithResponse(t.Context(), nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: token})
			if assert.NoError(t, err) {
				successors[i] = *answer.JSON200.RefreshToken
			}
		})
	}
	race.Wait()
	for _, successor := range successors {
		require.Equal(t, successors[0], successor)
	}
	live, err := ports.InTx(t.Context(), g.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Session, error) {
		return tx.Sessions.Live(ctx, owner.ID, g.Clock.Now())
	})
	require.NoError(t, err)
	require.Len(t, live, 1)
	_, err = clients[0].RefreshTokensWithResponse(t.Context(), nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: successors[0]})
	require.NoError(t, err, "nobody is logged out")
	_, err = clients[1].RefreshTokensWithResponse(t.Context(), nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: token})
	require.Equal(t, "refresh_reused", propflow.CodeOf(err), "its successor was used")
}
