package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
)

type audit struct{ *unit }

func (s audit) Append(ctx context.Context, entry domain.AuditEntry) (domain.AuditEntry, error) {
	if err := s.call(ctx, "Audit.Append"); err != nil {
		return domain.AuditEntry{}, err
	}
	chains := s.store.audit
	before := chains[entry.PropertyID]
	var head *domain.AuditEntry
	if len(before) > 0 {
		head = &before[len(before)-1]
	}
	sealed := entry.Seal(head)
	chains[entry.PropertyID] = append(before, copyEntry(sealed))
	s.onRollback(func() { chains[entry.PropertyID] = before })
	return sealed, nil
}

func (s audit) Chain(ctx context.Context, property domain.PropertyID) ([]domain.AuditEntry, error) {
	if err := s.call(ctx, "Audit.Chain"); err != nil {
		return nil, err
	}
	chain := slices.Clone(s.store.audit[property])
	for i := range chain {
		chain[i] = copyEntry(chain[i])
	}
	return chain, nil
}

func (s audit) Acted(ctx context.Context, actor domain.UserID, actions []domain.Action, among []domain.PropertyID) ([]domain.PropertyID, error) {
	if err := s.call(ctx, "Audit.Acted"); err != nil {
		return nil, err
	}
	acted := make(map[domain.PropertyID]bool)
	for _, id := range among {
		acted[id] = slices.ContainsFunc(s.store.audit[id], func(e domain.AuditEntry) bool {
			return e.ActorID == actor && slices.Contains(actions, e.Action)
		})
	}
	maps.DeleteFunc(acted, func(_ domain.PropertyID, found bool) bool { return !found })
	return slices.Collect(maps.Keys(acted)), nil
}

func copyEntry(e domain.AuditEntry) domain.AuditEntry {
	e.Facts = slices.Clone(e.Facts)
	return e
}
