package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// lockUser locks the user to whom a case is given, until the transaction ends. Without the lock
// the user could be disabled between the question whether they may review and the commit, and
// ReleaseStaffClaims could have looked for their claims by then. It must be called after the
// property is locked, because transactions that lock in different orders could deadlock. If there
// is no such user, it returns one who may not review.
func lockUser(ctx context.Context, tx ports.Tx, id domain.UserID) (domain.User, error) {
	user, err := tx.Users.Lock(ctx, id)
	if domain.IsKind(err, domain.KindNotFound) {
		return domain.User{ID: id}, nil
	}
	return user, err
}

// nameOf returns the actor's name, for what they sign: empty if there is no such user.
func nameOf(ctx context.Context, tx ports.Tx, actor domain.Actor) (string, error) {
	user, err := tx.Users.Get(ctx, actor.ID)
	if domain.IsKind(err, domain.KindNotFound) {
		return "", nil
	}
	return user.Name, err
}

// requireReviewer locks the actor and returns an error unless the actor may still review.
func requireReviewer(ctx context.Context, tx ports.Tx, actor domain.Actor) error {
	user, err := lockUser(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	return user.MayReview()
}

// requireSupervisor returns a KindForbidden error "role_not_allowed" unless the actor is a
// supervisor who still has access. A token is valid for a while after its user was disabled or
// demoted, and no job takes back what a supervisor decided. The user is not locked: a decision
// gives the supervisor nothing that would have to be found later, unlike a claim.
func requireSupervisor(ctx context.Context, tx ports.Tx, actor domain.Actor) error {
	user, err := tx.Users.Get(ctx, actor.ID)
	if err != nil && !domain.IsKind(err, domain.KindNotFound) {
		return err
	}
	if user.MayReview() != nil || user.Role != domain.RoleSupervisor {
		return domain.Forbidden("role_not_allowed", "only supervisors who have access may do this")
	}
	return nil
}
