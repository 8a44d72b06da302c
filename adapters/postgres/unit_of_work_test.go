package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

func TestRunsAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 4})
	p, valuer := seed(t, store)
	var runs atomic.Int32
	var both sync.WaitGroup
	both.Add(2)
	crossed := func(first, second domain.UserID) error {
		wait := sync.OnceFunc(func() { both.Done(); both.Wait() }) // on the first run only
		return store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			runs.Add(1)
			if _, err := tx.Users.Lock(ctx, first); err != nil {
				return err
			}
			wait()
			_, err := tx.Users.Lock(ctx, second)
			return err
		})
	}
	ended := make(chan error, 2)
	go func() { ended <- crossed(p.OwnerID, valuer.ID) }()
	go func() { ended <- crossed(valuer.ID, p.OwnerID) }()
	require.NoError(t, <-ended)
	require.NoError(t, <-ended)
	require.Greater(t, runs.Load(), int32(2), "one of them ran again")
}

func TestAServerThatHangsIsUnavailable(t *testing.T) {
	t.Parallel()
	link, err := url.Parse(migrated(t))
	require.NoError(t, err)
	way := servers.NewProxy(t, link.Host)
	link.Host = way.Addr()
	store := open(t, link.String(), postgres.Options{MaxConns: 4, ConnectTimeout: 3 * time.Second})
	ask := func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Settings.Get(ctx)
		return err
	}
	require.NoError(t, store.Do(t.Context(), func(context.Context, ports.Tx) error { // holds the connection that there is
		way.Stall()
		defer way.Heal()
		err := store.Do(t.Context(), ask)
		assert.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%v", err)
		short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, store.Do(short, ask), context.DeadlineExceeded, "the caller's own time was up")
		return nil
	}))
}

func TestAServerThatIsBeingRestoredIsUnavailable(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t)+"&default_transaction_read_only=on", postgres.Options{MaxConns: 2})
	err := store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, newUser(domain.RoleCustomer)) })
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%v", err)
}

func TestWhomADatabaseThatWasSetBackDoesNotKnowLogsInAgain(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 2})
	known, _ := seed(t, store)
	stranger := domain.UserID(newID())
	for name, act := range map[string]func(ctx context.Context, tx ports.Tx) error{
		"opens a draft": func(ctx context.Context, tx ports.Tx) error {
			return tx.Properties.Add(ctx, submitted(stranger, time.Now()))
		},
		"claims a case": func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, known.ID)
			if err != nil {
				return err
			}
			p.State, p.Claim = domain.UnderReview, &domain.Claim{ValuerID: stranger, ClaimedAt: time.Now(), HeartbeatAt: time.Now()}
			return tx.Properties.Update(ctx, &p)
		},
	} {
		err := store.Do(t.Context(), act)
		require.Equal(t, domain.KindUnauthenticated, domain.KindOf(err), "%s: %v", name, err)
	}
}

func TestStopsRunningAgain(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 2})
	runs := 0
	err := store.Do(t.Context(), func(context.Context, ports.Tx) error {
		runs++
		return &pgconn.PgError{Code: "40001"}
	})
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
	require.Equal(t, 5, runs)
	runs = 0
	failure := errors.New("failure")
	require.ErrorIs(t, store.Do(t.Context(), func(context.Context, ports.Tx) error { runs++; return failure }), failure)
	require.Equal(t, 1, runs)
}

func TestRefusesANestedUnitOfWork(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 1})
	require.ErrorContains(t, store.Do(t.Context(), func(ctx context.Context, _ ports.Tx) error {
		return store.Do(ctx, func(context.Context, ports.Tx) error { return nil })
	}), "inside a unit of work")
}

func TestWaitsForALockNoLongerThanTold(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 4, LockTimeout: 50 * time.Millisecond})
	p, _ := seed(t, store)
	lock := func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Properties.Lock(ctx, p.ID)
		return err
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		err := store.Do(t.Context(), lock) // as somebody else
		assert.Equal(t, domain.KindUnavailable, domain.KindOf(err))
		assert.Equal(t, "database_unavailable", domain.CodeOf(err))
		return nil
	}))
}

func TestPhotosAreAddedWhileThePropertyIsLocked(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 4, LockTimeout: time.Second})
	p, _ := seed(t, store)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if _, err := tx.Properties.Lock(ctx, p.ID); err != nil {
			return err
		}
		return store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { // as somebody else
			return tx.Challenges.Add(ctx, domain.Challenge{
				ID: domain.ChallengeID(newID()), UserID: p.OwnerID, PropertyID: p.ID, Subject: domain.Subject{Type: domain.PhotoFront},
				IssuedAt: noon, ExpiresAt: noon.Add(time.Minute),
			})
		})
	}))
}

func TestSurvivesLostConnections(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 4})
	p, _ := seed(t, store)
	database := owner(t, url)
	get := func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Properties.Get(ctx, p.ID)
		return err
	}
	cut := func() {
		_, err := database.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'propflow-app'")
		require.NoError(t, err)
	}
	cutOnce := sync.OnceFunc(cut)
	cut()
	require.NoError(t, store.Do(t.Context(), get), "nothing had begun")
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		cutOnce()
		return get(ctx, tx)
	}), "nothing had begun")
	err := store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		require.NoError(t, get(ctx, tx))
		cut()
		return get(ctx, tx)
	})
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%v", err)
	require.NoError(t, store.Do(t.Context(), get))
	require.NoError(t, store.Ping(t.Context()))
}

