package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

const (
	many        = 30_000 // properties on each side: more than are claimed
	connections = 8      // that ask again as soon as they are answered
	rounds      = 25     // of each operation and side, in turns
	round       = 600 * time.Millisecond
)

// BenchmarkBare compares `propflow serve` with the bare handler. Each is a process on a
// database of its own on one PostgreSQL, and they take turns. Behind each another `propflow
// serve` relays the events of its database, as one process of a deployment does for all, so
// that relaying weighs on both alike and in neither's figures. It prints requests per second,
// the server's own CPU time per request, and the product's share of the bare handler's rate
// in each turn. It asserts no figure.
func BenchmarkBare(b *testing.B) {
	since := time.Now().UTC().Truncate(time.Microsecond)
	product, plain := productProcess(b, since), plainProcess(b, since)
	fmt.Printf("%-14s %18s %22s   %s\n", "", "requests/s", "server CPU/request", "product/bare: median (least to most)")
	fmt.Printf("%-14s %9s %8s %11s %10s   %s\n", "", "bare", "product", "bare", "product", "requests/s")
	for _, op := range []struct{ name, what string }{
		{"GET property", getOne}, {"GET queue page", listQueue}, {"POST claim", claimOne},
	} {
		b.Run(op.name, func(b *testing.B) {
			for b.Loop() {
				var turns [2][]turn
				for i := range rounds + 1 {
					for s, side := range []*process{plain, product} {
						t := side.turn(b, op.what, round)
						if i > 0 { // the first warms up
							turns[s] = append(turns[s], t)
						}
					}
				}
				show(op.name, turns[0], turns[1])
			}
		})
	}
}

// turn is what one side did in a while.
type turn struct {
	requests  int
	perSecond float64
	cpu       time.Duration // of the server
}

func show(name string, plain, product []turn) {
	var shares []float64
	for i := range plain {
		shares = append(shares, product[i].perSecond/plain[i].perSecond)
	}
	rate := func(t turn) float64 { return t.perSecond }
	fmt.Printf("%-14s %9.0f %8.0f %11s %10s   %.2f (%.2f to %.2f)\n", name, median(plain, rate), median(product, rate),
		each(plain), each(product), median(shares, func(f float64) float64 { return f }), slices.Min(shares), slices.Max(shares))
}

// each is the CPU time of one request, from all turns.
func each(turns []turn) time.Duration {
	var all turn
	for _, t := range turns {
		all.requests, all.cpu = all.requests+t.requests, all.cpu+t.cpu
	}
	return (all.cpu / time.Duration(max(1, all.requests))).Round(time.Microsecond)
}

func median[T any, V cmp.Ordered](of []T, value func(T) V) V {
	var values []V
	for _, one := range of {
		values = append(values, value(one))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// process is a side that is a process of its own.
type process struct {
	side
	pid  int
	next [3]atomic.Int64 // property, of each operation
}

// productProcess serves the product as it is deployed, but without its cache and its limits.
func productProcess(b *testing.B, since time.Time) *process {
	b.Helper()
	url := servers.Postgres(b)
	p := &process{side: side{url: url, ids: filled(b.Context(), b, url, many, since), token: token(b, url)}}
	vars := environment(b, url)
	relay(b, vars)
	p.serve(b, vars)
	return p
}

// plainProcess serves the bare handler.
func plainProcess(b *testing.B, since time.Time) *process {
	b.Helper()
	url := servers.Postgres(b)
	p := &process{side: side{url: url, ids: filled(b.Context(), b, url, many, since)}}
	relay(b, environment(b, url))
	p.start(b, exec.Command(build(b, "./tests/programs/bench/bare"), "-address", p.listen(b), "-database", url, "-valuer", string(valuer)))
	return p
}

// relay starts a process that relays the events of a database: the first that is there does.
func relay(b *testing.B, vars map[string]string) {
	b.Helper()
	new(process).serve(b, vars)
}

// serve starts `propflow serve`.
func (p *process) serve(b *testing.B, vars map[string]string) {
	b.Helper()
	run := exec.Command(build(b, "./cmd/propflow"), "serve")
	run.Env = []string{"HTTP_ADDRESS=" + p.listen(b)}
	for name, value := range vars {
		run.Env = append(run.Env, name+"="+value)
	}
	p.start(b, run)
}

// listen chooses a free address for the process to listen on.
func (p *process) listen(b *testing.B) (address string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	p.base = "http://" + l.Addr().String()
	return l.Addr().String()
}

// start runs the process until the benchmark ends, its log in a file, and awaits its answer.
func (p *process) start(b *testing.B, run *exec.Cmd) {
	b.Helper()
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	require.NoError(b, err)
	run.Stdout, run.Stderr = log, log
	run.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(b, run.Start())
	p.pid = run.Process.Pid
	b.Cleanup(func() {
		_ = run.Process.Kill()
		_ = run.Wait() // killed on purpose
		_ = log.Close()
	})
	for began, tick := time.Now(), time.Tick(10*time.Millisecond); ; <-tick {
		response, err := http.Get(p.base + "/livez")
		if err == nil {
			require.NoError(b, response.Body.Close())
			return
		}
		said, _ := os.ReadFile(log.Name())
		require.Less(b, time.Since(began), time.Minute, "it does not answer: %s", said)
	}
}

func build(b *testing.B, pkg string) string {
	b.Helper()
	out := filepath.Join(b.TempDir(), "server")
	run := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg)
	run.Dir = "../../../.."
	said, err := run.CombinedOutput()
	require.NoError(b, err, "%s", said)
	return out
}

// turn asks for the time that it lasts, on every connection one request after another.
func (p *process) turn(b *testing.B, what string, lasts time.Duration) turn {
	b.Helper()
	var done atomic.Int64
	var all sync.WaitGroup
	faults := make([]error, connections)
	before, began := p.cpu(b), time.Now()
	for c := range connections {
		all.Go(func() {
			n, err := p.loop(b, what, began.Add(lasts))
			done.Add(int64(n))
			faults[c] = err
		})
	}
	all.Wait()
	require.NoError(b, errors.Join(faults...))
	took := time.Since(began)
	n := int(done.Load())
	return turn{n, float64(n) / took.Seconds(), p.cpu(b) - before}
}

// loop asks on one connection, without what http.Client costs, until a time.
func (p *process) loop(b *testing.B, what string, until time.Time) (done int, err error) {
	b.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	counter := &p.next[slices.Index([]string{getOne, listQueue, claimOne}, what)]
	for ; time.Now().Before(until); done++ {
		i := int(counter.Add(1) - 1)
		if i >= len(p.ids) && what == claimOne {
			return done, fmt.Errorf("all %d properties are claimed", len(p.ids))
		}
		request := p.request(b, what, i%len(p.ids))
		if err := request.Write(conn); err != nil {
			return done, err
		}
		response, err := http.ReadResponse(answers, request)
		if err != nil {
			return done, err
		}
		said, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			return done, fmt.Errorf("%s: %w: %s", response.Status, err, said)
		}
	}
	return done, nil
}

// tick is the unit of times in /proc/PID/stat: a hundredth of a second on every Linux.
const tick = 10 * time.Millisecond

// cpu is the time that the process has had of any core.
func (p *process) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	require.NoError(b, err)
	_, rest, _ := strings.Cut(string(stat), ") ") // the name before may hold anything
	fields := strings.Fields(rest)
	var ticks int
	for _, field := range fields[11:13] { // utime and stime (proc(5))
		n, err := strconv.Atoi(field)
		require.NoError(b, err)
		ticks += n
	}
	return time.Duration(ticks) * tick
}
