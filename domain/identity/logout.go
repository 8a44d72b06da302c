package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Logout ends the session of the access token with which it is called.
type Logout struct {
	Sessions ports.Sessions
}

// LogoutInput names the session to end.
type LogoutInput struct {
	Identity domain.Identity
}

// Execute revokes the session; doing so again changes nothing. It does nothing for a login that
// awaits its second factor, because that has no session yet. Errors: KindUnavailable.
func (uc Logout) Execute(ctx context.Context, in LogoutInput) error {
	if in.Identity.SessionID == "" {
		return nil
	}
	return uc.Sessions.Revoke(ctx, in.Identity.SessionID)
}
