package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

// face is the whole handler over memory ports. Its use cases are those that a test gives
// it; a request that reaches any other panics, which the API answers with 500.
type face struct {
	*memory.Ports
	http.Handler
	options Options
	log     *bytes.Buffer
}

// people has a user of each role, by its role.
var people = map[domain.Role]domain.UserID{
	domain.RoleCustomer: "0193562c-0000-7000-8000-000000000001", domain.RoleValuer: "0193562c-0000-7000-8000-000000000002",
	domain.RoleSupervisor: "0193562c-0000-7000-8000-000000000003", domain.RoleAdmin: "0193562c-0000-7000-8000-000000000004",
}

func newFace(t *testing.T, changes ...func(*Options, *memory.Ports)) *face {
	t.Helper()
	f := &face{Ports: memory.ForTest(), log: new(bytes.Buffer)}
	up := func(context.Context) error { return nil }
	o := Options{
		UnitOfWork: f.Store, Clock: f.Clock, IDs: f.IDs, Tokens: f.AccessTokens, Limiter: f.RateLimiter, Feed: f.Feed,
		Log: slog.New(slog.NewJSONHandler(f.log, nil)), Limits: middleware.Limits{PerUser: 1000, PerAddress: 1000},
		Database: up, Redis: up, Version: "1.2.3", Commit: "3f2a91c", Leaving: context.Background(), Draining: context.Background(),
	}
	o.UseCases.GetMe = identity.GetMe{UnitOfWork: f.Store}
	o.UseCases.GetSettings = identity.GetSettings{UnitOfWork: f.Store}
	o.UseCases.UpdateMe = identity.UpdateMe{UnitOfWork: f.Store, Clock: f.Clock}
	o.UseCases.ListProperties = intake.ListProperties{UnitOfWork: f.Store}
	for _, change := range changes {
		change(&o, f.Ports)
	}
	handler, err := New(o, nil)
	require.NoError(t, err)
	f.Handler, f.options = handler, o
	f.addPeople(t)
	return f
}

func (f *face) addPeople(t *testing.T) {
	t.Helper()
	for i, role := range []domain.Role{domain.RoleCustomer, domain.RoleValuer, domain.RoleSupervisor, domain.RoleAdmin} {
		user := domain.NewCustomer(people[role], domain.Phone(fmt.Sprintf("+91981110000%d", i+1)), f.Clock.Now())
		user.Role = role
		require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) }))
	}
}

// token signs a token of the role that lasts a quarter of an hour.
func (f *face) token(t *testing.T, role domain.Role) string {
	t.Helper()
	return f.sign(t, domain.Identity{Actor: domain.Actor{ID: people[role], Role: role}, ExpiresAt: f.Clock.Now().Add(15 * time.Minute)})
}

// sign signs a token of the identity, and begins a session for it if it should have one.
func (f *face) sign(t *testing.T, who domain.Identity) string {
	t.Helper()
	if who.SessionID == "" && !who.SecondFactorPending {
		who.SessionID = domain.SessionID(f.IDs.New())
		user := domain.User{ID: who.Actor.ID, Role: who.Actor.Role}
		session := domain.NewSession(who.SessionID, user, domain.ClientProgram, strings.Repeat("ab", 32), f.Clock.Now())
		require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) }))
	}
	token, err := f.AccessTokens.Issue(who)
	require.NoError(t, err)
	return token
}

// header is one header of a request.
type header struct{ name, value string }

func bearer(token string) header { return header{"Authorization", "Bearer " + token} }

// send sends a request; a body is JSON unless a header says otherwise.
func (f *face) send(method, target, body string, headers ...header) *httptest.ResponseRecorder {
	var r *http.Request
	if body == "" {
		r = httptest.NewRequest(method, target, nil)
	} else {
		r = httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		r.Header.Set(h.name, h.value)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// problemOf reads an answer that must be a problem.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) gen.Problem {
	t.Helper()
	body, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), "%s", body)
	var problem gen.Problem
	require.NoError(t, json.Unmarshal(body, &problem), "%s", body)
	require.Equal(t, w.Code, problem.Status)
	return problem
}

// begin begins a session of the role's user and returns its refresh token.
func (f *face) begin(t *testing.T, role domain.Role, client domain.Client) string {
	t.Helper()
	id := domain.SessionID(f.IDs.New())
	token := string(id) + ".c2VjcmV0c2VjcmV0c2VjcmV0"
	sum := sha256.Sum256([]byte(token))
	user := domain.User{ID: people[role], Role: role}
	session := domain.NewSession(id, user, client, hex.EncodeToString(sum[:]), f.Clock.Now())
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) }))
	return token
}
