package doctor

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const clockArea area = "clock"

// Differences from which a clock deserves a warning, or is critical.
const (
	clockOff   = time.Second
	clockWrong = 30 * time.Second
)

// clocks returns the checks that compare this machine's clock with those of the servers.
func (d Doctor) clocks(b *database) []check {
	var checks []check
	if _, faulty := d.faulty("DATABASE_URL"); !faulty {
		checks = append(checks, b.on(clockArea, "PostgreSQL", func(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
			return d.compare("PostgreSQL", 0, func() (at time.Time, err error) {
				err = pool.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&at)
				return at, err
			})
		}))
	}
	if _, faulty := d.faulty("REDIS_"); !faulty {
		checks = append(checks, check{string(clockArea), "Redis", func(ctx context.Context) []Finding {
			client := d.openRedis()
			defer func() { _ = client.Close() }() // no command is in flight
			found, err := d.compare("Redis", 0, func() (time.Time, error) { return client.Time(ctx) })
			return notCompared(found, err, "Redis")
		}})
	}
	if _, faulty := d.faulty("S3_"); !faulty {
		checks = append(checks, check{string(clockArea), "the bucket", func(ctx context.Context) []Finding {
			found, err := d.compare("the bucket", time.Second, func() (time.Time, error) { return d.bucketDate(ctx) })
			return notCompared(found, err, "the bucket")
		}})
	}
	return checks
}

// notCompared replaces an error by a warning: the server's own subject reports why it does not
// answer.
func notCompared(found []Finding, err error, server string) []Finding {
	if err != nil {
		return []Finding{clockArea.find(Warning, "mend the server first", "%s: not compared, as it does not answer", server)}
	}
	return found
}

// compare compares the server's time, rounded down to a multiple of unit, with this machine's. A
// difference that the round trip can explain does not count.
func (d Doctor) compare(server string, unit time.Duration, ask func() (time.Time, error)) ([]Finding, error) {
	before := d.Clock.Now()
	at, err := ask()
	after := d.Clock.Now()
	if err != nil {
		return nil, err
	}
	var off time.Duration // ours minus theirs
	switch earliest, latest := at, at.Add(unit); {
	case before.After(latest):
		off = before.Sub(latest)
	case after.Before(earliest):
		off = after.Sub(earliest)
	}
	return []Finding{clockArea.judged(grade(off.Abs(), clockOff, clockWrong),
		"see that time is synchronised on both machines (chronyc tracking): links and codes expire by it, and S3 refuses requests at 15 min",
		"%s: %s", server, difference(off))}, nil
}

func difference(off time.Duration) string {
	switch {
	case off.Abs() < 100*time.Millisecond:
		return "the same time as here"
	case off > 0:
		return off.Round(100*time.Millisecond).String() + " behind this machine"
	}
	return off.Abs().Round(100*time.Millisecond).String() + " ahead of this machine"
}

// bucketDate returns the Date header of the object store, which it sends even with a refusal.
func (d Doctor) bucketDate(ctx context.Context) (time.Time, error) {
	address := d.Config.S3Endpoint
	if address == "" {
		address = "https://s3." + d.Config.S3Region + ".amazonaws.com"
	}
	response, err := ask(ctx, http.MethodHead, address, nil)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = response.Body.Close() }() // a HEAD answer has no body
	return http.ParseTime(response.Header.Get("Date"))
}

// ask sends a request. It follows no redirect, which might carry credentials elsewhere.
func ask(ctx context.Context, method, address string, prepare func(*http.Request)) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	if prepare != nil {
		prepare(request)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	return response, withoutURL(err)
}
