package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/jwt"
	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
	"github.com/propflow/propflow/tests/kit/servers"
)

var update = flag.Bool("update", false, "record the product's statements in sql/")

// few is how many properties are enough for two pages of the queue.
const few = page + 5

// TestBothAskAndAnswerTheSame checks what makes the benchmark fair: the bare handler sends
// PostgreSQL the same statements in the same order as the product, answers the same, and leaves
// the same rows behind.
func TestBothAskAndAnswerTheSame(t *testing.T) {
	t.Parallel()
	since := time.Now().UTC().Truncate(time.Microsecond)
	product := productSide(t, since)
	product.ask(t, claimOne, 0) // River asks once what server it is on
	if *update {
		for i, what := range []string{getOne, listQueue, claimOne} {
			record(t, product.ask(t, what, i+1).asked)
		}
		return // the statements are compiled in
	}
	plain := plainSide(t, since)
	plain.ask(t, claimOne, 0)
	for i, what := range []string{getOne, listQueue, claimOne} {
		theirs, ours := product.ask(t, what, i+1), plain.ask(t, what, i+1)
		assert.NotEmpty(t, ours.asked, what)
		assert.Equal(t, theirs.asked, ours.asked, what)
		assert.Equal(t, timeless(t, theirs.body), timeless(t, ours.body), what)
		assert.Equal(t, theirs.tag, ours.tag, what)
	}
	assert.Equal(t, left(t, product.url), left(t, plain.url))
}

// side is one of the two that are compared, on a database of its own.
type side struct {
	url, base, token string
	ids              []string
	recorder         *recorder
}

// outcome is an answer, and what PostgreSQL was asked for it.
type outcome struct {
	body  []byte
	tag   string
	asked []string
}

// The requests that are compared, with %s for a property.
const (
	getOne    = "GET /api/v1/properties/%s"
	listQueue = "GET /api/v1/queue"
	claimOne  = "POST /api/v1/properties/%s/claim"
)

// request asks for the i-th property.
func (s *side) request(tb testing.TB, what string, i int) *http.Request {
	tb.Helper()
	method, path, _ := strings.Cut(strings.ReplaceAll(what, "%s", s.ids[i]), " ")
	r, err := http.NewRequestWithContext(tb.Context(), method, s.base+path, http.NoBody)
	require.NoError(tb, err)
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Accept-Encoding", "identity") // compressing costs more than all the rest
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", "claim-"+s.ids[i])
	}
	return r
}

// ask sends a request about the i-th property.
func (s *side) ask(t *testing.T, what string, i int) outcome {
	t.Helper()
	s.recorder.take()
	response, err := http.DefaultClient.Do(s.request(t, what, i))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "%s", body)
	return outcome{body, response.Header.Get("ETag"), s.recorder.take()}
}

// productSide serves the product and records what requests ask.
func productSide(t *testing.T, since time.Time) *side {
	t.Helper()
	url := servers.Postgres(t)
	s := &side{url: url, ids: filled(t.Context(), t, url, few, since)}
	s.recorder = &recorder{only: func(ctx context.Context) bool { return middleware.RequestID(ctx) != "" }}
	cfg, err := config.ServersFromMap(environment(t, url))
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	adapters, closers, err := app.OnServers(t.Context(), cfg, log)
	t.Cleanup(func() {
		for _, release := range closers {
			assert.NoError(t, release())
		}
	})
	require.NoError(t, err)
	store, err := postgres.Open(t.Context(), url, postgres.Options{Tracer: s.recorder})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	adapters.UnitOfWork, adapters.JobRunner, adapters.Relay = store, idle{}, nil // requests alone ask the store
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served, err := app.OnAdapters(cfg.Config, adapters, listener, log, nil, nil)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- served.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	s.base, s.token = served.URL(), token(t, url)
	return s
}

// plainSide serves the bare handler.
func plainSide(t *testing.T, since time.Time) *side {
	t.Helper()
	url := servers.Postgres(t)
	s := &side{url: url, ids: filled(t.Context(), t, url, few, since)}
	s.recorder = &recorder{only: func(context.Context) bool { return true }}
	pool, err := open(t.Context(), url, s.recorder)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	server := httptest.NewServer(handler(pool, string(valuer)))
	t.Cleanup(server.Close)
	s.base = server.URL
	return s
}

// idle works no jobs.
type idle struct{}

// Run implements ports.JobRunner.
func (idle) Run(ctx context.Context, _ map[domain.JobKind]ports.JobHandler, _ []domain.Periodic) error {
	<-ctx.Done()
	return nil
}

