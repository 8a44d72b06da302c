package privacy

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// views are the security events of staff who looked at somebody's data.
var views = []domain.SecurityCode{domain.SecurityOriginalsViewed, domain.SecurityReportViewed, domain.SecurityCaseViewed}

// ReportAffected reports whose data was seen, after a breach. It has no operation: operators ask it on
// the database itself.
type ReportAffected struct {
	UnitOfWork ports.UnitOfWork
}

// ReportAffectedInput is the time of the breach, and whose login or which network it came through as
// far as that is known.
type ReportAffectedInput struct {
	From, To time.Time // To is excluded
	ActorID  domain.UserID
	Client   string
}

// Affected is one person whose data was seen.
type Affected struct {
	UserID domain.UserID
	// Phone and Name are for telling the person. They are empty if the person was erased.
	Phone      domain.Phone
	Name       string
	Properties []domain.PropertyID // in order of their ids
	Photos     []domain.PhotoID    // those that were opened one by one, in order of their ids
	// Views counts the rows of views: each original, each report and each case opened for a reason.
	Views       int
	First, Last time.Time
}

// Execute returns the people whose data was seen by others, in order of their ids. Errors:
// KindInvalid unless From is before To, KindUnavailable.
func (uc ReportAffected) Execute(ctx context.Context, in ReportAffectedInput) ([]Affected, error) {
	var v domain.Violations
	v.Require(in.From.Before(in.To), "from", "range", "must be before to")
	if err := v.Err(); err != nil {
		return nil, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]Affected, error) {
		people := map[domain.UserID]*Affected{}
		for _, code := range views {
			filter := domain.SecurityFilter{Code: code, ActorID: in.ActorID, Client: in.Client, From: in.From, Until: in.To}
			err := all(func(page domain.Page) (domain.List[domain.SecurityEvent], error) {
				return tx.Security.List(ctx, filter, page)
			}, func(e domain.SecurityEvent) error {
				if e.TargetID != "" && e.TargetID != e.ActorID {
					note(people, e)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
		affected := make([]Affected, 0, len(people))
		for _, a := range people {
			if err := contact(ctx, tx, a); err != nil {
				return nil, err
			}
			slices.Sort(a.Properties)
			slices.Sort(a.Photos)
			affected = append(affected, *a)
		}
		slices.SortFunc(affected, func(a, b Affected) int { return cmp.Compare(a.UserID, b.UserID) })
		return affected, nil
	})
}

func note(people map[domain.UserID]*Affected, e domain.SecurityEvent) {
	a := people[e.TargetID]
	if a == nil {
		a = &Affected{UserID: e.TargetID, First: e.At, Last: e.At}
		people[e.TargetID] = a
	}
	a.Views += max(1, e.Count)
	if e.PropertyID != "" && !slices.Contains(a.Properties, e.PropertyID) {
		a.Properties = append(a.Properties, e.PropertyID)
	}
	if e.PhotoID != "" && !slices.Contains(a.Photos, e.PhotoID) {
		a.Photos = append(a.Photos, e.PhotoID)
	}
	if e.At.Before(a.First) {
		a.First = e.At
	}
	if e.At.After(a.Last) {
		a.Last = e.At
	}
}

// contact finds out how to tell the person. Those who asked for erasure have their number elsewhere
// until the last case is purged.
func contact(ctx context.Context, tx ports.Tx, a *Affected) error {
	user, err := tx.Users.Get(ctx, a.UserID)
	if err != nil && !domain.IsKind(err, domain.KindNotFound) {
		return err
	}
	if a.Phone, a.Name = user.Phone, user.Name; a.Phone != "" {
		return nil
	}
	erasure, err := tx.Erasures.Get(ctx, a.UserID)
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	a.Phone, a.Name = erasure.Phone, erasure.Name
	return err
}