func TestSaysThatThereIsNoDatabase(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none", postgres.Options{ConnectTimeout: time.Second})
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
	require.Equal(t, "database_unavailable", domain.CodeOf(err))

	store, err := postgres.Open(t.Context(), migrated(t), postgres.Options{})
	require.NoError(t, err)
	store.Close()
	require.Equal(t, domain.KindUnavailable, domain.KindOf(store.Ping(t.Context())))
	err = store.Do(t.Context(), func(context.Context, ports.Tx) error { return nil })
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
}

// A conflict that a use case goes on after must leave the transaction alive.
func TestATransactionOutlivesAConflict(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 2})
	p, valuer := seed(t, store)
	sale := domain.Comparable{
		ID: domain.ComparableID(newID()), Source: domain.SourceLender, SourceID: "1", Type: domain.House, City: "Pune", Pincode: "411001",
		Location: domain.Point{Lat: 18.5, Lng: 73.8}, AreaSqFt: 900, Price: 1, SoldOn: domain.Date(noon), CreatedBy: valuer.ID, CreatedAt: noon,
	}
	valuation := domain.Valuation{
		ID: domain.ValuationID(newID()), PropertyID: p.ID, Number: 1, ValuerID: valuer.ID, Amount: 1,
		Methodology: domain.CostApproach, Status: domain.ValuationApproved, CreatedAt: noon,
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		assert.Equal(t, "phone_taken", domain.CodeOf(tx.Users.Add(ctx, domain.NewCustomer(domain.UserID(newID()), valuer.Phone, noon))))
		assert.NoError(t, tx.Comparables.Add(ctx, sale))
		sale.ID = domain.ComparableID(newID())
		assert.Equal(t, "comparable_exists", domain.CodeOf(tx.Comparables.Add(ctx, sale)))
		assert.NoError(t, tx.Valuations.Add(ctx, valuation))
		valuation.ID = domain.ValuationID(newID())
		assert.Equal(t, "valuation_exists", domain.CodeOf(tx.Valuations.Add(ctx, valuation)))
		valuation.Number = 2 // while the first is in force
		assert.Equal(t, "valuation_exists", domain.CodeOf(tx.Valuations.Add(ctx, valuation)))
		_, err := tx.Users.Get(ctx, valuer.ID)
		return err
	}))
}

func TestAMalformedIDNamesNothing(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 2})
	err := store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Properties.Get(ctx, "../../etc/passwd")
		return err
	})
	require.Equal(t, "property_not_found", domain.CodeOf(err))
}

func TestTheNextCaseIsNoneThatAnotherHolds(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 4, LockTimeout: time.Second})
	p, valuer := seed(t, store)
	later := submitted(p.OwnerID, noon.Add(time.Hour))
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, later) }))
	next := func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.LockNext(ctx, valuer.ID, noon)
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		first, err := next(ctx, tx)
		assert.Equal(t, p.ID, first.ID)
		second, twinErr := ports.InTx(t.Context(), store, next) // as somebody else
		assert.NoError(t, twinErr)
		assert.Equal(t, later.ID, second.ID)
		return err
	}))
}

func TestManyValuersClaimEachPropertyOnce(t *testing.T) {
	t.Parallel()
	const valuers, cases = 20, 200
	store := open(t, migrated(t), postgres.Options{MaxConns: 16})
	owner := newUser(domain.RoleCustomer)
	staff := make([]domain.User, valuers)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, owner); err != nil {
			return err
		}
		for i := range staff {
			staff[i] = newUser(domain.RoleValuer)
			if err := tx.Users.Add(ctx, staff[i]); err != nil {
				return err
			}
		}
		for i := range cases {
			if err := tx.Properties.Add(ctx, submitted(owner.ID, noon.Add(time.Duration(i)*time.Second))); err != nil {
				return err
			}
		}
		return nil
	}))
	var mu sync.Mutex
	claimed := make(map[domain.PropertyID]int)
	var racing sync.WaitGroup
	began := time.Now()
	for _, valuer := range staff {
		racing.Go(func() {
			for {
				var id domain.PropertyID
				err := store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
					p, err := tx.Properties.LockNext(ctx, valuer.ID, noon)
					if err != nil {
						return err
					}
					id = p.ID
					if _, err := p.ClaimFor(valuer.Actor(), noon); err != nil {
						return err
					}
					return tx.Properties.Update(ctx, &p)
				})
				if domain.CodeOf(err) == "queue_empty" {
					return
				}
				if !assert.NoError(t, err) {
					return
				}
				mu.Lock()
				claimed[id]++
				mu.Unlock()
			}
		})
	}
	racing.Wait()
	t.Logf("%d valuers claimed %d cases in %v", valuers, cases, time.Since(began).Round(time.Millisecond))
	require.Len(t, claimed, cases)
	for id, times := range claimed {
		require.Equal(t, 1, times, id)
	}
}
