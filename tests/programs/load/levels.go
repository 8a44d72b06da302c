package main

import (
	"flag"
	"fmt"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// levels are the service levels of docs/domain.md.
type levels struct {
	api          time.Duration // 95 of 100 answers are faster, of all operations and of each
	verdict      time.Duration // the others bound 99 of 100
	queue        time.Duration
	screen       time.Duration
	notification time.Duration
}

// promised are the levels that the product promises.
func promised() levels {
	return levels{api: 500 * time.Millisecond, verdict: 5 * time.Second, queue: 2 * time.Second, screen: time.Second, notification: time.Minute}
}

func (l *levels) flags(flags *flag.FlagSet) {
	flags.DurationVar(&l.api, "api", l.api, "level: p95 of the API, of all operations and of each")
	flags.DurationVar(&l.verdict, "verdict", l.verdict, "level: p99 from the upload of a photo to its verdict on the owner's screen")
	flags.DurationVar(&l.queue, "queue", l.queue, "level: p99 from a change of the queue to the dashboards that show it")
	flags.DurationVar(&l.screen, "screen", l.screen, "level: p99 from an event to the screens of all who hear of it")
	flags.DurationVar(&l.notification, "notification", l.notification, "level: p99 from an event to the vendor's receipt of the message")
}

// level is one service level and how it was met.
type level struct {
	name     string
	promised time.Duration
	measured time.Duration
	of       uint64 // how many were measured
}

func (l level) held() bool { return l.of > 0 && l.measured < l.promised }

func (l level) String() string {
	if l.of == 0 {
		return fmt.Sprintf("%s: nothing was measured", l.name)
	}
	return fmt.Sprintf("%s: %v is not under %v", l.name, round(l.measured), l.promised)
}

// enough is the minimum number of answers for which an operation gets its own p95; rarer ones are
// judged together with all others.
const enough = 20

// judge compares a round's figures with the levels. Nothing may write to the book meanwhile.
func (l levels) judge(b *book) []level {
	every := level{name: "API p95", promised: l.api, measured: b.api.Quantile(.95), of: b.answers}
	slowest := level{name: "API p95 of the slowest operation", promised: l.api}
	for operation, m := range b.requests {
		if !ours(operation) || m.Requests == 0 {
			continue
		}
		m.Close()
		if m.Requests >= enough && m.Latencies.P95 >= slowest.measured {
			slowest.measured, slowest.of, slowest.name = m.Latencies.P95, m.Requests, "API p95 of the slowest operation, "+operation
		}
	}
	all := []level{every}
	if slowest.of > 0 {
		all = append(all, slowest)
	}
	for _, wait := range []struct {
		name     string
		promised time.Duration
	}{
		{uploadToVerdict, l.verdict}, {queueRefresh, l.queue}, {eventToScreen, l.screen}, {notificationSent, l.notification},
	} {
		m := b.waits[wait.name]
		if m == nil {
			m = new(vegeta.Metrics)
		}
		m.Close()
		all = append(all, level{wait.name + " p99", wait.promised, m.Latencies.P99, m.Requests})
	}
	return all
}

// round leaves three digits or so.
func round(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case d >= time.Second:
		return d.Round(10 * time.Millisecond)
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond)
	default:
		return d.Round(100 * time.Microsecond)
	}
}
