package identity

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// requirePending returns nil if the login has passed its first factor but not its second.
// Error: KindForbidden "second_factor_not_pending".
func requirePending(identity domain.Identity) error {
	if !identity.SecondFactorPending {
		return domain.Forbidden("second_factor_not_pending", "only a login that awaits its second factor may do this")
	}
	return nil
}

// lockPending locks the member of staff whose login awaits its second factor. Errors: as
// requirePending, KindForbidden "user_disabled", KindUnauthenticated "invalid_token" if the
// token's user is gone or not staff.
func lockPending(ctx context.Context, tx ports.Tx, identity domain.Identity) (domain.User, error) {
	if err := requirePending(identity); err != nil {
		return domain.User{}, err
	}
	user, err := tx.Users.Lock(ctx, identity.Actor.ID)
	switch {
	case domain.IsKind(err, domain.KindNotFound), err == nil && !user.Role.IsStaff():
		return domain.User{}, domain.Unauthenticated("invalid_token", "the token is not valid")
	case err != nil:
		return domain.User{}, err
	case user.Disabled:
		return domain.User{}, domain.UserDisabled()
	}
	return user, nil
}

// lockEnrolled locks a member of staff who has a second factor. Errors: KindConflict "totp_not_enrolled".
func lockEnrolled(ctx context.Context, tx ports.Tx, actor domain.Actor) (domain.User, error) {
	user, err := tx.Users.Lock(ctx, actor.ID)
	if err == nil && !user.TOTP.Confirmed {
		return domain.User{}, notEnrolled()
	}
	return user, err
}

func notEnrolled() error { return domain.Conflict("totp_not_enrolled", "enrol a second factor first") }

// attempter returns the subject of the limits of wrong codes: the user at one network. Only who has
// read a code sent to the user's number comes so far, and even they cannot use up the tries of the
// user's own network.
func attempter(ctx context.Context, identity domain.Identity) string {
	return string(identity.Actor.ID) + "@" + ports.ClientOf(ctx)
}

// newSecret returns a new secret for the user's authenticator app, and the secret as it is stored.
func newSecret(factors ports.SecondFactors, box ports.SecretBox, user domain.User) (shown TotpEnrolment, sealed string, err error) {
	if shown.Secret, shown.URI, err = factors.Enrol(user.Name); err != nil {
		return TotpEnrolment{}, "", err
	}
	if sealed, err = box.Seal(shown.Secret, string(user.ID)); err != nil {
		return TotpEnrolment{}, "", err
	}
	return shown, sealed, nil
}

// takeTotp takes one try of a code of the app: of the user's network, and of all networks together,
// because a code of six digits could be guessed from many.
func takeTotp(ctx context.Context, limiter ports.RateLimiter, identity domain.Identity, now time.Time) error {
	if err := totpAttempts.take(ctx, limiter, attempter(ctx, identity), now); err != nil {
		return err
	}
	return totpPerUser.take(ctx, limiter, string(identity.Actor.ID), now)
}

// factorPorts are what it takes to use a second factor.
type factorPorts struct {
	factors ports.SecondFactors
	box     ports.SecretBox
	entropy ports.Entropy
}

// useTotp uses up a code of the locked user's app, and reports whether it is good. The first one
// confirms the factor, and useTotp returns its recovery codes then. A code whose step was used before is
// a replay: an SMS to the user reports it, so its transaction must be committed.
func useTotp(ctx context.Context, tx ports.Tx, with factorPorts, user *domain.User, code string, now time.Time) (recovery []string, ok bool, err error) {
	secret, err := with.box.Open(user.TOTP.Secret, string(user.ID))
	if err != nil {
		return nil, false, err
	}
	step, ok := with.factors.Check(secret, code, now)
	switch {
	case !ok:
		return nil, false, nil
	case step <= user.TOTP.LastStep:
		return nil, false, report(ctx, tx, user.Actor(), *user, domain.NoticeFactorReplayed, strconv.FormatInt(step, 10), now)
	case user.TOTP.Confirmed:
		user.TOTP.LastStep = step
		return nil, true, tx.Users.Update(ctx, user)
	}
	recovery, hashes := newRecoveryCodes(with.entropy, secret)
	user.Confirm(user.TOTP.Secret, step, hashes)
	if err := tx.Users.Update(ctx, user); err != nil {
		return nil, false, err
	}
	return recovery, true, report(ctx, tx, user.Actor(), *user, domain.NoticeFactorEnrolled, "", now)
}

// report appends what happened to a user's second factor to the security log, and enqueues the SMS to
// the user about it. occasion distinguishes one event from others of its kind; if it is empty, the
// user's version does.
func report(ctx context.Context, tx ports.Tx, by domain.Actor, user domain.User, notice domain.Notice, occasion string, now time.Time) error {
	err := tx.Security.Append(ctx, domain.SecurityEvent{
		At: now, Code: notice.Security(), ActorID: by.ID, ActorRole: by.Role, TargetID: user.ID,
	})
	if err != nil {
		return err
	}
	return tx.Jobs.Enqueue(ctx, notice.Job(user.ID, cmp.Or(occasion, "v"+strconv.FormatInt(user.Version, 10)), now))
}
