package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type propertyTable struct {
	*table[domain.PropertyID, domain.Property]
	ofOwner     *index[domain.UserID, domain.PropertyID, domain.Property]
	byState     *index[domain.State, domain.PropertyID, domain.Property]
	byReference *index[domain.Reference, domain.PropertyID, domain.Property]
}

func newPropertyTable() *propertyTable {
	t := newTable(func(p *domain.Property) domain.PropertyID { return p.ID })
	return &propertyTable{
		table:       t,
		ofOwner:     indexBy(t, func(p *domain.Property) (domain.UserID, bool) { return p.OwnerID, true }),
		byState:     indexBy(t, func(p *domain.Property) (domain.State, bool) { return p.State, true }),
		byReference: indexBy(t, func(p *domain.Property) (domain.Reference, bool) { return p.Reference, p.Reference != "" }),
	}
}

type properties struct {
	tableView[domain.PropertyID, domain.Property]
	find *propertyTable
}

func propertyID(p *domain.Property) string { return string(p.ID) }

func (s properties) Add(ctx context.Context, property domain.Property) error {
	return s.addIf(ctx, property, s.referenceFree)
}

func (s properties) Update(ctx context.Context, property *domain.Property) error {
	return s.updateIf(ctx, property, s.referenceFree)
}

func (s properties) referenceFree(property domain.Property) error {
	if property.Reference != "" && s.find.byReference.taken(property.Reference, property.ID) {
		return domain.Conflict("reference_taken", "another property has this reference")
	}
	return nil
}

func (s properties) ReserveExternalRef(ctx context.Context, owner domain.UserID, ref string, except domain.PropertyID) error {
	if err := s.begin(ctx, "ReserveExternalRef"); err != nil || ref == "" {
		return err
	}
	same := s.find.ofOwner.at(owner, func(p *domain.Property) bool {
		return p.ExternalRef == ref && p.ID != except && !p.State.Decided()
	})
	if len(same) > 0 {
		return domain.ExternalRefTaken()
	}
	return nil
}

func (s properties) HasPincode(ctx context.Context, owner domain.UserID, pincode string) (bool, error) {
	if err := s.begin(ctx, "HasPincode"); err != nil {
		return false, err
	}
	return len(s.find.ofOwner.at(owner, func(p *domain.Property) bool { return pincode != "" && p.Details.Address.Pincode == pincode })) > 0, nil
}

func (s properties) ByOwner(ctx context.Context, owner domain.UserID, page domain.Page) (domain.List[domain.Property], error) {
	if err := s.begin(ctx, "ByOwner"); err != nil {
		return domain.List[domain.Property]{}, err
	}
	newest := order[domain.Property]{
		at:         func(p *domain.Property) time.Time { return p.CreatedAt },
		id:         propertyID,
		descending: true,
	}
	return newest.page(s.table.clone, s.find.ofOwner.at(owner, all), page)
}

func (s properties) CountByState(ctx context.Context) (map[domain.State]int, error) {
	if err := s.begin(ctx, "CountByState"); err != nil {
		return nil, err
	}
	counts := make(map[domain.State]int)
	for state, ids := range s.find.byState.held {
		counts[state] = len(ids)
	}
	return counts, nil
}

func (s properties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	if err := s.begin(ctx, "LockNext"); err != nil {
		return domain.Property{}, err
	}
	free := s.find.byState.at(domain.Submitted, func(p *domain.Property) bool {
		return !p.OwnedBy(valuer) && p.FreeFor(valuer, now)
	})
	if len(free) == 0 {
		return domain.Property{}, domain.QueueEmpty()
	}
	rank := func(p *domain.Property) int { // reserved for this valuer, as all are free for them
		if p.Reservation != nil && now.Before(p.Reservation.Until) {
			return 0
		}
		return 1
	}
	next := slices.MinFunc(free, func(a, b *domain.Property) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.SLA.DueAt(now).Compare(b.SLA.DueAt(now)), cmp.Compare(a.ID, b.ID))
	})
	return s.table.clone(*next), nil
}

func (s properties) HeldBy(
	ctx context.Context, valuer domain.UserID, now time.Time, after domain.PropertyID, limit int,
) ([]domain.PropertyID, error) {
	if err := s.begin(ctx, "HeldBy"); err != nil {
		return nil, err
	}
	var ids []domain.PropertyID
	for _, state := range []domain.State{domain.UnderReview, domain.Submitted} {
		for _, p := range s.find.byState.at(state, func(p *domain.Property) bool { return p.ID > after && p.Holder(now) == valuer }) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), max(0, limit))], nil
}
