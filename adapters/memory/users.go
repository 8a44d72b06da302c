package memory

import (
	"context"
	"slices"
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
		return domain.PhoneTaken()
	}
	return nil
}

func (s users) LockAdmins(ctx context.Context) ([]domain.UserID, error) {
	if err := s.begin(ctx, "LockAdmins"); err != nil {
		return nil, err
	}
	ids := []domain.UserID{}
	for id, user := range s.table.held {
		if user.Role == domain.RoleAdmin && !user.Disabled {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
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
	return s.oldest(page, func(u *domain.User) bool { return u.Role.IsStaff() })
}

func (s users) Reviewers(ctx context.Context, page domain.Page) (domain.List[domain.Reviewer], error) {
	if err := s.begin(ctx, "Reviewers"); err != nil {
		return domain.List[domain.Reviewer]{}, err
	}
	list, err := s.oldest(page, func(u *domain.User) bool { return u.MayReview() == nil })
	reviewers := domain.List[domain.Reviewer]{Next: list.Next}
	for _, user := range list.Items {
		claims := s.store.properties.byState.at(domain.UnderReview, func(p *domain.Property) bool { return p.Claim.ValuerID == user.ID })
		reviewers.Items = append(reviewers.Items, user.Reviewer(len(claims)))
	}
	return reviewers, err
}

// oldest returns a page of the users for whom keep returns true.
func (s users) oldest(page domain.Page, keep func(*domain.User) bool) (domain.List[domain.User], error) {
	var found []*domain.User
	for _, user := range s.table.held {
		if keep(user) {
			found = append(found, user)
		}
	}
	oldest := order[domain.User]{
		at: func(u *domain.User) time.Time { return u.CreatedAt },
		id: func(u *domain.User) string { return string(u.ID) },
	}
	return oldest.page(s.table.clone, found, page)
}
