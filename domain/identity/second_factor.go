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

// attempter returns the subject of the limits of wrong codes: the user. Only who has read a code sent
// to their number comes so far, so strangers cannot use the limits up.
func attempter(_ context.Context, identity domain.Identity) string { return string(identity.Actor.ID) }

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

// tell enqueues the message that tells a user of a change of their second factor. occasion tells one
// event from others of its kind; if it is empty, the user's version does.
func tell(ctx context.Context, tx ports.Tx, user domain.User, notice domain.Notice, occasion string, now time.Time) error {
	return tx.Jobs.Enqueue(ctx, notice.Job(user.ID, cmp.Or(occasion, "v"+strconv.FormatInt(user.Version, 10)), now))
}