var secret = strings.Repeat("s", config.MinSecretBytes)

// environment is what the product reads: no cache, no limits, and no files to store.
func environment(tb testing.TB, database string) map[string]string {
	tb.Helper()
	addr, prefix := servers.Redis(tb)
	host, port, err := net.SplitHostPort(addr)
	require.NoError(tb, err)
	return map[string]string{
		"DATABASE_URL": database, "SECRET_KEY": secret, "TOTP_KEY": secret + "totp", "S3_BUCKET": "none", "S3_ENDPOINT": "http://127.0.0.1:1",
		"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
		"USER_REQUESTS_PER_MINUTE": "0", "ADDRESS_REQUESTS_PER_MINUTE": "0",
		"REDIS_HOST": host, "REDIS_PORT": port, "REDIS_PREFIX": prefix, "QUEUE_CACHE": "false",
	}
}

// token is the valuer's, of a session in the database at url.
func token(tb testing.TB, url string) string {
	tb.Helper()
	tokens, err := jwt.New("PropFlow", "PropFlow", []byte(secret))
	require.NoError(tb, err)
	store, err := postgres.Open(tb.Context(), url, postgres.Options{MaxConns: 1})
	require.NoError(tb, err)
	defer store.Close()
	now := time.Now()
	user := domain.User{ID: valuer, Role: domain.RoleValuer}
	issued, err := fixture.Login(tb.Context(), store, tokens, "01900000-0000-7000-8000-000000000004", user, now, now.Add(time.Hour))
	require.NoError(tb, err)
	return issued
}

// record writes the statements that have names.
func record(t *testing.T, asked []string) {
	t.Helper()
	for _, sql := range asked {
		if words := strings.Fields(sql); len(words) > 2 && words[1] == "name:" {
			require.NoError(t, os.WriteFile(filepath.Join("sql", words[2]+".sql"), []byte(sql), 0o600))
		}
	}
}

// timeless decodes an answer and blots out what depends on when it was given: seconds left,
// the moment of a claim, and that of the first page in a cursor.
func timeless(t *testing.T, answer []byte) any {
	t.Helper()
	var a map[string]any
	require.NoError(t, json.Unmarshal(answer, &a))
	items, _ := a["items"].([]any)
	for _, each := range append(items, any(a)) {
		property, _ := each.(map[string]any)
		if sla, ok := property["sla"].(map[string]any); ok {
			assert.Positive(t, sla["remaining_seconds"])
			delete(sla, "remaining_seconds")
		}
		if claim, ok := property["claim"].(map[string]any); ok {
			claimed, err := time.Parse(time.RFC3339Nano, claim["claimed_at"].(string))
			require.NoError(t, err)
			idle, err := time.Parse(time.RFC3339Nano, claim["idle_at"].(string))
			require.NoError(t, err)
			assert.Equal(t, domain.ClaimIdle, idle.Sub(claimed))
			assert.Equal(t, claim["claimed_at"], property["updated_at"])
			delete(claim, "claimed_at")
			delete(claim, "idle_at")
			delete(property, "updated_at")
		}
	}
	if cursor, ok := a["next_cursor"].(string); ok {
		var at struct{ Key, ID string }
		text, err := base64.RawURLEncoding.DecodeString(cursor)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &at))
		at.Key, _, _ = strings.Cut(at.Key, "@")
		a["next_cursor"] = at
	}
	return a
}

// left returns the rows that claims leave behind, without moments, ids of their own and what
// is computed from those.
func left(t *testing.T, url string) map[string][]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context()))
	all := make(map[string][]string)
	for table, without := range map[string]string{
		"properties":       "claimed_at,claim_heartbeat_at,updated_at,reviewed_at",
		"audit_heads":      "hash",
		"audit_entries":    "at,hash,prev_hash,facts", // commitments are about moments, too
		"events":           "id,at,position,feed_id",
		"notifications":    "id,created_at",
		"river_job":        "id,args,created_at,scheduled_at,unique_key",
		"steps":            "id,at",
		"idempotency_keys": "created_at,result",
	} {
		rows, err := conn.Query(t.Context(), `SELECT (to_jsonb(x) - string_to_array($1, ',') || jsonb_build_object('facts', length(to_jsonb(x) ->> 'facts')))::text AS row FROM `+table+` x ORDER BY row`, without)
		require.NoError(t, err)
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		require.NotEmpty(t, found, table)
		all[table] = append(found, strconv.Itoa(len(found)))
	}
	return all
}
