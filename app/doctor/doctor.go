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

// Severity says how bad a finding is.
type Severity int

// The severities, in order.
const (
	OK Severity = iota
	Warning
	Critical
)

// String is the severity's name.
func (s Severity) String() string { return [...]string{"OK", "WARNING", "CRITICAL"}[s] }

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is one thing that was found. It holds no secret and no personal data.
type Finding struct {
	Subject  string   `json:"subject"` // one of Subjects
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
	Do       string   `json:"do,omitempty"` // what to do about it; empty where OK
}

// Subjects are what is looked at, in the order of a report.
var subjects = []string{"configuration", "clock", "database", "redis", "bucket", "jobs", "cases", "vendors"}

// Subjects lists what is looked at, in the order of a report.
func Subjects() []string { return slices.Clone(subjects) }

// grace is what a check gets that does not heed its time.
const grace = time.Second

// Doctor looks at one installation.
type Doctor struct {
	Config config.Servers
	// Faults are those of Config, each beginning with its variable.
	Faults []error
	Clock  ports.Clock
	// Limits are DefaultLimits where zero.
	Limits Limits
}

// New returns a Doctor with this machine's clock for what config.ReadServers returned.
func New(cfg config.Servers, faults []error) Doctor {
	return Doctor{Config: cfg, Faults: faults, Clock: system.Clock{}, Limits: DefaultLimits()}
}

// Limits say from when on something is a fault.
type Limits struct {
	// Patience bounds each check, and the way to the database before it.
	Patience time.Duration
	// RedisPatience bounds each call of Redis: what is slower, the product takes for gone.
	RedisPatience time.Duration
	// LockWait is how long a session may wait for a lock.
	LockWait time.Duration
	// IdleTransaction is how long a transaction may do nothing.
	IdleTransaction time.Duration
	// SlowStatement is how long a statement may take in the mean.
	SlowStatement time.Duration
	// PendingCases is how many cases may wait for a valuer.
	PendingCases int
}

// DefaultLimits are those of the alarms, where there is one.
func DefaultLimits() Limits {
	return Limits{
		Patience: 3 * time.Second, RedisPatience: redis.Patience,
		LockWait: time.Second, IdleTransaction: time.Minute, SlowStatement: 500 * time.Millisecond, PendingCases: 50,
	}
}

// check looks at one part of a subject. It says itself what an error means; findings of a
// check that runs out of time are lost, and that is the finding.
type check struct {
	subject string
	part    string // named where the check does not answer
	look    func(ctx context.Context) []Finding
}

// Examine runs all checks at once and returns what they found in the order of Subjects. It
// answers within twice Limits.Patience and two seconds, whatever hangs: eight seconds by default.
func (d Doctor) Examine(ctx context.Context) []Finding {
	if d.Limits == (Limits{}) {
		d.Limits = DefaultLimits()
	}
	database := openDatabase(ctx, d)
	defer database.close()
	checks := slices.Concat(d.configuration(), d.clocks(database), d.database(database), d.redis(database), d.bucket(), d.jobs(database), d.cases(database), d.vendors(), d.mail(database))
	found := answers(ctx, 2*d.Limits.Patience, checks)
	slices.SortStableFunc(found, func(a, b Finding) int { return slices.Index(subjects, a.Subject) - slices.Index(subjects, b.Subject) })
	return slices.Compact(found) // checks of one subject may lack the same thing
}

// answers runs checks at once and returns their findings in order. It does not wait for one
// that does not heed its time, which is patience.
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
		select { // it may have answered before its turn came
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

// Worst is the highest severity among findings, OK where there are none.
func Worst(found []Finding) Severity {
	worst := OK
	for _, f := range found {
		worst = max(worst, f.Severity)
	}
	return worst
}

// area makes the findings about one part of the product.
type area string

func (a area) ok(format string, args ...any) Finding {
	return Finding{Subject: string(a), Severity: OK, What: fmt.Sprintf(format, args...)}
}

func (a area) find(s Severity, do, format string, args ...any) Finding {
	return Finding{Subject: string(a), Severity: s, What: fmt.Sprintf(format, args...), Do: do}
}

// grade is critical from the second limit on, a warning from the first one on.
func grade[T int | int64 | float64 | time.Duration](value, warning, critical T) Severity {
	switch {
	case value >= critical:
		return Critical
	case value >= warning:
		return Warning
	}
	return OK
}

// judged is a finding that asks for something only where it is a fault.
func (a area) judged(s Severity, do, format string, args ...any) Finding {
	if s == OK {
		do = ""
	}
	return a.find(s, do, format, args...)
}
