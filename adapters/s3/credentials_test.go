package s3_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/domain"
)

// agent plays the endpoint that gives a container the keys of its role: KEY1, KEY2, …
type agent struct {
	mu     sync.Mutex
	lasts  time.Duration // how long keys last that it gives
	broken http.HandlerFunc
	given  int
	tokens []string
}

func (a *agent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens = append(a.tokens, r.Header.Get("Authorization"))
	if a.broken != nil {
		a.broken(w, r)
		return
	}
	a.given++
	_ = json.NewEncoder(w).Encode(map[string]any{
		"AccessKeyId": fmt.Sprintf("KEY%d", a.given), "SecretAccessKey": "secret", "Token": fmt.Sprintf("session%d", a.given),
		"Expiration": time.Now().Add(a.lasts).UTC().Format(time.RFC3339Nano),
	})
}

// set changes what the agent does from now on.
func (a *agent) set(lasts time.Duration, broken http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lasts, a.broken = lasts, broken
}

func (a *agent) sent() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens
}

// store answers every request as an empty bucket would, and remembers who signed them.
type store struct {
	mu     sync.Mutex
	signed []string
}

var signer = regexp.MustCompile(`Credential=([^/]+)/`)

func (s *store) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := ""
	if found := signer.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
		key = found[1]
	}
	s.signed = append(s.signed, key+" "+r.Header.Get("X-Amz-Security-Token"))
}

func (s *store) signers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signed
}

func fakeServer(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// byRole returns a bucket whose requests a role signs.
func byRole(t *testing.T, a *agent, change ...func(*s3.Role)) (*s3.Blobs, *store) {
	t.Helper()
	s := new(store)
	o := s3.Options{
		Bucket: "photos", Region: "ap-south-1", Endpoint: fakeServer(t, s), PathStyle: true, Role: s3.Role{URL: fakeServer(t, a) + "/v2/credentials/1"},
	}
	for _, f := range change {
		f(&o.Role)
	}
	return open(t, o), s
}

func TestTheRoleSigns(t *testing.T) {
	t.Parallel()
	a := &agent{lasts: 6 * time.Hour}
	blobs, s := byRole(t, a)
	assert.Empty(t, a.sent(), "opening asks nobody")
	for range 3 {
		require.NoError(t, blobs.Ping(t.Context()))
	}
	assert.Equal(t, []string{"KEY1 session1", "KEY1 session1", "KEY1 session1"}, s.signers())
	assert.Equal(t, []string{""}, a.sent(), "the keys are kept")
	link, err := blobs.PresignGet(t.Context(), key, time.Minute)
	require.NoError(t, err)
	assert.Contains(t, link, "X-Amz-Credential=KEY1")
	assert.Contains(t, link, "X-Amz-Security-Token=session1")
}

func TestKeysAreRenewedBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	a := &agent{lasts: 14 * time.Minute} // a link of a quarter of an hour would outlive them
	blobs, s := byRole(t, a)
	require.NoError(t, blobs.Ping(t.Context()))
	a.set(16*time.Minute, nil)
	for range 2 {
		require.NoError(t, blobs.Ping(t.Context()))
	}
	assert.Equal(t, []string{"KEY1 session1", "KEY2 session2", "KEY2 session2"}, s.signers())
}

func TestKeysServeUntilTheyExpire(t *testing.T) {
	t.Parallel()
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	a := &agent{lasts: 14 * time.Minute}
	blobs, s := byRole(t, a)
	require.NoError(t, blobs.Ping(t.Context()))
	a.set(0, down)
	for range 2 {
		require.NoError(t, blobs.Ping(t.Context()))
	}
	a.set(time.Hour, nil)
	require.NoError(t, blobs.Ping(t.Context()))
	assert.Equal(t, []string{"KEY1 session1", "KEY1 session1", "KEY1 session1", "KEY2 session2"}, s.signers())

	a = &agent{lasts: -time.Minute}
	blobs, _ = byRole(t, a)
	require.NoError(t, blobs.Ping(t.Context()), "the store judges the keys that it is shown")
	a.set(0, down)
	require.ErrorIs(t, blobs.Ping(t.Context()), s3.ErrNoRole)
}

func TestABrokenRole(t *testing.T) {
	t.Parallel()
	answer := func(status int, contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for name, c := range map[string]struct {
		broken http.HandlerFunc
		says   string
	}{
		"it has no such role":  {answer(404, "application/json", `{"code":"NotFound","message":"no role here"}`), "no role here"},
		"no such key, it says": {answer(404, "application/json", `{"code":"NoSuchKey","message":"gone"}`), "gone"},
		"it refuses the token": {answer(401, "text/plain", "unauthorized"), "unauthorized"},
		"it fails":             {answer(500, "text/plain", "agent is starting"), "agent is starting"},
		"it gives a page":      {answer(200, "text/html", "<html>"), "deserialize"},
		"it gives no keys":     {answer(200, "application/json", "{}"), "its answer has none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, s := byRole(t, &agent{broken: c.broken})
			for call, err := range map[string]error{
				"Ping": blobs.Ping(t.Context()), "Size": second(blobs.Size(t.Context(), key)), "Link": second(blobs.PresignGet(t.Context(), key, time.Minute)),
			} {
				assert.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%s: %v", call, err)
				require.ErrorIs(t, err, s3.ErrNoRole, call)
				assert.ErrorContains(t, err, c.says, call)
			}
			assert.Empty(t, s.signers(), "nothing is sent unsigned")
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestTheTokenOfTheRole(t *testing.T) {
	t.Parallel()
	a := &agent{lasts: time.Minute} // renewed for each request
	blobs, _ := byRole(t, a, func(r *s3.Role) { r.Token = "as given" })
	require.NoError(t, blobs.Ping(t.Context()))
	assert.Equal(t, []string{"as given"}, a.sent())

	a = &agent{lasts: time.Minute}
	file := filepath.Join(t.TempDir(), "token")
	blobs, _ = byRole(t, a, func(r *s3.Role) { r.TokenFile = file })
	err := blobs.Ping(t.Context())
	require.ErrorIs(t, err, s3.ErrNoRole)
	require.ErrorContains(t, err, "no such file")
	for _, token := range []string{"first\n", "second"} {
		require.NoError(t, os.WriteFile(file, []byte(token), 0o600))
		require.NoError(t, blobs.Ping(t.Context()))
	}
	assert.Equal(t, []string{"first", "second"}, a.sent())
}

func TestKeysGoBeforeTheRole(t *testing.T) {
	t.Parallel()
	s, a := new(store), new(agent)
	blobs := open(t, s3.Options{
		Bucket: "photos", Region: "ap-south-1", Endpoint: fakeServer(t, s), PathStyle: true,
		AccessKey: "key", SecretKey: "secret", Role: s3.Role{URL: fakeServer(t, a)},
	})
	require.NoError(t, blobs.Ping(t.Context()))
	assert.Equal(t, []string{"key "}, s.signers())
	assert.Empty(t, a.sent())
}

func TestSomebodyMustSign(t *testing.T) {
	t.Parallel()
	_, err := s3.Open(s3.Options{Bucket: "photos", Region: "ap-south-1"})
	require.ErrorContains(t, err, "neither keys nor a role")
	assert.NotErrorIs(t, err, s3.ErrNoRole)
}
