package memory

import (
	"context"
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
	t := newTable(func(p domain.Property) domain.PropertyID { return p.ID })
	return &propertyTable{
		table:       t,
		ofOwner:     indexBy(t, func(p domain.Property) (domain.UserID, bool) { return p.OwnerID, true }),
		byState:     indexBy(t, func(p domain.Property) (domain.State, bool) { return p.State, true }),
		byReference: indexBy(t, func(p domain.Property) (domain.Reference, bool) { return p.Reference, p.Reference != "" }),
	}
}

type properties struct {
	tableView[domain.PropertyID, domain.Property]
	find *propertyTable
}

func propertyID(p domain.Property) string { return string(p.ID) }

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

func (s properties) ByOwner(ctx context.Context, owner domain.UserID, page domain.Page) (domain.List[domain.Property], error) {
	if err := s.begin(ctx, "ByOwner"); err != nil {
		return domain.List[domain.Property]{}, err
	}
	newest := order[domain.Property]{
		key:        func(p domain.Property) string { return timeKey(p.CreatedAt) },
		id:         propertyID,
		descending: true,
	}
	list := newest.page(s.find.ofOwner.at(owner), page)
	list.Items = s.table.copies(list.Items)
	return list, nil
}

func (s properties) CountByState(ctx context.Context) (map[domain.State]int, error) {
	if err := s.begin(ctx, "CountByState"); err != nil {
		return nil, err
	}
	counts := make(map[domain.State]int)
	for state, ids := range s.find.byState.keys {
		counts[state] = len(ids)
	}
	return counts, nil
}

func (s properties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	if err := s.begin(ctx, "LockNext"); err != nil {
		return domain.Property{}, err
	}
	var free []domain.Property
	for _, p := range s.find.byState.at(domain.Submitted) {
		if !p.OwnedBy(valuer) && p.FreeFor(valuer, now) {
			free = append(free, p)
		}
	}
	next := order[domain.Property]{id: propertyID, key: func(p domain.Property) string {
		if r := p.Reservation; r != nil && r.ValuerID == valuer && now.Before(r.Until) {
			return "reserved " + timeKey(p.SLA.DueAt(now))
		}
		return "unreserved " + timeKey(p.SLA.DueAt(now))
	}}
	if free, _ = next.sorted(free); len(free) == 0 {
		return domain.Property{}, domain.NotFound(s.thing)
	}
	return s.table.clone(free[0]), nil
}
