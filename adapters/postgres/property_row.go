package postgres

import (
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

func propertyRow(p domain.Property) (sqlcgen.Property, error) {
	followUps, err := encode(mapped(p.FollowUps, followUpTo))
	if err != nil {
		return sqlcgen.Property{}, err
	}
	handovers, err := encodeHandovers(p.Handovers)
	d := p.Details
	r := sqlcgen.Property{
		ID: string(p.ID), OwnerID: string(p.OwnerID), ExternalRef: p.ExternalRef, Reference: optionalID(p.Reference),
		Type: string(p.Type), State: string(p.State), Salt: p.Salt,
		Line1: d.Address.Line1, Line2: d.Address.Line2, Locality: d.Address.Locality, City: d.Address.City,
		Region: d.Address.State, Pincode: d.Address.Pincode, AreaSqft: optional(d.AreaSqFt),
		Bedrooms: d.Bedrooms, Bathrooms: d.Bathrooms, Floor: d.Floor, YearBuilt: d.YearBuilt,

		SlaStartedAt: timeOrNil(p.SLA.StartedAt), SlaPausedAt: timeOrNil(p.SLA.PausedAt), SlaPaused: p.SLA.Paused,
		SlaStoppedAt: timeOrNil(p.SLA.StoppedAt), SlaAlerted: string(p.SLA.Alerted),
		SlaDueAt: p.SLA.DueAt(p.SLA.PausedAt), SlaAlertAt: alertAt(p.SLA),

		Handovers: handovers, FollowUps: followUps, ValuationID: optionalID(p.Valuation),
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, SubmittedAt: timeOrNil(p.SubmittedAt),
		ReviewedAt: timeOrNil(p.ReviewedAt), DecidedAt: timeOrNil(p.DecidedAt), Version: p.Version,
		PinMovedM: p.PinMovedM, RestrictedAt: timeOrNil(p.RestrictedAt),
	}
	if l := d.Location; l != nil {
		r.Lat, r.Lng, r.AccuracyM = &l.Point.Lat, &l.Point.Lng, &l.AccuracyM
	}
	if pin := p.FirstPin; pin != nil {
		r.FirstLat, r.FirstLng = &pin.Lat, &pin.Lng
	}
	if c := p.Claim; c != nil {
		r.ClaimValuerID, r.ClaimedAt, r.ClaimHeartbeatAt = optionalID(c.ValuerID), &c.ClaimedAt, &c.HeartbeatAt
	}
	if v := p.Reservation; v != nil {
		r.ReservedFor, r.ReservedUntil = optionalID(v.ValuerID), &v.Until
	}
	if open := p.OpenFollowUp(); open != nil {
		r.FollowUpAskedAt, r.FollowUpDueAt, r.FollowUpRemindedAt = &open.AskedAt, &open.DueAt, timeOrNil(open.RemindedAt)
	}
	if f := p.SignOffFlag; f != nil {
		r.SignOffFlaggedBy, r.SignOffFlagReason, r.SignOffFlaggedAt = optionalID(f.By), &f.Reason, &f.At
	}
	if j := p.Rejection; j != nil {
		r.RejectionCode, r.RejectionNote, r.RejectedBy, r.RejectedAt = optionalID(j.Code), &j.Note, optionalID(j.By), &j.At
	}
	return r, err
}

// alertAt returns when the clock reaches the next level that supervisors have to be alerted
// to. It returns nil if the clock does not run, or if they were alerted to the last level.
func alertAt(c domain.SLAClock) *time.Time {
	if !c.Running() {
		return nil
	}
	due := c.DueAt(c.PausedAt)
	var at time.Time
	switch c.Alerted {
	case domain.SLABreached:
		return nil
	case domain.SLAUrgent:
		at = due
	case domain.SLASoon:
		at = due.Add(-leftAt[domain.SLAUrgent].most)
	case domain.SLANormal:
		at = due.Add(-leftAt[domain.SLASoon].most)
	default:
		at = c.StartedAt
	}
	return &at
}

func propertyOf(r sqlcgen.Property) (domain.Property, error) {
	followUps, followUpsErr := decodeList[followUpShape]("follow_ups", r.FollowUps)
	handovers, handoversErr := decodeHandovers(r.Handovers)
	p := domain.Property{
		ID: domain.PropertyID(r.ID), OwnerID: domain.UserID(r.OwnerID), ExternalRef: r.ExternalRef,
		Reference: idOf[domain.Reference](r.Reference), Type: domain.PropertyType(r.Type), State: domain.State(r.State), Salt: r.Salt,
		Details: domain.Details{
			Address: domain.Address{
				Line1: r.Line1, Line2: r.Line2, Locality: r.Locality, City: r.City, State: r.Region, Pincode: r.Pincode,
			},
			AreaSqFt: value(r.AreaSqft), Bedrooms: r.Bedrooms, Bathrooms: r.Bathrooms, Floor: r.Floor, YearBuilt: r.YearBuilt,
		},
		SLA: domain.SLAClock{
			StartedAt: value(r.SlaStartedAt), PausedAt: value(r.SlaPausedAt), Paused: r.SlaPaused,
			StoppedAt: value(r.SlaStoppedAt), Alerted: domain.SLALevel(r.SlaAlerted),
		},
		FollowUps: mapped(followUps, followUpFrom), Valuation: idOf[domain.ValuationID](r.ValuationID),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, SubmittedAt: value(r.SubmittedAt),
		ReviewedAt: value(r.ReviewedAt), DecidedAt: value(r.DecidedAt), Version: r.Version,
		PinMovedM: r.PinMovedM, RestrictedAt: value(r.RestrictedAt),
		Handovers: handovers,
	}
	if r.Lat != nil {
		p.Details.Location = &domain.Location{Point: domain.Point{Lat: *r.Lat, Lng: value(r.Lng)}, AccuracyM: value(r.AccuracyM)}
	}
	if r.FirstLat != nil {
		p.FirstPin = &domain.Point{Lat: *r.FirstLat, Lng: value(r.FirstLng)}
	}
	if r.ClaimValuerID != nil {
		p.Claim = &domain.Claim{ValuerID: idOf[domain.UserID](r.ClaimValuerID), ClaimedAt: value(r.ClaimedAt), HeartbeatAt: value(r.ClaimHeartbeatAt)}
	}
	if r.ReservedFor != nil {
		p.Reservation = &domain.Reservation{ValuerID: idOf[domain.UserID](r.ReservedFor), Until: value(r.ReservedUntil)}
	}
	if r.SignOffFlaggedBy != nil {
		p.SignOffFlag = &domain.SignOffFlag{By: idOf[domain.UserID](r.SignOffFlaggedBy), Reason: value(r.SignOffFlagReason), At: value(r.SignOffFlaggedAt)}
	}
	if r.RejectionCode != nil {
		p.Rejection = &domain.Rejection{
			Code: idOf[domain.RejectionCode](r.RejectionCode), Note: value(r.RejectionNote),
			By: idOf[domain.UserID](r.RejectedBy), At: value(r.RejectedAt),
		}
	}
	return p, unreadable(&p, followUpsErr, handoversErr)
}
