package memory

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

type users struct {
	tableView[domain.UserID, domain.User]
	byPhone *index[domain.Phone, domain.UserID, domain.User]
}

func (s users) Add(ctx context.Context, user domain.User) error {
	return s.addIf(ctx, user, s.phoneFree)
}

func (s users) Update(ctx context.Context, user *domain.User) error {
	return s.updateIf(ctx, user, s.phoneFree)
}

func (s users) phoneFree(user domain.User) error {
	if s.byPhone.taken(user.Phone, user.ID) {
		return domain.Conflict("phone_taken", "another user has this phone number")
	}
	return nil
}

func (s users) ByPhone(ctx context.Context, phone domain.Phone) (domain.User, error) {
	if err := s.begin(ctx, "ByPhone"); err != nil {
		return domain.User{}, err
	}
	for _, user := range s.byPhone.at(phone, all) {
		return s.table.clone(*user), nil
	}
	return domain.User{}, domain.NotFound("user")
}

func (s users) Staff(ctx context.Context, page domain.Page) (domain.List[domain.User], error) {
	if err := s.begin(ctx, "Staff"); err != nil {
		return domain.List[domain.User]{}, err
	}
	var staff []*domain.User
	for _, user := range s.table.held {
		if user.Role.IsStaff() {
			staff = append(staff, user)
		}
	}
	oldest := order[domain.User]{
		at: func(u *domain.User) time.Time { return u.CreatedAt },
		id: func(u *domain.User) string { return string(u.ID) },
	}
	return oldest.page(s.table.clone, staff, page)
}
