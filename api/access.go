package api

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// withAccess returns the request's context on behalf of the caller's session, so that its units
// of work ask whether the session goes on. Changes and everything that an ADMIN does ask in each
// transaction; other reads may rely on an answer of a moment ago.
func (s *server) withAccess(r *http.Request, op *openapi3.Operation, caller middleware.Caller) *http.Request {
	if caller.Err != nil || caller.Identity.SecondFactorPending || op.Security == nil || len(*op.Security) == 0 {
		return r
	}
	if byCookie(op) { // it may end a session, and ends nothing twice
		return r
	}
	fresh, _ := op.Extensions["x-fresh"].(bool)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	access := &ports.Access{
		Identity: caller.Identity, Clock: s.Clock, Fresh: fresh,
		Strict: !reads || caller.Identity.Actor.Role == domain.RoleAdmin,
	}
	if s.AccessMemory > 0 {
		access.Memory = s.live
	}
	return r.WithContext(ports.WithAccess(r.Context(), access))
}

// byCookie reports whether the cookie of a browser application is enough for the operation.
func byCookie(op *openapi3.Operation) bool {
	return slices.ContainsFunc(*op.Security, func(r openapi3.SecurityRequirement) bool { return len(r) == 0 })
}

// current refuses the answer of an operation that had no unit of work, and so asked nobody
// whether its session goes on.
func (s *server) current(next gen.StrictHandlerFunc, _ string) gen.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		access := ports.AccessOf(ctx)
		if access.Asked() || !access.Due() || domain.IsKind(err, domain.KindUnauthenticated) {
			return response, err
		}
		if refused := ports.AskAccess(ctx, s.UnitOfWork); refused != nil {
			return nil, refused
		}
		return response, err
	}
}

// liveSessions is the ports.AccessMemory of one process.
type liveSessions struct {
	lasts time.Duration
	mu    sync.Mutex
	asked map[accessKey]time.Time // when the store was asked
	swept time.Time
}

type accessKey struct {
	session domain.SessionID
	actor   domain.Actor
}

func newLiveSessions(lasts time.Duration) *liveSessions {
	return &liveSessions{lasts: lasts, asked: make(map[accessKey]time.Time)}
}

// Recall implements ports.AccessMemory.
func (l *liveSessions) Recall(identity domain.Identity) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked, found := l.asked[accessKey{identity.SessionID, identity.Actor}]
	return found && time.Since(asked) < l.lasts
}

// Remember implements ports.AccessMemory. It also forgets what is too old to be recalled.
func (l *liveSessions) Remember(identity domain.Identity, asked time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := accessKey{identity.SessionID, identity.Actor}
	if asked.After(l.asked[key]) {
		l.asked[key] = asked
	}
	if time.Since(l.swept) < l.lasts {
		return
	}
	l.swept = time.Now()
	for key, asked := range l.asked {
		if time.Since(asked) >= l.lasts {
			delete(l.asked, key)
		}
	}
}
