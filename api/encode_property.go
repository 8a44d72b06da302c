package api

import (
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

// viewProperty encodes a property as the actor may see it.
func viewProperty(p domain.Property, to domain.Actor, now time.Time) view {
	if p.SeenAsOwner(to) {
		out := ownersProperty(p, now)
		return view{out, etag(out.Version)}
	}
	return view{encodeProperty(p, now), etag(p.Version)}
}

// encodeProperty encodes a property for reviewers. ownersProperty is for its owner.
func encodeProperty(p domain.Property, now time.Time) gen.Property {
	out := gen.Property{
		View: gen.StaffViewSTAFF,
		ID:   string(p.ID), Reference: optionalText(p.Reference), ExternalRef: optional(p.ExternalRef),
		Type: gen.PropertyType(p.Type), State: gen.PropertyState(p.State),
		Address: encodeAddress(p.Details.Address), Location: encodeLocation(p.Details.Location),
		AreaSqft: optional(p.Details.AreaSqFt), Bedrooms: p.Details.Bedrooms, Bathrooms: p.Details.Bathrooms,
		Floor: p.Details.Floor, YearBuilt: p.Details.YearBuilt,
		FollowUps: each(p.FollowUps, encodeFollowUp), Rejection: encodeRejection(p.Rejection),
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, SubmittedAt: moment(p.SubmittedAt), DecidedAt: moment(p.DecidedAt),
		Version: p.Version, SLA: encodeSLA(p.SLA, now),
	}
	showStaff(&out, p)
	return out
}

func encodeAddress(a domain.Address) *gen.Address {
	if a == (domain.Address{}) {
		return nil
	}
	return &gen.Address{
		Line1: a.Line1, Line2: optional(a.Line2), Locality: optional(a.Locality),
		City: a.City, State: a.State, Pincode: a.Pincode,
	}
}

func encodeLocation(l *domain.Location) *gen.Location {
	if l == nil {
		return nil
	}
	return &gen.Location{Lat: l.Point.Lat, Lng: l.Point.Lng, AccuracyM: optional(l.AccuracyM)}
}

func encodeRejection(r *domain.Rejection) *gen.Rejection {
	if r == nil {
		return nil
	}
	return &gen.Rejection{Code: gen.RejectionCode(r.Code), Note: optional(r.Note), At: r.At}
}

func showStaff(out *gen.Property, p domain.Property) {
	out.AddressFit, out.PinMovedM = encodeAddressFit(p.Details), optional(p.PinMovedM)
	if c := p.Claim; c != nil {
		out.Claim = &gen.Claim{ValuerID: string(c.ValuerID), ClaimedAt: c.ClaimedAt, IdleAt: c.HeartbeatAt.Add(domain.ClaimIdle)}
	}
	if r := p.Reservation; r != nil {
		out.Reservation = &gen.Reservation{ValuerID: string(r.ValuerID), Until: r.Until}
	}
	out.Handovers = each(p.Handovers, func(h domain.Handover) gen.Handover {
		return gen.Handover{By: string(h.By), At: h.At, FromValuerID: string(h.From), ToValuerID: optionalText(h.To), Reason: h.Reason}
	})
	if f := p.SignOffFlag; f != nil {
		out.SignOffFlag = &gen.SignOffFlag{By: string(f.By), Reason: f.Reason, At: f.At}
	}
}

func encodeSLA(c domain.SLAClock, now time.Time) *gen.SLA {
	if c.StartedAt.IsZero() {
		return nil
	}
	return &gen.SLA{
		DueAt: c.DueAt(now), RemainingSeconds: int64(c.Remaining(now).Seconds()), Level: gen.SLALevel(c.Level(now)),
		Paused: !c.PausedAt.IsZero() && c.StoppedAt.IsZero(), StoppedAt: moment(c.StoppedAt),
	}
}

func encodeFollowUp(f domain.FollowUp) gen.FollowUp {
	return gen.FollowUp{
		AskedAt: f.AskedAt, DueAt: f.DueAt, AnsweredAt: moment(f.AnsweredAt),
		Items: each(f.Items, func(it domain.FollowUpItem) gen.FollowUpItem {
			return gen.FollowUpItem{
				ID: string(it.ID), Kind: gen.FollowUpKind(it.Kind), Message: it.Message,
				PhotoID: optionalText(it.PhotoID), Type: (*gen.PhotoType)(optionalText(it.Subject.Type)),
				Room: (*gen.Room)(optionalText(it.Subject.Room)), Field: (*gen.PropertyField)(optionalText(it.Field)),
				CorrectedAt: moment(it.CorrectedAt), NewPhotoID: optionalText(it.NewPhoto), Answer: optional(it.Answer),
			}
		}),
	}
}

func encodeProperties(list domain.List[domain.Property], now time.Time) gen.PropertyList {
	return gen.PropertyList{
		Items:      each(list.Items, func(p domain.Property) gen.Property { return encodeProperty(p, now) }),
		NextCursor: nextCursor(list.Next),
	}
}

// details are the fields that the create and update requests share.
type details struct {
	address                                     *gen.Address
	area, bedrooms, bathrooms, floor, yearBuilt *int
	location                                    *gen.Location
}

func (d details) decode() domain.DetailsChange {
	c := domain.DetailsChange{
		AreaSqFt: d.area, Bedrooms: d.bedrooms, Bathrooms: d.bathrooms, Floor: d.floor, YearBuilt: d.yearBuilt,
	}
	if a := d.address; a != nil {
		c.Address = &domain.Address{
			Line1: a.Line1, Line2: value(a.Line2), Locality: value(a.Locality), City: a.City, State: a.State, Pincode: a.Pincode,
		}
	}
	if l := d.location; l != nil {
		c.Location = &domain.Location{Point: domain.Point{Lat: l.Lat, Lng: l.Lng}, AccuracyM: value(l.AccuracyM)}
	}
	return c
}

func decodeChange(b gen.UpdatePropertyRequest) domain.DetailsChange {
	c := details{b.Address, b.AreaSqft, b.Bedrooms, b.Bathrooms, b.Floor, b.YearBuilt, b.Location}.decode()
	c.Type, c.ExternalRef = (*domain.PropertyType)(b.Type), b.ExternalRef
	c.Clear = each(b.Clear, func(f gen.PropertyField) domain.Field { return domain.Field(f) })
	return c
}

func encodeLink(l domain.Link) gen.Link {
	out := gen.Link{
		Kind: gen.LinkKind(l.Kind), PropertyID: string(l.With), Reference: string(l.Reference), State: gen.PropertyState(l.State),
		DistanceM: l.DistanceM, Since: l.Since,
	}
	for _, p := range l.Photos {
		out.Photos = append(out.Photos, gen.PhotoPair{PhotoID: string(p.Own), LinkedPhotoID: string(p.Other)})
	}
	return out
}
