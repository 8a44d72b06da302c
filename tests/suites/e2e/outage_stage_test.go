package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/servers"
)

// The longest that anything may take while a server is cut off or hangs.
const (
	healthBound  = 10 * time.Second // api answers after 1.5 s, which its own test holds in virtual time
	requestBound = 17 * time.Second // api gives up after 15 s
	healBound    = 30 * time.Second
)

// outage is the product with a way to each server that can be broken.
type outage struct {
	*ground
	url string
	// ways are named by the variable that leads over them.
	ways map[string]*servers.Proxy
	cast
	// advised is the Retry-After of the last 503.
	advised atomic.Value
	guests  atomic.Int64
}

// The variables that lead to the servers.
const (
	database  = "DATABASE_URL"
	redis     = "REDIS_HOST"
	store     = "S3_ENDPOINT"
	messenger = "TWILIO_API_URL"
)

// newOutage runs API and worker over ways that are whole still, and logs everybody in.
func newOutage(ctx context.Context, t *testing.T) *outage {
	t.Helper()
	g := newGround(ctx, t, func(vars map[string]string) { // limits that are never reached, but looked up
		vars["USER_REQUESTS_PER_MINUTE"], vars["ADDRESS_REQUESTS_PER_MINUTE"] = "100000", "100000"
	})
	o := &outage{ground: g, ways: make(map[string]*servers.Proxy)}
	for _, variable := range []string{database, store, messenger} {
		to, err := url.Parse(g.vars[variable])
		require.NoError(t, err)
		o.ways[variable] = servers.NewProxy(t, to.Host)
		to.Host = o.ways[variable].Addr()
		g.vars[variable] = to.String()
	}
	o.ways[redis] = servers.NewProxy(t, g.vars["REDIS_HOST"]+":"+g.vars["REDIS_PORT"])
	g.vars["REDIS_HOST"], g.vars["REDIS_PORT"], _ = strings.Cut(o.ways[redis].Addr(), ":")
	o.url, _ = g.run(ctx, t, app.API)
	g.run(ctx, t, app.Worker)
	p := &product{url: o.url, staff: g.staff, codes: g, idle: g.idle, doer: o}
	o.cast = p.everybody(ctx, t)
	return o
}

// Do implements propflow.HttpRequestDoer: it notes what refusals advise.
func (o *outage) Do(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(r)
	if err == nil && response.StatusCode == http.StatusServiceUnavailable && !strings.HasSuffix(r.URL.Path, "/events") {
		o.advised.Store(response.Header.Get("Retry-After"))
	}
	return response, err
}

// broken breaks the way to one server, cut and then stalled, does what is to be done
// meanwhile, and heals it.
func (o *outage) broken(ctx context.Context, t *testing.T, way string, meanwhile, afterwards func(t *testing.T)) {
	t.Helper()
	for _, how := range []struct {
		name string
		do   func()
	}{{"cut", o.ways[way].Cut}, {"stalled", o.ways[way].Stall}} {
		how.do()
		meanwhile(t)
		o.ways[way].Heal()
		start := time.Now()
		o.heals(ctx, t)
		t.Logf("%s %s: healthy %v after it was healed", way, how.name, time.Since(start).Round(time.Millisecond))
		afterwards(t)
	}
}

// heals waits until the product is healthy.
func (o *outage) heals(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, path := range []string{"/health", "/readyz"} {
		require.Eventually(t, func() bool { well, _ := answers(ctx, o.url+path); return well }, healBound, 20*time.Millisecond, path)
	}
}

// probe asks a path outside of the API and returns status and body.
func (o *outage) probe(ctx context.Context, t *testing.T, path string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.url+path, http.NoBody)
	require.NoError(t, err)
	start := time.Now()
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Less(t, time.Since(start), healthBound, path)
	return response.StatusCode, string(said)
}

// sick checks what the probes say, once they have looked again: they share one look a second.
func (o *outage) sick(ctx context.Context, t *testing.T, want string, ready int) {
	t.Helper()
	var status int
	var health, wanted map[string]string
	require.NoError(t, json.Unmarshal([]byte(want), &wanted))
	require.Eventually(t, func() bool {
		var body string
		status, body = o.probe(ctx, t, "/health")
		health = nil
		require.NoError(t, json.Unmarshal([]byte(body), &health))
		return maps.Equal(health, wanted)
	}, healBound, 20*time.Millisecond, want)
	assert.Equal(t, health["status"] == "healthy", status == http.StatusOK)
	status, _ = o.probe(ctx, t, "/livez")
	assert.Equal(t, http.StatusOK, status, "a restart would mend nothing")
	status, _ = o.probe(ctx, t, "/readyz")
	assert.Equal(t, ready, status)
}

// refused expects a request to be answered with 503 and Retry-After, in time.
func (o *outage) refused(t *testing.T, what string, do func() error) {
	t.Helper()
	o.advised.Store("")
	start := time.Now()
	err := do()
	took := time.Since(start)
	var problem *propflow.ProblemError
	if assert.ErrorAs(t, err, &problem, what) {
		assert.Equal(t, http.StatusServiceUnavailable, problem.Problem.Status, "%s: %v", what, err)
		assert.NotEmpty(t, o.advised.Load(), "%s: %v", what, err)
	}
	assert.Less(t, took, requestBound, what)
	t.Logf("%s is refused after %v", what, took.Round(time.Millisecond))
}

// done expects a request to succeed, in time.
func done(t *testing.T, what string, do func() error) {
	t.Helper()
	start := time.Now()
	require.NoError(t, do(), what)
	assert.Less(t, time.Since(start), requestBound, what)
	t.Logf("%s took %v", what, time.Since(start).Round(time.Millisecond))
}

func (o *outage) me() error {
	_, err := o.owner.Client.GetMeWithResponse(context.Background())
	return err
}

// login asks for a code for somebody new.
func (o *outage) login() error {
	_, err := o.askCode(propflow.RequestOtpRequest{Phone: o.newPhone()})
	return err
}

func (o *outage) newPhone() string { return fmt.Sprintf("+9198112%05d", o.guests.Add(1)) }

// askCode asks for a code and returns the id of the attempt to log in.
func (o *outage) askCode(request propflow.RequestOtpRequest) (loginID string, err error) {
	guest, err := propflow.New(o.url, "", o)
	if err != nil {
		return "", err
	}
	sent, err := guest.RequestOtpWithResponse(context.Background(), nil, request)
	if err != nil {
		return "", err
	}
	return sent.JSON202.LoginID, nil
}
