package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
)

const (
	waiting = 1000
	racing  = 50 // valuers
)

// claimed is one claim as its valuer saw it.
type claimed struct {
	property, valuer string
	took             time.Duration
}

// TestFiftyValuersEmptyTheQueueTogether has all of them claim the next property, each at
// once, until none waits: one half through each of two replicas of the API.
func TestFiftyValuersEmptyTheQueueTogether(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	g := newGround(ctx, t, func(vars map[string]string) { vars["DATABASE_CONNECTIONS"] = "16" })
	valuers := g.fill(ctx, t)
	var replicas [2]string
	for i := range replicas {
		replicas[i], _ = g.run(ctx, t, app.API)
	}

	claims := make(chan claimed, 2*waiting)
	faults := make(chan error, racing)
	var race sync.WaitGroup
	start := time.Now()
	for i, valuer := range valuers {
		client, err := propflow.New(replicas[i%len(replicas)], g.token(t, valuer), nil)
		require.NoError(t, err)
		race.Go(func() { faults <- claimAll(ctx, client, string(valuer.ID), claims) })
	}
	race.Wait()
	all := time.Since(start)
	close(claims)
	close(faults)
	for err := range faults {
		assert.Equal(t, "queue_empty", propflow.CodeOf(err), "%v", err)
	}
	owners, took := make(map[string]string), make([]time.Duration, 0, waiting)
	for c := range claims {
		assert.Empty(t, owners[c.property], "%s was claimed twice", c.property)
		owners[c.property] = c.valuer
		took = append(took, c.took)
	}
	assert.Len(t, owners, waiting)
	slices.Sort(took)
	g.checkClaims(ctx, t, owners)
	t.Logf("%d valuers claimed %d properties in %v, %.0f a second; one claim took %v at the median, %v at the 95th of 100, %v at most; no deadlock",
		racing, waiting, all.Round(time.Millisecond), waiting/all.Seconds(), took[len(took)/2].Round(time.Millisecond),
		took[len(took)*95/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
}

// claimAll claims until nothing waits, and returns what ended it.
func claimAll(ctx context.Context, client *propflow.ClientWithResponses, valuer string, claims chan<- claimed) error {
	for {
		start := time.Now()
		next, err := client.ClaimNextPropertyWithResponse(ctx, &propflow.ClaimNextPropertyParams{IdempotencyKey: propflow.NewKey()})
		if err != nil {
			return err
		}
		claims <- claimed{next.JSON200.ID, valuer, time.Since(start)}
	}
}

// checkClaims compares the claims with what the database holds.
func (g *ground) checkClaims(ctx context.Context, t *testing.T, owners map[string]string) {
	t.Helper()
	rows, err := g.database.Query(ctx, `SELECT p.id::text, p.claim_valuer_id::text, count(a.*)
		FROM properties p LEFT JOIN audit_entries a ON a.property_id = p.id AND a.action = 'review.claimed'
		WHERE p.state = 'UNDER_REVIEW' GROUP BY 1, 2`)
	require.NoError(t, err)
	held := 0
	for rows.Next() {
		var property, valuer string
		var entries int
		require.NoError(t, rows.Scan(&property, &valuer, &entries))
		assert.Equal(t, owners[property], valuer, "who was told so holds the claim")
		assert.Equal(t, 1, entries, "the trail of %s", property)
		held++
	}
	require.NoError(t, rows.Err())
	assert.Equal(t, waiting, held)
	var deadlocks int
	require.NoError(t, g.database.QueryRow(ctx, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&deadlocks))
	assert.Zero(t, deadlocks)
}

// fill adds the valuers, and properties that wait for them, and returns the former.
func (g *ground) fill(ctx context.Context, t *testing.T) []domain.User {
	t.Helper()
	now := g.Clock.Now().Truncate(time.Microsecond)
	owner := domain.NewCustomer(domain.UserID(g.IDs.New()), "+919811100001", now)
	valuers := make([]domain.User, racing)
	require.NoError(t, g.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, owner); err != nil {
			return err
		}
		for i := range valuers {
			valuer, err := domain.NewStaff(domain.UserID(g.IDs.New()), domain.Phone(fmt.Sprintf("+9198000010%02d", i)), "Valuer", domain.RoleValuer, now)
			if err != nil {
				return err
			}
			valuers[i] = valuer
			if err := tx.Users.Add(ctx, valuer); err != nil {
				return err
			}
		}
		for i := range waiting {
			reference := domain.NewReference(now, [6]byte{byte(i / 32), byte(i % 32)}) // five bits count of each byte
			p := submitted(domain.PropertyID(g.IDs.New()), owner.ID, reference, now)
			if err := tx.Properties.Add(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}))
	return valuers
}

// submitted returns a property that waits for review.
func submitted(id domain.PropertyID, owner domain.UserID, reference domain.Reference, now time.Time) domain.Property {
	p := domain.Property{
		ID: id, OwnerID: owner, Type: domain.House, State: domain.Submitted, Reference: reference,
		Salt: "salt", CreatedAt: now, UpdatedAt: now, SubmittedAt: now,
	}
	p.SLA.Start(now)
	return p
}
