package bench_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/seclog"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
)

const (
	// turns is how often each operation is timed with the log on, and as often off, by turns.
	turns = 3000
	// floodFor and floodRate are how long and how fast logins fail, over two recorders.
	floodFor  = time.Minute
	floodRate = 1000
)

// muted is a store whose security log drops everything.
type muted struct{ ports.UnitOfWork }

func (m muted) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return m.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Security = silent{tx.Security}
		return fn(ctx, tx)
	})
}

type silent struct{ ports.SecurityLog }

func (silent) Append(context.Context, domain.SecurityEvent) error { return nil }

// BenchmarkSecurityLog times logins and reads of photos with the security log and without, then claims
// alone and beside a flood of failed logins, and counts the rows that the flood writes.
func BenchmarkSecurityLog(b *testing.B) {
	const rows = 10_000
	url := filled(b, rows)
	store, err := postgres.Open(b.Context(), url, postgres.Options{MaxConns: claimants + 6})
	require.NoError(b, err)
	b.Cleanup(store.Close)
	valuers := hired(b, store)
	conn, err := pgx.Connect(b.Context(), url)
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(b.Context(), "UPDATE properties SET owner_id = $1 WHERE state = 'SUBMITTED'", id("user", 1))
	require.NoError(b, err)
	for b.Loop() {
		report("%-24s %12s %12s %7s", "p95", "log off", "log on", "ratio")
		byTurns(b, "login", store, func(ctx context.Context, uow ports.UnitOfWork, _ int) error { return login(ctx, uow, valuers[0]) })
		byTurns(b, "photos as a valuer", store, func(ctx context.Context, uow ports.UnitOfWork, i int) error {
			photos := capture.ListPhotos{UnitOfWork: uow, Blobs: memory.NewBlobs(clock, memory.NewFaults(), "http://localhost"), Clock: clock}
			ctx = ports.WithReason(ctx, "How fast is the security log?") // which opens the originals
			_, err := photos.Execute(ctx, capture.ListPhotosInput{Actor: valuers[0], PropertyID: domain.PropertyID(id("property", submittedOf(i, rows)))})
			return err
		})
		flood(b, store, valuers, conn)
	}
}

// byTurns times an operation with the log and without.
func byTurns(b *testing.B, name string, store ports.UnitOfWork, run func(ctx context.Context, uow ports.UnitOfWork, i int) error) {
	b.Helper()
	var on, off []time.Duration
	for i := range 2 * turns {
		uow, took := store, &on
		if i%2 == 0 {
			uow, took = muted{store}, &off
		}
		began := time.Now()
		if err := run(b.Context(), uow, i/2); err != nil {
			b.Fatal(err)
		}
		*took = append(*took, time.Since(began))
	}
	before, after := percentile95(off), percentile95(on)
	report("%-24s %12s %12s %7.2f", name, before, after, ratio(before, after))
}

// login writes what a login of staff does.
func login(ctx context.Context, uow ports.UnitOfWork, who domain.Actor) error {
	return uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, who.ID)
		if err != nil {
			return err
		}
		user.TOTP.LastStep++
		if err := tx.Users.Update(ctx, &user); err != nil {
			return err
		}
		now := clock.Now()
		session := domain.NewSession(domain.SessionID(system.IDs{}.New()), user, domain.ClientProgram, strings.Repeat("ab", 32), now)
		if err := tx.Sessions.Add(ctx, session); err != nil {
			return err
		}
		return tx.Security.Append(ctx, domain.SecurityBy(who, domain.SecurityLogin, now))
	})
}

// flood has logins fail at two recorders, from one address and from one each, while valuers claim.
func flood(b *testing.B, store ports.UnitOfWork, valuers []domain.Actor, conn *pgx.Conn) {
	b.Helper()
	report("%-24s %9s %9s %9s %9s %7s %9s", "failed logins", "rows", "claims", "p95", "p95 alone", "ratio", "counted")
	for _, addresses := range []int{1, floodRate * int(floodFor/time.Second)} {
		_, err := conn.Exec(b.Context(), "TRUNCATE security_events CASCADE")
		require.NoError(b, err)
		alone := claimsDuring(b, store, valuers, func(context.Context) { pause(claimsAlone) })
		beside := claimsDuring(b, store, valuers, func(ctx context.Context) { fail(ctx, store, addresses) })
		var rows, failures int
		require.NoError(b, conn.QueryRow(b.Context(),
			"SELECT count(*), sum(count) FROM security_events WHERE code = 'login_failed'").Scan(&rows, &failures))
		p95, p95Alone := percentile95(beside), percentile95(alone)
		report("%-24s %9d %9d %9s %9s %7.2f %9d", fmt.Sprintf("from %d addresses", addresses), rows, len(beside), p95, p95Alone, ratio(p95Alone, p95), failures)
	}
}

func pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}

// fail records failed logins at two recorders for floodFor, floodRate a second in all.
func fail(ctx context.Context, store ports.UnitOfWork, addresses int) {
	running, end := context.WithCancel(ctx)
	recorders := [2]*seclog.Recorder{}
	ended := make(chan error, len(recorders))
	for i := range recorders {
		recorders[i] = seclog.New(store, system.Clock{}, system.IDs{}, slog.New(slog.DiscardHandler))
		go func() { ended <- recorders[i].Run(running) }()
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for began, n := time.Now(), 0; time.Since(began) < floodFor; <-tick.C {
		for due := int(time.Since(began).Seconds() * floodRate); n < due; n++ {
			address := n % addresses
			from := ports.WithClient(ctx, fmt.Sprintf("10.%d.%d.%d", address>>16, address>>8&255, address&255))
			recorders[n%2].Record(from, domain.SecurityEvent{Code: domain.SecurityLoginFailed, Detail: "verifyOtp invalid_code"})
		}
	}
	end()
	<-ended
	<-ended
}
