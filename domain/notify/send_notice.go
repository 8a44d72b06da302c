package notify

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SendNotice is the job domain.JobSendNotice: it sends users an SMS about what happened to their
// second factor. It is no notification, because those are about a property, and the release before could not
// read one that is about none.
type SendNotice struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Messenger  ports.Messenger
}

// noticed is the operation under which a notice that was sent is stored in the idempotency records.
const noticed = "sendNotice"

// Execute sends the notice that subject names, as domain.Notice writes it, unless it was sent or its
// recipient is gone. Disabled users get it too. After a crash between sending and recording it is sent
// again, under the same key. If the provider refuses the number for good, nothing more is tried. Errors:
// KindUnavailable, KindInvalid for a subject of another form.
func (uc SendNotice) Execute(ctx context.Context, subject string) error {
	notice, id, err := domain.ParseNotice(subject)
	if err != nil {
		return err
	}
	key := domain.IdempotencyKey{UserID: id, Operation: noticed, Key: subject}
	to, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (*domain.User, error) {
		if _, sent, err := tx.Idempotency.Find(ctx, key, uc.Clock.Now()); err != nil || sent {
			return nil, err
		}
		user, err := tx.Users.Get(ctx, id)
		return &user, err
	})
	if domain.IsKind(err, domain.KindNotFound) || err == nil && to == nil {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = uc.Messenger.Send(ctx, notice.Compose(*to, "notice:"+subject))
	if err != nil && !domain.IsKind(err, domain.KindInvalid) {
		return err
	}
	return uc.note(ctx, key)
}

// note records that the notice was sent, or cannot be.
func (uc SendNotice) note(ctx context.Context, key domain.IdempotencyKey) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		now := uc.Clock.Now()
		if _, sent, err := tx.Idempotency.Find(ctx, key, now); err != nil || sent {
			return err
		}
		return tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: key, Result: []byte("true"), CreatedAt: now})
	})
}
