package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SeedStaff adds the staff of a demonstration. It is not an operation of the API.
type SeedStaff struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	SecretBox  ports.SecretBox
}

// SeedStaffInput lists the staff that must exist.
type SeedStaffInput struct {
	Staff []StaffSeed
}

// StaffSeed is a member of staff whose second factor is known beforehand.
type StaffSeed struct {
	Phone      domain.Phone
	Name       string
	Role       domain.Role
	TOTPSecret string       // base-32
	Email      domain.Email // empty for none
}

// Execute adds the members of staff whose number is not taken, with their second factor
// confirmed, and leaves all other users as they are. Errors: KindInvalid, KindUnavailable.
func (uc SeedStaff) Execute(ctx context.Context, in SeedStaffInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		for _, seed := range in.Staff {
			_, err := tx.Users.ByPhone(ctx, seed.Phone)
			if err == nil {
				continue
			}
			if !domain.IsKind(err, domain.KindNotFound) {
				return err
			}
			user, err := domain.NewStaff(domain.UserID(uc.IDs.New()), seed.Phone, seed.Name, seed.Role, now)
			if err != nil {
				return err
			}
			user.Email = seed.Email
			sealed, err := uc.SecretBox.Seal(seed.TOTPSecret, string(user.ID))
			if err != nil {
				return err
			}
			user.TOTP = domain.TOTP{Secret: sealed, Confirmed: true}
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
			if err := record(ctx, tx, domain.StaffEvents(domain.User{}, user, domain.System, now)...); err != nil {
				return err
			}
		}
		return nil
	})
}
