package memory

import (
	"context"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Queue lists the review queue. The due time of a paused case moves as time passes; a page
// therefore dates it as the first page did, whose time its cursor carries.
func (s properties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	if err := s.begin(ctx, "Queue"); err != nil {
		return domain.List[domain.Property]{}, err
	}
	states := filter.States
	if len(states) == 0 {
		states = []domain.State{domain.Submitted}
	}
	var found []domain.Property
	seen := make(map[domain.State]bool, len(states))
	for _, state := range states {
		if seen[state] {
			continue
		}
		seen[state] = true
		for _, p := range s.find.byState.at(state) {
			if filter.Matches(p) {
				found = append(found, p)
			}
		}
	}
	list := queueOrder(filter, page.Cursor).page(found, page)
	list.Items = s.table.copies(list.Items)
	return list, nil
}

func queueOrder(filter domain.QueueFilter, cursor domain.Cursor) order[domain.Property] {
	o := order[domain.Property]{id: propertyID}
	switch filter.Sort {
	case domain.SortSubmitted, domain.SortNewest:
		o.key = func(p domain.Property) string { return timeKey(p.SubmittedAt) }
		o.descending = filter.Sort == domain.SortNewest
	default:
		dated := filter.Now
		if _, first, ok := strings.Cut(cursor.Key, "@"); ok {
			if t, err := time.Parse(time.RFC3339Nano, first); err == nil {
				dated = t
			}
		}
		suffix := "@" + timeKey(dated)
		o.key = func(p domain.Property) string { return timeKey(p.SLA.DueAt(dated)) + suffix }
	}
	return o
}

// sweep says which properties are due, in which states, and since when.
type sweep struct {
	states []domain.State
	due    func(p domain.Property, now time.Time) bool
	since  func(p domain.Property) time.Time
}

func sweeps(name ports.Sweep) sweep {
	asked := func(p domain.Property) time.Time { return p.OpenFollowUp().AskedAt }
	switch name {
	case ports.SweepIdleClaims:
		return sweep{
			states: []domain.State{domain.UnderReview},
			due:    func(p domain.Property, now time.Time) bool { return p.Claim != nil && p.Claim.Idle(now) },
			since:  func(p domain.Property) time.Time { return p.Claim.HeartbeatAt },
		}
	case ports.SweepFollowUpExpiry:
		return sweep{
			states: []domain.State{domain.FollowUpRequired},
			due: func(p domain.Property, now time.Time) bool {
				open := p.OpenFollowUp()
				return open != nil && !now.Before(open.DueAt)
			},
			since: asked,
		}
	case ports.SweepFollowUpRemind:
		return sweep{
			states: []domain.State{domain.FollowUpRequired},
			due: func(p domain.Property, now time.Time) bool {
				open := p.OpenFollowUp()
				return open != nil && open.RemindedAt.IsZero() && now.Sub(open.AskedAt) >= domain.FollowUpReminder
			},
			since: asked,
		}
	case ports.SweepSLA:
		return sweep{
			states: []domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff},
			due: func(p domain.Property, now time.Time) bool {
				_, due := p.SLA.Escalate(now) // of this copy
				return due
			},
			since: func(p domain.Property) time.Time { return p.SLA.StartedAt },
		}
	case ports.SweepAbandonedDrafts:
		return sweep{
			states: []domain.State{domain.Draft},
			due:    func(p domain.Property, now time.Time) bool { return p.Abandoned(now) },
			since:  func(p domain.Property) time.Time { return p.UpdatedAt },
		}
	}
	return sweep{}
}

func (s properties) Due(ctx context.Context, name ports.Sweep, now time.Time, limit int) ([]domain.PropertyID, error) {
	if err := s.begin(ctx, "Due"); err != nil {
		return nil, err
	}
	sw := sweeps(name)
	var due []domain.Property
	for _, state := range sw.states {
		for _, p := range s.find.byState.at(state) {
			if sw.due(p, now) {
				due = append(due, p)
			}
		}
	}
	oldest := order[domain.Property]{id: propertyID, key: func(p domain.Property) string { return timeKey(sw.since(p)) }}
	sorted, _ := oldest.sorted(due)
	sorted = firstOf(sorted, limit)
	ids := make([]domain.PropertyID, len(sorted))
	for i, p := range sorted {
		ids[i] = p.ID
	}
	return ids, nil
}
