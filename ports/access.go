package ports

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/domain"
)

// Access is the login on whose behalf a context acts. UnitOfWork.Do asks its store about it in
// the transaction that it guards, so that access ends at once when a session ends.
type Access struct {
	Identity domain.Identity
	// Strict is true if every transaction must ask, because it changes something or is an ADMIN's.
	// Otherwise one answer is enough for the request, and an earlier one may be remembered.
	Strict bool
	// Fresh is true if the session's holder must have proved a factor lately.
	Fresh bool
	// Clock tells when sessions expire.
	Clock Clock
	// Memory remembers which sessions were live a moment ago; nil for none.
	Memory AccessMemory

	granted atomic.Bool
}

// AccessMemory remembers sessions that were found live, for at most domain.AccessMemory after
// the store was asked.
type AccessMemory interface {
	// Recall reports whether the identity was found live within domain.AccessMemory.
	Recall(identity domain.Identity) bool
	// Remember records that the store was asked at this moment and found the identity live.
	Remember(identity domain.Identity, asked time.Time)
}

// Due reports whether the store must be asked.
func (a *Access) Due() bool {
	switch {
	case a == nil:
		return false
	case a.Strict, a.Fresh:
		return true
	case a.granted.Load():
		return false
	}
	return a.Memory == nil || !a.Memory.Recall(a.Identity)
}

// AskAccess returns the error of a login that may not act, which every unit of work asks about. It is
// for what costs something before its first unit of work. Errors returned: those of Access.Judge,
// KindUnavailable.
func AskAccess(ctx context.Context, unit UnitOfWork) error {
	return unit.Do(ctx, func(context.Context, Tx) error { return nil })
}

// Judge returns nil if the standing, which the store was asked for at the moment asked, gives
// the access. A session that does not exist has the empty standing. Errors: KindUnauthenticated
// "session_ended", KindForbidden "fresh_factor_required".
func (a *Access) Judge(standing domain.SessionStanding, asked time.Time) error {
	now := a.Clock.Now()
	if err := standing.Admits(a.Identity, now); err != nil {
		return err
	}
	if a.Fresh {
		if err := standing.Fresh(now); err != nil {
			return err
		}
	}
	a.granted.Store(true)
	if a.Memory != nil && !a.Strict { // what is strict may be what ends the session
		a.Memory.Remember(a.Identity, asked)
	}
	return nil
}

// Asked reports whether a store has granted the access.
func (a *Access) Asked() bool { return a == nil || a.granted.Load() }

type accessKey struct{}

// WithAccess returns a context whose units of work are done on behalf of the login.
func WithAccess(ctx context.Context, a *Access) context.Context {
	return context.WithValue(ctx, accessKey{}, a)
}

// AccessOf returns the login on whose behalf the context acts, or nil if there is none.
func AccessOf(ctx context.Context) *Access {
	a, _ := ctx.Value(accessKey{}).(*Access)
	return a
}
