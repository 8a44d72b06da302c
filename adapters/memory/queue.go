package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Queue lists the review queue. The due time of a paused case moves as time passes, so every
// page computes it as of the time of the first page, which the cursor carries: otherwise a
// case could be on two pages.
func (s properties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	if err := s.begin(ctx, "Queue"); err != nil {
		return domain.List[domain.Property]{}, err
	}
	states := slices.Clone(filter.States)
	if len(states) == 0 {
		states = []domain.State{domain.Submitted}
	}
	slices.Sort(states)
	var found []*domain.Property
	for _, state := range slices.Compact(states) {
		found = append(found, s.find.byState.at(state, func(p *domain.Property) bool { return filter.Matches(*p) })...)
	}
	return queueOrder(filter, page.Cursor).page(s.table.clone, found, page)
}

func queueOrder(filter domain.QueueFilter, cursor domain.Cursor) order[domain.Property] {
	if filter.Sort == domain.SortSubmitted || filter.Sort == domain.SortNewest {
		return order[domain.Property]{
			at:         func(p *domain.Property) time.Time { return p.SubmittedAt },
			id:         propertyID,
			descending: filter.Sort == domain.SortNewest,
		}
	}
	dated := filter.Now
	if _, note, ok := strings.Cut(cursor.Key, "@"); ok {
		if first, err := time.Parse(time.RFC3339Nano, note); err == nil {
			dated = first
		}
	}
	return order[domain.Property]{
		at:   func(p *domain.Property) time.Time { return p.SLA.DueAt(dated) },
		id:   propertyID,
		note: "@" + dated.UTC().Format(time.RFC3339Nano),
	}
}

// sweep selects the properties in states for which due returns true, the oldest since first.
type sweep struct {
	states []domain.State
	due    func(p *domain.Property, now time.Time) bool
	since  func(p *domain.Property) time.Time
}

func (s properties) sweep(name ports.Sweep) sweep {
	asked := func(p *domain.Property) time.Time { return p.OpenFollowUp().AskedAt }
	switch name {
	case ports.SweepIdleClaims:
		return sweep{
			states: []domain.State{domain.UnderReview, domain.Submitted},
			due: func(p *domain.Property, now time.Time) bool {
				holder := s.store.users.held[p.Holder(now)]
				return p.Claim != nil && p.Claim.Idle(now) || holder != nil && holder.MayReview() != nil
			},
			since: func(p *domain.Property) time.Time {
				if p.Claim != nil {
					return p.Claim.HeartbeatAt
				}
				return p.Reservation.Until.Add(-domain.ReservationTTL)
			},
		}
	case ports.SweepFollowUpExpiry:
		return sweep{
			states: []domain.State{domain.FollowUpRequired},
			due: func(p *domain.Property, now time.Time) bool {
				open := p.OpenFollowUp()
				return open != nil && !now.Before(open.DueAt)
			},
			since: asked,
		}
	case ports.SweepFollowUpRemind:
		return sweep{
			states: []domain.State{domain.FollowUpRequired},
			due: func(p *domain.Property, now time.Time) bool {
				open := p.OpenFollowUp()
				return open != nil && open.RemindedAt.IsZero() && now.Sub(open.AskedAt) >= domain.FollowUpReminder &&
					now.Before(open.DueAt)
			},
			since: asked,
		}
	case ports.SweepSLA:
		return sweep{
			states: []domain.State{domain.Submitted, domain.UnderReview, domain.AwaitingSignOff},
			due: func(p *domain.Property, now time.Time) bool {
				clock := p.SLA
				_, due := clock.Escalate(now)
				return due
			},
			since: func(p *domain.Property) time.Time { return p.SLA.StartedAt },
		}
	case ports.SweepAbandonedDrafts:
		return sweep{
			states: []domain.State{domain.Draft},
			due:    func(p *domain.Property, now time.Time) bool { return p.Abandoned(now) },
			since:  func(p *domain.Property) time.Time { return p.UpdatedAt },
		}
	case ports.SweepRetention:
		return sweep{
			states: []domain.State{domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn},
			due: func(p *domain.Property, now time.Time) bool {
				return p.RetentionEnded(now) && !s.store.privacy.covered(p.ID, p.OwnerID)
			},
			since: (*domain.Property).RetentionEndsAt,
		}
	}
	return sweep{}
}

func (s properties) Due(ctx context.Context, name ports.Sweep, now time.Time, limit int) ([]domain.PropertyID, error) {
	if err := s.begin(ctx, "Due"); err != nil {
		return nil, err
	}
	sw := s.sweep(name)
	var due []*domain.Property
	for _, state := range sw.states {
		due = append(due, s.find.byState.at(state, func(p *domain.Property) bool { return sw.due(p, now) })...)
	}
	oldest := order[domain.Property]{at: sw.since, id: propertyID}.sorted(due, limit)
	ids := make([]domain.PropertyID, len(oldest))
	for i, p := range oldest {
		ids[i] = p.ID
	}
	return ids, nil
}
