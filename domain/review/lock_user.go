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

// requireReviewer locks the actor and returns an error unless the actor may still review.
func requireReviewer(ctx context.Context, tx ports.Tx, actor domain.Actor) error {
	user, err := lockUser(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	return user.MayReview()
}
