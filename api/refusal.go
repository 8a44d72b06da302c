package api

import (
	"context"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

// refusalCodes are the codes of errors whose security event is not that of their kind. An empty one
// is not recorded.
var refusalCodes = map[string]domain.SecurityCode{
	"missing_token":          "", // anybody who has not logged in
	"token_expired":          domain.SecurityTokenExpired,
	"invalid_code":           domain.SecurityLoginFailed,
	"login_ended":            domain.SecurityLoginFailed,
	"refresh_reused":         "", // its transaction has recorded it
	"wrong_pincode":          domain.SecurityLoginFailed,
	"enrolment_code_refused": domain.SecurityLoginFailed,
	"user_disabled":          domain.SecurityLoginDisabled,
	"too_many_otp_requests":  domain.SecurityLoginLocked,
	"too_many_otp_attempts":  domain.SecurityLoginLocked,
	"too_many_totp_attempts": domain.SecurityLoginLocked,
	"origin_not_allowed":     domain.SecurityOriginRefused,
}

// refusalKinds are the events of errors by their kind. Other kinds are no refusals.
var refusalKinds = map[domain.Kind]domain.SecurityCode{
	domain.KindUnauthenticated: domain.SecurityTokenRefused,
	domain.KindForbidden:       domain.SecurityAccessDenied,
	domain.KindTooMany:         domain.SecurityRateLimited,
}

// record adds an answer that refuses somebody to the security log. Every such answer comes by here,
// so that no operation can forget it.
func (p problemWriter) record(ctx context.Context, e *domain.Error) {
	code, known := refusalCodes[e.Code]
	if !known {
		code = refusalKinds[e.Kind]
	}
	if p.security == nil || code == "" {
		return
	}
	event := domain.SecurityEvent{Code: code, Detail: e.Code}
	if operation := middleware.Operation(ctx); operation != "" {
		event.Detail = operation + " " + e.Code
	}
	actor := middleware.CallerOf(ctx).Identity.Actor
	event.ActorID, event.ActorRole = actor.ID, actor.Role
	p.security.Record(ctx, event)
}
