package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Logout ends the session of the token that asks for it.
type Logout struct {
	Sessions ports.Sessions
}

// LogoutInput says which session ends.
type LogoutInput struct {
	Identity domain.Identity
}

// Execute revokes the session; doing so again changes nothing. A login that awaits its
// second factor has none. Errors: KindUnavailable.
func (uc Logout) Execute(ctx context.Context, in LogoutInput) error {
	if in.Identity.SessionID == "" {
		return nil
	}
	return uc.Sessions.Revoke(ctx, in.Identity.SessionID)
}
