package postgres

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type users struct{ q *sqlcgen.Queries }

// erasedPhone precedes the id of a user who has no number any more, because the person asked for
// erasure or the number was reissued: the index of numbers needs a value of each user.
const erasedPhone = "erased:"

func phoneTo(u domain.User) string {
	if u.Phone == "" {
		return erasedPhone + string(u.ID)
	}
	return string(u.Phone)
}

func phoneFrom(phone string) domain.Phone {
	if strings.HasPrefix(phone, erasedPhone) {
		return ""
	}
	return domain.Phone(phone)
}

func userRow(u domain.User) sqlcgen.User {
	return sqlcgen.User{
		ID: string(u.ID), Phone: phoneTo(u), Name: u.Name, Role: string(u.Role), Language: string(u.Language),
		Disabled: u.Disabled, TotpSecret: u.TOTP.Secret, TotpConfirmed: u.TOTP.Confirmed, TotpLastStep: u.TOTP.LastStep,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, Version: u.Version, Email: string(u.Email),
		TotpNext: u.TOTP.Next, TotpRecovery: texts[string](u.TOTP.Recovery),
		EnrolmentHash: u.Enrolment.CodeHash, EnrolmentExpiresAt: timeOrNil(u.Enrolment.ExpiresAt),
		LastLoginAt: timeOrNil(u.LastLoginAt), PincodeMisses: u.PincodeMisses,
	}
}

func userOf(r sqlcgen.User) domain.User {
	return domain.User{
		ID: domain.UserID(r.ID), Phone: phoneFrom(r.Phone), Name: r.Name, Role: domain.Role(r.Role),
		Language: domain.Language(r.Language), Disabled: r.Disabled,
		TOTP: domain.TOTP{
			Secret: r.TotpSecret, Confirmed: r.TotpConfirmed, LastStep: r.TotpLastStep, Next: r.TotpNext,
			Recovery: slices.Concat(r.TotpRecovery), // nil if there is none
		},
		Enrolment: domain.Enrolment{CodeHash: r.EnrolmentHash, ExpiresAt: value(r.EnrolmentExpiresAt)},
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version, Email: domain.Email(r.Email),
		LastLoginAt: value(r.LastLoginAt), PincodeMisses: r.PincodeMisses,
	}
}

// Add leaves the transaction usable if the phone is taken.
func (s users) Add(ctx context.Context, user domain.User) error {
	rows, err := s.q.InsertUser(ctx, sqlcgen.InsertUserParams(userRow(user)))
	if err == nil && rows == 0 {
		return conflicts["users_phone_key"]
	}
	return translate(err)
}

func (s users) Get(ctx context.Context, id domain.UserID) (domain.User, error) {
	row, err := s.q.GetUser(ctx, string(id))
	return userOf(row), absent(err, "user")
}

func (s users) Lock(ctx context.Context, id domain.UserID) (domain.User, error) {
	row, err := s.q.LockUser(ctx, string(id))
	return userOf(row), absent(err, "user")
}

// LockAdmins asks in two statements, because one that waited for the lock would see the users as
// they were before it waited.
func (s users) LockAdmins(ctx context.Context) ([]domain.UserID, error) {
	if _, err := s.q.LockAdmins(ctx); err != nil {
		return nil, translate(err)
	}
	ids, err := s.q.Admins(ctx)
	return texts[domain.UserID](ids), translate(err)
}

func (s users) ByPhone(ctx context.Context, phone domain.Phone) (domain.User, error) {
	row, err := s.q.UserByPhone(ctx, string(phone))
	return userOf(row), absent(err, "user")
}

