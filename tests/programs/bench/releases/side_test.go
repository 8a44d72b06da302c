package releases_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/jwt"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/stack"
)

// side is a release that serves a database of its own.
type side struct {
	binary  string
	vars    []string // without the addresses of the server itself and of its database
	url     string   // of the database
	owner   *journey.Owner
	valuer  *journey.Reviewer
	decided map[propflow.ValuationStatus]int
}

// newSide builds the commit, or this tree if it is empty, migrates the database at url, fills it and
// serves it until the benchmark ends, without cache and limits.
func newSide(b *testing.B, commit, url string, fill func()) *side {
	b.Helper()
	addr, prefix := servers.Redis(b)
	host, port, err := net.SplitHostPort(addr)
	require.NoError(b, err)
	s := &side{binary: filepath.Join(b.TempDir(), "propflow"), url: url, decided: make(map[propflow.ValuationStatus]int), vars: []string{
		"SECRET_KEY=" + secret, "TOTP_KEY=" + secret + "totp", "S3_BUCKET=none", "S3_ENDPOINT=http://127.0.0.1:1", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none",
		"USER_REQUESTS_PER_MINUTE=0", "ADDRESS_REQUESTS_PER_MINUTE=0", "REDIS_HOST=" + host, "REDIS_PORT=" + port,
		"REDIS_PREFIX=" + prefix, "QUEUE_CACHE=false", "LOG_LEVEL=ERROR",
	}}
	sources := ""
	if commit != "" {
		folder, remove, err := stack.Worktree(b.Context(), commit)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, remove()) })
		sources = folder
	}
	require.NoError(b, stack.Build(b.Context(), sources, s.binary))
	migrate := exec.Command(s.binary, "migrate", "up")
	migrate.Env = append(slices.Clone(s.vars), "MIGRATE_DATABASE_URL="+url, "DATABASE_URL="+url)
	said, err := migrate.CombinedOutput()
	require.NoError(b, err, "%s", said)
	fill()
	s.serve(b, url)
	return s
}

// serve serves the database at the address until the returned function is called or the benchmark
// ends, and logs its people in.
func (s *side) serve(b *testing.B, database string) (stop func()) {
	b.Helper()
	address := servers.Address(b)
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	require.NoError(b, err)
	run := exec.Command(s.binary, "serve")
	run.Env = append(slices.Clone(s.vars), "DATABASE_URL="+database, "HTTP_ADDRESS="+address)
	run.Stdout, run.Stderr = log, log
	run.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(b, run.Start())
	stop = func() {
		_ = run.Process.Kill() // it may have been stopped before
		_ = run.Wait()         // killed on purpose
		_ = log.Close()
	}
	b.Cleanup(stop)
	base := "http://" + address
	for began, tick := time.Now(), time.Tick(10*time.Millisecond); ; <-tick {
		response, err := http.Get(base + "/livez")
		if err == nil {
			require.NoError(b, response.Body.Close())
			break
		}
		said, _ := os.ReadFile(log.Name())
		require.Less(b, time.Since(began), time.Minute, "it does not answer: %s", said)
	}
	s.owner = &journey.Owner{Person: person(b, base, owner, domain.RoleCustomer)}
	s.valuer = &journey.Reviewer{Person: person(b, base, valuer, domain.RoleValuer)}
	return stop
}

var secret = strings.Repeat("s", config.MinSecretBytes)

// person returns the user with a token of their own.
func person(b *testing.B, base string, id domain.UserID, role domain.Role) *journey.Person {
	b.Helper()
	tokens, err := jwt.New("PropFlow", "PropFlow", []byte(secret))
	require.NoError(b, err)
	token, err := tokens.Issue(domain.Identity{Actor: domain.Actor{ID: id, Role: role}, SessionID: "bench", ExpiresAt: time.Now().Add(time.Hour)})
	require.NoError(b, err)
	client, err := propflow.New(base, token, nil)
	require.NoError(b, err)
	return &journey.Person{Client: client}
}

// turn does the step with each property and returns how long each answer took.
func (s *side) turn(b *testing.B, step step, properties []string) (took []time.Duration) {
	b.Helper()
	for _, property := range properties {
		do, err := step.prepare(b.Context(), s, property)
		require.NoError(b, err)
		began := time.Now()
		require.NoError(b, do())
		took = append(took, time.Since(began).Round(10*time.Microsecond))
	}
	return took
}

// count does the step with each property by a process of its own, and returns the fewest round trips
// to PostgreSQL that one took: others share their time with what the process does by itself.
func (s *side) count(b *testing.B, step step, properties []string) int64 {
	b.Helper()
	counting := *s
	server, err := url.Parse(s.url)
	require.NoError(b, err)
	trips := newCounter(b, server.Host)
	server.Host = trips.listener.Addr().String()
	defer counting.serve(b, server.String())()
	var least int64
	for _, property := range properties {
		do, err := step.prepare(context.WithoutCancel(b.Context()), &counting, property)
		require.NoError(b, err)
		before := trips.seen.Load()
		require.NoError(b, do())
		if n := trips.seen.Load() - before; least == 0 || n < least {
			least = n
		}
	}
	return least
}
