package bench_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

const (
	// claimants claim and release cases without a pause.
	claimants = 4
	// claimsAlone is for how long they do so before each import.
	claimsAlone = 5 * time.Second
	// imported is the number of rows of a file, the maximum.
	imported = 10_000
)

// BenchmarkImport imports files of 10,000 comparables into a database of 40,000, beside valuers who
// claim, and prints the seconds of each import, and the p95 of the claims beside it and alone.
// A request has 15 s.
func BenchmarkImport(b *testing.B) {
	const rows = 40_000
	url := filled(b, rows)
	store, err := postgres.Open(b.Context(), url, postgres.Options{MaxConns: claimants + 4})
	require.NoError(b, err)
	b.Cleanup(store.Close)
	valuers := hired(b, store)
	conn, err := pgx.Connect(b.Context(), url)
	require.NoError(b, err)
	_, err = conn.Exec(b.Context(), "UPDATE properties SET owner_id = $1 WHERE state = 'SUBMITTED'", id("user", 1)) // owners get messages, so they must exist
	require.NoError(b, err)
	require.NoError(b, conn.Close(b.Context()))
	admin := valuers[0]
	admin.Role = domain.RoleAdmin
	places := map[string]func(i int) domain.Point{
		"one city, 30 km wide": func(i int) domain.Point { return at(5+30*share(i, 31), 5+30*share(i, 32)) },
		"the whole square":     func(i int) domain.Point { return at(sideKM(rows)*share(i, 33), sideKM(rows)*share(i, 34)) },
		"all over India":       func(i int) domain.Point { return domain.Point{Lat: 10 + 20*share(i, 35), Lng: 72 + 16*share(i, 36)} },
	}
	report("%-24s %9s %9s %9s %9s %9s %7s", "10,000 rows in", "import", "claims", "p95", "alone", "p95", "ratio")
	for b.Loop() {
		for _, name := range names(places) {
			alone := claimsDuring(b, store, valuers, func(ctx context.Context) {
				timer := time.NewTimer(claimsAlone)
				defer timer.Stop()
				<-timer.C
			})
			var took time.Duration
			file := fileOf(b.N, name, places[name])
			beside := claimsDuring(b, store, valuers, func(ctx context.Context) {
				began := time.Now()
				uc := valuation.ImportComparables{UnitOfWork: store, Clock: clock, IDs: system.IDs{}}
				out, err := uc.Execute(ctx, valuation.ImportComparablesInput{Actor: admin, Key: func() domain.IdempotencyKey { return domain.IdempotencyKey{} }, CSV: strings.NewReader(file)})
				took = time.Since(began)
				if err != nil || out.Imported != imported {
					b.Errorf("imported %+v: %v", out, err)
				}
			})
			p95, p95Alone := percentile95(beside), percentile95(alone)
			report("%-24s %9s %9d %9s %9d %9s %7.2f", name, took.Round(10*time.Millisecond), len(beside), p95.Round(10*time.Microsecond),
				len(alone), p95Alone.Round(10*time.Microsecond), ratio(p95Alone, p95))
		}
	}
}

// hired adds valuers.
func hired(b *testing.B, uow ports.UnitOfWork) []domain.Actor {
	b.Helper()
	valuers := make([]domain.Actor, claimants)
	require.NoError(b, uow.Do(b.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i := range valuers {
			user := domain.NewCustomer(domain.UserID(id("claimant", i)), domain.Phone(fmt.Sprintf("+9198100000%02d", i)), noon)
			user.Role = domain.RoleValuer
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
			valuers[i] = user.Actor()
		}
		return nil
	}))
	return valuers
}

// claimsDuring has the valuers claim the next case and release it while doing runs, and returns
// how long each claim took.
func claimsDuring(b *testing.B, uow ports.UnitOfWork, valuers []domain.Actor, doing func(ctx context.Context)) []time.Duration {
	b.Helper()
	claim := review.ClaimNextProperty{UnitOfWork: uow, Clock: clock, IDs: system.IDs{}}
	release := review.ReleaseClaim{UnitOfWork: uow, Clock: clock, IDs: system.IDs{}}
	done := make(chan struct{})
	took := make([][]time.Duration, len(valuers))
	var crew sync.WaitGroup
	for i, valuer := range valuers {
		crew.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				began := time.Now()
				property, err := claim.Execute(b.Context(), review.ClaimNextPropertyInput{Actor: valuer})
				took[i] = append(took[i], time.Since(began))
				if err == nil {
					_, err = release.Execute(b.Context(), review.ReleaseClaimInput{Actor: valuer, PropertyID: property.ID})
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	doing(b.Context())
	close(done)
	crew.Wait()
	return slices.Concat(took...)
}

func percentile95(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)*95/100]
}

// fileOf is a file of sales at places, of all types and sizes.
func fileOf(run int, name string, place func(i int) domain.Point) string {
	var file strings.Builder
	file.WriteString("source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on\n")
	for i := range imported {
		where, area := place(i), 500+pick(i, 37, 2000)
		fmt.Fprintf(&file, "BROKER,%s/%d/%d,%s,Camp,Pune,411001,%.6f,%.6f,%d,2,2,,%d,%s\n", strings.ReplaceAll(name, ",", ""), run, i,
			domain.PropertyTypes[pick(i, 38, len(domain.PropertyTypes))], where.Lat, where.Lng, area, area*(7000+pick(i, 39, 2000)),
			noon.AddDate(0, 0, -pick(i, 40, 700)).Format(time.DateOnly))
	}
	return file.String()
}
