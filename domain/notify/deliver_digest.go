package notify

import (
	"context"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeliverDigest is the job domain.JobDeliverDigest: it sends the digest of one day to one
// supervisor. Every supervisor has a job of their own, so that a mailbox that does not answer is
// tried again without sending the others the digest twice.
type DeliverDigest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Messenger  ports.Messenger
}

// delivered is the operation under which a digest that was sent is stored in the idempotency
// records.
const delivered = "deliverDigest"

// Execute sends the digest that subject names, as digestSubject writes it, unless it was sent or
// its recipient is no longer a supervisor who may log in. After a crash between sending and
// recording it is sent again, under the same key. The figures are those of the time of sending,
// so that they are true even if the digest is late. Errors: those of sending, KindUnavailable,
// KindInvalid for a subject of another form.
func (uc DeliverDigest) Execute(ctx context.Context, subject string) error {
	day, id, ok := strings.Cut(subject, "/")
	if !ok {
		return domain.Violations{{Field: "subject", Rule: "format", Message: "must be day/user id"}}.Err()
	}
	key := domain.IdempotencyKey{UserID: domain.UserID(id), Operation: delivered, Key: day}
	message, err := uc.compose(ctx, key)
	if err != nil || message == nil {
		return err
	}
	if _, err := uc.Messenger.Send(ctx, *message); err != nil {
		return err
	}
	return uc.note(ctx, key)
}

// compose writes the message, nil if there is nothing left to send.
func (uc DeliverDigest) compose(ctx context.Context, key domain.IdempotencyKey) (*domain.Message, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (*domain.Message, error) {
		if _, sent, err := tx.Idempotency.Find(ctx, key, now); err != nil || sent {
			return nil, err
		}
		to, err := tx.Users.Get(ctx, key.UserID)
		if domain.IsKind(err, domain.KindNotFound) {
			return nil, nil
		}
		if err != nil || !hasDigest(to) {
			return nil, err
		}
		digest, err := gather(ctx, tx, now)
		if err != nil {
			return nil, err
		}
		message := digest.message(to)
		message.Key = "digest:" + key.Key + ":" + string(to.ID)
		return &message, nil
	})
}

// note records that the digest was sent.
func (uc DeliverDigest) note(ctx context.Context, key domain.IdempotencyKey) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		now := uc.Clock.Now()
		if _, sent, err := tx.Idempotency.Find(ctx, key, now); err != nil || sent {
			return err
		}
		return tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: key, Result: []byte("true"), CreatedAt: now})
	})
}

// digestSubject returns the name of a supervisor's digest of a day: the date, a slash and the
// user id.
func digestSubject(day time.Time, to domain.UserID) string {
	return day.Format(time.DateOnly) + "/" + string(to)
}

// hasDigest reports whether the user gets the digest, that is, is a supervisor who may log in.
func hasDigest(u domain.User) bool { return u.Role == domain.RoleSupervisor && !u.Disabled }