func (s users) Update(ctx context.Context, user *domain.User) error {
	r := userRow(*user)
	rows, err := s.q.UpdateUser(ctx, sqlcgen.UpdateUserParams{
		ID: r.ID, Phone: r.Phone, Name: r.Name, Role: r.Role, Language: r.Language, Disabled: r.Disabled,
		TotpSecret: r.TotpSecret, TotpConfirmed: r.TotpConfirmed, TotpLastStep: r.TotpLastStep,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Email: r.Email, Version: r.Version,
		TotpNext: r.TotpNext, TotpRecovery: r.TotpRecovery, EnrolmentHash: r.EnrolmentHash, EnrolmentExpiresAt: r.EnrolmentExpiresAt,
		LastLoginAt: r.LastLoginAt, PincodeMisses: r.PincodeMisses,
	})
	err = changed(rows, err, domain.Stale("user"), func() error {
		_, err := s.Get(ctx, user.ID)
		return err
	})
	if err == nil {
		user.Version++
	}
	return err
}

func (s users) Staff(ctx context.Context, page domain.Page) (domain.List[domain.User], error) {
	at, err := ascending(page)
	if err != nil {
		return domain.List[domain.User]{}, err
	}
	rows, err := s.q.Staff(ctx, sqlcgen.StaffParams{AfterAt: at.at, AfterID: at.id, PageLimit: at.more()})
	if err != nil {
		return domain.List[domain.User]{}, translate(err)
	}
	return list(at, mapped(rows, userOf), func(u domain.User) (time.Time, string) { return u.CreatedAt, string(u.ID) }), nil
}

func (s users) Reviewers(ctx context.Context, page domain.Page) (domain.List[domain.Reviewer], error) {
	at, err := ascending(page)
	if err != nil {
		return domain.List[domain.Reviewer]{}, err
	}
	rows, err := s.q.Reviewers(ctx, sqlcgen.ReviewersParams{AfterAt: at.at, AfterID: at.id, PageLimit: at.more()})
	if err != nil {
		return domain.List[domain.Reviewer]{}, translate(err)
	}
	found := list(at, rows, func(r sqlcgen.ReviewersRow) (time.Time, string) { return r.CreatedAt, r.ID })
	return domain.List[domain.Reviewer]{Next: found.Next, Items: mapped(found.Items, func(r sqlcgen.ReviewersRow) domain.Reviewer {
		return domain.Reviewer{ID: domain.UserID(r.ID), Name: r.Name, Role: domain.Role(r.Role), Claims: int(r.Claims)}
	})}, nil
}

type consents struct{ q *sqlcgen.Queries }

func (s consents) Add(ctx context.Context, c domain.Consent) error {
	return translate(s.q.InsertConsent(ctx, sqlcgen.InsertConsentParams{
		ID: string(c.ID), UserID: string(c.UserID), Version: c.Version, Language: string(c.Language),
		Processors: texts[string](c.Processors), GivenAt: c.GivenAt,
		Purposes: purposesTo(c.Purposes), Withdrawn: c.Withdrawn,
	}))
}

// purposesTo keeps nil, which means all purposes.
func purposesTo(purposes []domain.Purpose) []string {
	if purposes == nil {
		return nil
	}
	return texts[string](purposes)
}

func purposesOf(names []string) []domain.Purpose {
	if names == nil {
		return nil
	}
	return texts[domain.Purpose](names)
}

// Hold locks the user first, so that it reads what a withdrawal has committed that had the lock
// before.
func (s consents) Hold(ctx context.Context, user domain.UserID) ([]domain.Consent, error) {
	if err := s.q.HoldUser(ctx, string(user)); err != nil {
		return nil, translate(err)
	}
	return s.ByUser(ctx, user)
}

func (s consents) ByUser(ctx context.Context, user domain.UserID) ([]domain.Consent, error) {
	rows, err := s.q.ConsentsByUser(ctx, string(user))
	if err != nil {
		return nil, translate(err)
	}
	return mapped(rows, func(r sqlcgen.Consent) domain.Consent {
		return domain.Consent{
			ID: domain.ConsentID(r.ID), UserID: domain.UserID(r.UserID), Version: r.Version,
			Language: domain.Language(r.Language), Processors: texts[domain.Processor](r.Processors), GivenAt: r.GivenAt,
			Purposes: purposesOf(r.Purposes), Withdrawn: r.Withdrawn,
		}
	}), nil
}
