package domain

import "time"

// How long sessions last.
const (
	// CustomerSessionMost is how long a session of a CUSTOMER lasts at most.
	CustomerSessionMost = 30 * 24 * time.Hour
	// StaffSessionMost is how long a session of staff lasts at most, and StaffSessionIdle how long
	// without a refresh (OWASP ASVS 4.0.3, 3.3.2: 12 hours, 30 minutes of inactivity).
	StaffSessionMost = 12 * time.Hour
	StaffSessionIdle = 30 * time.Minute
	// RefreshLeeway is how long a refresh token stays good after it was exchanged, as long as
	// its successor was not: the answer may have been lost, or a second tab was as fast.
	RefreshLeeway = 60 * time.Second
	// FreshFactor is how recently the holder of a session must have proved a factor for what must
	// not be done from a device that was left open.
	FreshFactor = 5 * time.Minute
	// AccessMemory is how long a process may rely on an earlier answer that a session is live. With
	// the time of a request, access ends within a second.
	AccessMemory = 800 * time.Millisecond
	// SessionKept is how long an ended session is kept, so that its holder can see it.
	SessionKept = 30 * 24 * time.Hour
)

// Client is the kind of program that logged in. A browser application keeps its refresh token in
// a cookie of its own that scripts cannot read.
type Client string

// The kinds of clients. ClientProgram keeps its refresh token itself.
const (
	ClientProgram   Client = ""
	ClientDashboard Client = "dashboard"
	ClientCapture   Client = "capture"
)

// SessionEnd is why a session ended.
type SessionEnd string

// Why sessions end. One that expires ends without a reason.
const (
	EndedByLogout   SessionEnd = "LOGOUT"
	EndedByHolder   SessionEnd = "REVOKED"        // from another session of the same user
	EndedByReuse    SessionEnd = "REFRESH_REUSED" // a spent refresh token came again
	EndedByDisable  SessionEnd = "USER_DISABLED"
	EndedByRole     SessionEnd = "ROLE_CHANGED"
	EndedByFactor   SessionEnd = "FACTOR_RESET"
	EndedByOperator SessionEnd = "OPERATOR"
	EndedByErasure  SessionEnd = "ERASED"
	EndedByNumber   SessionEnd = "NUMBER_REISSUED"
)

// SessionEnds lists every SessionEnd.
var SessionEnds = []SessionEnd{
	EndedByLogout, EndedByHolder, EndedByReuse, EndedByDisable, EndedByRole, EndedByFactor, EndedByOperator, EndedByErasure,
	EndedByNumber,
}

// Session is one login of one user. It has only hashes of refresh tokens, so that what is in the
// store is not enough to log in.
type Session struct {
	ID     SessionID
	UserID UserID
	Client Client
	// RefreshHash is the hex SHA-256 of the refresh token that is to be exchanged next, and
	// PreviousHash that of its predecessor, empty for none.
	RefreshHash, PreviousHash string
	CreatedAt                 time.Time
	RefreshedAt               time.Time // when the predecessor was exchanged, or CreatedAt
	ConfirmedAt               time.Time // when the holder last proved a factor
	ExpiresAt                 time.Time // unless it is refreshed before
	EndedAt                   time.Time // zero while it goes on
	EndedBy                   SessionEnd
	Version                   int64
}

// NewSession starts a session of the user, who has just proved every factor.
func NewSession(id SessionID, user User, client Client, refreshHash string, now time.Time) Session {
	s := Session{
		ID: id, UserID: user.ID, Client: client, RefreshHash: refreshHash,
		CreatedAt: now, RefreshedAt: now, ConfirmedAt: now,
	}
	s.prolong(user.Role, now)
	return s
}

// prolong moves the expiry as far as the role allows.
func (s *Session) prolong(role Role, now time.Time) {
	s.ExpiresAt = s.CreatedAt.Add(CustomerSessionMost)
	if role.IsStaff() {
		s.ExpiresAt = s.CreatedAt.Add(StaffSessionMost)
		if idle := now.Add(StaffSessionIdle); idle.Before(s.ExpiresAt) {
			s.ExpiresAt = idle
		}
	}
}

// Live reports whether the session goes on.
func (s Session) Live(now time.Time) bool { return s.EndedAt.IsZero() && now.Before(s.ExpiresAt) }

// End ends the session; an ended one keeps its first reason.
func (s *Session) End(by SessionEnd, now time.Time) {
	if s.EndedAt.IsZero() {
		s.EndedAt, s.EndedBy = now, by
	}
}

// Refreshed is what an exchange of a refresh token does to its session.
type Refreshed string

// The outcomes of an exchange.
const (
	// RefreshRotated: the successor is the refresh token now.
	RefreshRotated Refreshed = "ROTATED"
	// RefreshRepeated: nothing changed, because the token came a second time within
	// RefreshLeeway and its successor is unused. The answer is the same successor.
	RefreshRepeated Refreshed = "REPEATED"
	// RefreshReused: the token was spent before, so it may be stolen, and the session has ended.
	RefreshReused Refreshed = "REUSED"
	// RefreshUnknown: the token was never the session's, or the session has ended. Nothing
	// changed, because anyone who learned a session's id could end it otherwise.
	RefreshUnknown Refreshed = "UNKNOWN"
)

// Refresh exchanges the refresh token with the hash for the one with the successor's hash. spent
// reports whether the token was exchanged before.
func (s *Session) Refresh(hash, successor string, spent bool, role Role, now time.Time) Refreshed {
	switch {
	case !s.Live(now):
		return RefreshUnknown
	case hash == s.RefreshHash:
		s.PreviousHash, s.RefreshHash, s.RefreshedAt = hash, successor, now
		s.prolong(role, now)
		return RefreshRotated
	case hash == s.PreviousHash && now.Sub(s.RefreshedAt) <= RefreshLeeway:
		return RefreshRepeated
	case hash == s.PreviousHash, spent:
		s.End(EndedByReuse, now)
		return RefreshReused
	}
	return RefreshUnknown
}

// SessionStanding is what is known of a session and of its user at one moment.
type SessionStanding struct {
	SessionID   SessionID
	UserID      UserID
	Role        Role
	Disabled    bool
	ConfirmedAt time.Time
	ExpiresAt   time.Time
	Ended       bool
}

// Standing returns how the session stands if it is the user's.
func (s Session) Standing(user User) SessionStanding {
	return SessionStanding{
		SessionID: s.ID, UserID: user.ID, Role: user.Role, Disabled: user.Disabled,
		ConfirmedAt: s.ConfirmedAt, ExpiresAt: s.ExpiresAt, Ended: !s.EndedAt.IsZero(),
	}
}

// Admits returns nil if the session still has the access that the identity was given. Errors:
// KindUnauthenticated "session_ended".
func (s SessionStanding) Admits(identity Identity, now time.Time) error {
	if s.SessionID == "" || s.SessionID != identity.SessionID || s.UserID != identity.Actor.ID || s.Role != identity.Actor.Role ||
		s.Disabled || s.Ended || !now.Before(s.ExpiresAt) {
		return SessionEnded()
	}
	return nil
}

// Fresh returns nil if the holder proved a factor within FreshFactor. Errors: KindForbidden
// "fresh_factor_required".
func (s SessionStanding) Fresh(now time.Time) error {
	if now.Sub(s.ConfirmedAt) > FreshFactor {
		return Forbidden("fresh_factor_required", "confirm with a fresh code first: POST /api/v1/auth/confirmation")
	}
	return nil
}

// SessionEnded returns the error of a login that is over.
func SessionEnded() error {
	return Unauthenticated("session_ended", "the session has ended; log in again")
}
