package identity

import (
	"context"
	"errors"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SealSecrets is the job domain.JobSealSecrets: it seals, with the first key, the secrets of second
// factors that are in the clear or sealed with another key. So it encrypts what earlier releases
// stored, and rotates keys.
type SealSecrets struct {
	UnitOfWork ports.UnitOfWork
	SecretBox  ports.SecretBox
	// Older reports whether a process of a release is connected that reads secrets in the clear only,
	// whose staff could not log in any more. It may be nil.
	Older func(ctx context.Context) (bool, error)
}

// storedSecrets are those of a second factor.
var storedSecrets = []func(*domain.TOTP) *string{
	func(f *domain.TOTP) *string { return &f.Secret },
	func(f *domain.TOTP) *string { return &f.Next },
}

// Execute seals each secret in a transaction of its own, so that one that cannot be opened keeps no
// other from being sealed. It does nothing while Older reports true. Secrets that cannot be opened are left as they are, and reported after the
// others are sealed. Errors: KindUnavailable, also if a key is missing, and those of opening.
func (uc SealSecrets) Execute(ctx context.Context, _ string) error {
	if uc.Older != nil {
		if older, err := uc.Older(ctx); err != nil || older {
			return err
		}
	}
	var faults []error
	page := domain.Page{Limit: 100}
	for {
		staff, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.User], error) {
			return tx.Users.Staff(ctx, page)
		})
		if err != nil {
			return err
		}
		for _, user := range staff.Items {
			for _, of := range storedSecrets {
				if uc.due(*of(&user.TOTP)) {
					faults = append(faults, uc.seal(ctx, user.ID, of))
				}
			}
		}
		if page.Cursor = staff.Next; page.Cursor == (domain.Cursor{}) {
			return errors.Join(faults...)
		}
	}
}

// due reports whether there is a stored secret that is not sealed with the first key.
func (uc SealSecrets) due(stored string) bool {
	return stored != "" && !uc.SecretBox.Current(stored)
}

// seal seals one of the user's secrets, unless that was done meanwhile.
func (uc SealSecrets) seal(ctx context.Context, id domain.UserID, of func(*domain.TOTP) *string) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, id)
		stored := of(&user.TOTP)
		if err != nil || !uc.due(*stored) {
			return err
		}
		secret, err := uc.SecretBox.Open(*stored, string(user.ID))
		if err != nil {
			return err
		}
		if *stored, err = uc.SecretBox.Seal(secret, string(user.ID)); err != nil {
			return err
		}
		return tx.Users.Update(ctx, &user)
	})
}
