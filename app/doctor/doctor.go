package doctor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/ports"
)

// Severity is how bad a finding is.
type Severity int

// The severities, in order.
const (
	OK Severity = iota
	Warning
	Critical
)

// String returns the severity's name.
func (s Severity) String() string { return [...]string{"OK", "WARNING", "CRITICAL"}[s] }

// MarshalText returns the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is one result of a check. It contains no secret and no personal data.
type Finding struct {
	Subject  string   `json:"subject"` // one of Subjects
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
	Do       string   `json:"do,omitempty"` // what to do about it; empty if OK
}

// subjects are the subjects of checks, in the order of a report.
var subjects = []string{"configuration", "clock", "database", "redis", "bucket", "jobs", "cases", "vendors"}

// Subjects returns the subjects of checks, in the order of a report.
func Subjects() []string { return slices.Clone(subjects) }

// grace is the extra time for a check that ignores its deadline.
const grace = time.Second

// Doctor checks one installation.
type Doctor struct {
	Config config.Servers
	// Faults are those of Config, each beginning with its variable's name.
	Faults []error
	Clock  ports.Clock
	// Limits defaults to DefaultLimits.
	Limits Limits
}

// New returns a Doctor for the results of config.ReadServers, with this machine's clock.
func New(cfg config.Servers, faults []error) Doctor {
	return Doctor{Config: cfg, Faults: faults, Clock: system.Clock{}, Limits: DefaultLimits()}
}

// Limits are the thresholds from which something is a fault.
type Limits struct {
	// Patience bounds each check, and before that the connection to the database.
	Patience time.Duration
	// RedisPatience bounds each call of Redis; the product regards a slower one as an outage.
	RedisPatience time.Duration
	// LockWait is how long a session may wait for a lock.
	LockWait time.Duration
	// IdleTransaction is how long a transaction may be idle.
	IdleTransaction time.Duration
	// SlowStatement is how long a statement may take on average.
	SlowStatement time.Duration
	// PendingCases is the maximum number of cases that may wait for a valuer.
	PendingCases int
}

// DefaultLimits returns the limits of the matching alarms, for those that have one.
func DefaultLimits() Limits {
	return Limits{
		Patience: 3 * time.Second, RedisPatience: redis.Patience,
		LockWait: time.Second, IdleTransaction: time.Minute, SlowStatement: 500 * time.Millisecond, PendingCases: 50,
	}
}

// check examines one part of a subject. look itself turns errors into findings. If it runs out
// of time, its findings are lost and replaced by one that reports this.
type check struct {
	subject string
	part    string // named if the check does not answer
	look    func(ctx context.Context) []Finding
}

// Examine runs all checks at once and returns their findings in the order of Subjects. It
// returns within twice Limits.Patience plus two seconds even if a server hangs: eight seconds by
// default.
func (d Doctor) Examine(ctx context.Context) []Finding {
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits()
	}
	database := openDatabase(ctx, d)
	defer database.close()
	checks := slices.Concat(d.configuration(), d.admins(database), d.clocks(database), d.database(database), d.redis(database), d.bucket(), d.jobs(database), d.cases(database), d.vendors(), d.mail(database))
	found := answers(ctx, 2*d.Limits.Patience, checks)
	slices.SortStableFunc(found, func(a, b Finding) int { return slices.Index(subjects, a.Subject) - slices.Index(subjects, b.Subject) })
	return slices.Compact(found) // checks of one subject may report the same fault
}

// answers runs checks at once, each for at most patience, and returns their findings in order.
// It gives up on a check that ignores its deadline.
func answers(ctx context.Context, patience time.Duration, checks []check) (found []Finding) {
	answered := make([]chan []Finding, len(checks))
	for i, c := range checks {
		answered[i] = make(chan []Finding, 1)
		go func() {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			answered[i] <- c.look(ctx)
		}()
	}
	late, cancel := context.WithTimeout(ctx, patience+grace)
	defer cancel()
	for i, c := range checks {
		select {
		case answer := <-answered[i]:
			found = append(found, answer...)
			continue
		case <-late.Done():
		}
		select { // it may have answered while others were awaited
		case answer := <-answered[i]:
			found = append(found, answer...)
		default:
			found = append(found, Finding{
				c.subject, Critical, c.part + ": no answer in time",
				"look whether the server hangs, and whether the network to it loses packets",
			})
		}
	}
	return found
}

// Worst returns the highest severity among findings, or OK if there are none.
func Worst(found []Finding) Severity {
	worst := OK
	for _, f := range found {
		worst = max(worst, f.Severity)
	}
	return worst
}

// area creates the findings of one subject.
type area string

func (a area) ok(format string, args ...any) Finding {
	return Finding{Subject: string(a), Severity: OK, What: fmt.Sprintf(format, args...)}
}

func (a area) find(s Severity, do, format string, args ...any) Finding {
	return Finding{Subject: string(a), Severity: s, What: fmt.Sprintf(format, args...), Do: do}
}

// grade returns Critical from the second limit on, and Warning from the first one on.
func grade[T int | int64 | float64 | time.Duration](value, warning, critical T) Severity {
	switch {
	case value >= critical:
		return Critical
	case value >= warning:
		return Warning
	}
	return OK
}

// judged returns a finding that asks for something only if it is not OK.
func (a area) judged(s Severity, do, format string, args ...any) Finding {
	if s == OK {
		do = ""
	}
	return a.find(s, do, format, args...)
}
