package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UserStore checks a ports.UserStore. open returns an empty store.
func UserStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.UserID, domain.User]{
		thing: "user",
		id:    func(u domain.User) domain.UserID { return u.ID },
		make: func(c *cast) (first, second, bare domain.User) {
			first, second = fill[domain.User](c.filler(1)), fill[domain.User](c.filler(2))
			first.ID = domain.UserID(newID())
			second.ID, second.Phone, second.CreatedAt = first.ID, first.Phone, first.CreatedAt
			bare = domain.NewCustomer(first.ID, first.Phone, first.CreatedAt)
			return first, second, bare
		},
		fixed: []string{"ID", "Phone", "CreatedAt"},
		add:   func(ctx context.Context, tx ports.Tx, u domain.User) error { return tx.Users.Add(ctx, u) },
		get: func(ctx context.Context, tx ports.Tx, id domain.UserID) (domain.User, error) {
			return tx.Users.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.UserID) (domain.User, error) {
			return tx.Users.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, u *domain.User) error { return tx.Users.Update(ctx, u) },
		version: func(u *domain.User) *int64 { return &u.Version },
		tally:   func(u *domain.User, n int) int { u.TOTP.LastStep += int64(n); return int(u.TOTP.LastStep) },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"finds by phone":             findsByPhone,
		"a phone has one owner":      phoneHasOneOwner,
		"lists staff, oldest first":  listsStaff,
		"lists reviewers":            listsReviewers,
		"one of many wins the phone": oneWinsThePhone,
		"a phone changes hands":      phoneChangesHands,
		"names the ADMINs":           namesAdmins,
		"keeps an ADMIN":             keepsAnAdmin,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Users.Staff(ctx, page)
				return err
			})
		},
		"survives a forged cursor of reviewers": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Users.Reviewers(ctx, page)
				return err
			})
		},
	})
}

func findsByPhone(t *testing.T, c *cast) {
	same(t, c.valuer, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.ByPhone(ctx, c.valuer.Phone)
	}))
	fails(t, c.uow, domain.KindNotFound, "user_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Users.ByPhone(ctx, "+919000000000")
		return err
	})
}

func phoneHasOneOwner(t *testing.T, c *cast) {
	u := domain.NewCustomer(domain.UserID(newID()), c.owner.Phone, noon)
	fails(t, c.uow, domain.KindConflict, "phone_taken", func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, u) })
	same(t, c.owner, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.ByPhone(ctx, c.owner.Phone)
	}))
}

func oneWinsThePhone(t *testing.T, c *cast) {
	phone := newPhone()
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Users.Add(ctx, domain.NewCustomer(domain.UserID(newID()), phone, noon))
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
}

// phoneChangesHands checks that a user without a number gets one as soon as no other user has it.
func phoneChangesHands(t *testing.T, c *cast) {
	phone := c.owner.Phone
	former := c.user(domain.RoleCustomer, noon)
	former.LoseNumber(noon)
	c.change(former)
	get := func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, former.ID)
		if err != nil {
			return err
		}
		user.GetNumber(phone, noon)
		return tx.Users.Update(ctx, &user)
	}
	fails(t, c.uow, domain.KindConflict, "phone_taken", get)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { // in one transaction
		holder, err := tx.Users.Lock(ctx, c.owner.ID)
		if err != nil {
			return err
		}
		holder.LoseNumber(noon)
		if err := tx.Users.Update(ctx, &holder); err != nil {
			return err
		}
		return get(ctx, tx)
	})
	found := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.ByPhone(ctx, phone) })
	require.Equal(t, former.ID, found.ID)
}

func (c *cast) admins() []domain.UserID {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.UserID, error) { return tx.Users.LockAdmins(ctx) })
}

func namesAdmins(t *testing.T, c *cast) {
	require.Empty(t, c.admins())
	var want []domain.UserID
	for range 3 {
		want = append(want, c.user(domain.RoleAdmin, noon).ID)
	}
	slices.Sort(want)
	require.Equal(t, want, c.admins())
	gone := c.user(domain.RoleAdmin, noon)
	gone.Disabled = true
	c.change(gone)
	require.Equal(t, want, c.admins())
}

// keepsAnAdmin has every ADMIN take the access of the next one at the same time.
func keepsAnAdmin(t *testing.T, c *cast) {
	var all []domain.User
	for range racers {
		all = append(all, c.user(domain.RoleAdmin, noon))
	}
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			next, err := tx.Users.Lock(ctx, all[(i+1)%racers].ID)
			if err != nil {
				return err
			}
			admins, err := tx.Users.LockAdmins(ctx)
			if err != nil {
				return err
			}
			if err := domain.KeepAnAdmin(admins, all[i].Actor(), next.ID); err != nil {
				return err
			}
			next.Disabled = true
			return tx.Users.Update(ctx, &next)
		})
	})
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		require.Contains(t, []string{"last_admin", "role_not_allowed"}, domain.CodeOf(err), "%v", err)
	}
	left := c.admins()
	require.NotEmpty(t, left)
	require.Len(t, left, racers-done)
}

func listsStaff(t *testing.T, c *cast) {
	staff := []domain.User{c.valuer, c.supervisor}
	for i, role := range []domain.Role{domain.RoleAdmin, domain.RoleValuer, domain.RoleCustomer, domain.RoleSupervisor, domain.RoleValuer} {
		u := c.user(role, noon.Add(-time.Duration(i/2)*time.Hour)) // pairs with equal times
		if role != domain.RoleCustomer {
			staff = append(staff, u)
		}
	}
	slices.SortFunc(staff, byTime(func(u domain.User) time.Time { return u.CreatedAt }, func(u domain.User) domain.UserID { return u.ID }))
	paged(t, staff, func(page domain.Page) domain.List[domain.User] {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.User], error) {
			return tx.Users.Staff(ctx, page)
		})
	})
}

// listsReviewers checks that of the staff only those are listed who may review, with the number of
// their claims under review.
func listsReviewers(t *testing.T, c *cast) {
	disabled := c.user(domain.RoleValuer, noon)
	disabled.Disabled = true
	c.change(disabled)
	users := []domain.User{c.valuer, c.supervisor}
	for i, role := range []domain.Role{domain.RoleAdmin, domain.RoleValuer, domain.RoleSupervisor, domain.RoleValuer} {
		u := c.user(role, noon.Add(-time.Duration(i/2)*time.Hour)) // pairs with equal times
		u.Name = "Reviewer " + string(role)
		c.change(u)
		if role != domain.RoleAdmin {
			users = append(users, u)
		}
	}
	slices.SortFunc(users, byTime(func(u domain.User) time.Time { return u.CreatedAt }, func(u domain.User) domain.UserID { return u.ID }))
	var want []domain.Reviewer
	for i, u := range users {
		want = append(want, u.Reviewer(i))
		for range i {
			p := c.inState(domain.UnderReview, noon)
			p.Claim.ValuerID = u.ID
			c.keep(p)
		}
		awaiting, reserved := c.inState(domain.AwaitingSignOff, noon), c.submitted(noon)
		awaiting.Claim.ValuerID = u.ID
		reserved.Reservation = &domain.Reservation{ValuerID: u.ID, Until: noon.AddDate(1, 0, 0)}
		c.keep(awaiting)
		c.keep(reserved)
	}
	paged(t, want, func(page domain.Page) domain.List[domain.Reviewer] {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Reviewer], error) {
			return tx.Users.Reviewers(ctx, page)
		})
	})
}
