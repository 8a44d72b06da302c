package api

import (
	"encoding/json"
	"hash/fnv"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/domain/privacy"
)

// ownersProperty encodes a property for its owner. Unless it is the owner's turn it has no UpdatedAt,
// and a checksum as its version, because staff change both when they work on the case.
func ownersProperty(p domain.Property, now time.Time) gen.OwnerProperty {
	out := gen.OwnerProperty{
		View: gen.OwnerViewOWNER,
		ID:   string(p.ID), Reference: optionalText(p.Reference), ExternalRef: optional(p.ExternalRef),
		Type: gen.PropertyType(p.Type), State: gen.PropertyState(p.State),
		Address: encodeAddress(p.Details.Address), Location: encodeLocation(p.Details.Location),
		AreaSqft: optional(p.Details.AreaSqFt), Bedrooms: p.Details.Bedrooms, Bathrooms: p.Details.Bathrooms,
		Floor: p.Details.Floor, YearBuilt: p.Details.YearBuilt,
		FollowUps: each(p.FollowUps, encodeFollowUp), Rejection: encodeRejection(p.Rejection),
		CreatedAt: p.CreatedAt, SubmittedAt: moment(p.SubmittedAt), ReviewStartedAt: moment(p.ReviewedAt), DecidedAt: moment(p.DecidedAt),
		SLA: encodeSLA(p.SLA, now),
	}
	if p.State.OwnersTurn() {
		out.Version, out.UpdatedAt = p.Version, moment(p.UpdatedAt)
	} else {
		out.Version = checksum(out)
	}
	return out
}

// checksum returns a number for what the owner sees of a property. The SLA is no part of it because
// it changes every second.
func checksum(p gen.OwnerProperty) int64 {
	p.SLA = nil
	sum := fnv.New64a()
	if err := json.NewEncoder(sum).Encode(p); err != nil {
		return 0 // cannot happen: it has only texts, numbers and times
	}
	const exact = 1 << 53 // up to here a JavaScript number is exact
	return int64(sum.Sum64() % exact)
}

// ownersPhoto encodes a photo for its owner, with advice in the language. How its flag was resolved is shown after the decision
// only, because a refusal is a risk.
func ownersPhoto(view capture.PhotoView, language domain.Language) gen.OwnerPhoto {
	p := view.Photo
	out := gen.OwnerPhoto{
		View: gen.OwnerViewOWNER,
		ID:   string(p.ID), PropertyID: string(p.PropertyID), Type: gen.PhotoType(p.Subject.Type),
		Room: (*gen.Room)(optionalText(p.Subject.Room)), Status: gen.PhotoStatus(p.Status),
		ContentType: p.Announced.ContentType, Bytes: p.Announced.Bytes, Sha256: p.Announced.SHA256,
		Findings: each(domain.OwnersFindings(p.Findings), func(f domain.OwnerFinding) gen.OwnerFinding {
			return gen.OwnerFinding{
				Code: gen.OwnerFindingCode(f.Code), Outcome: gen.FindingOutcome(f.Outcome),
				Advice: photocheck.OwnersAdvice(f.Code).In(language),
			}
		}),
		ReplacedBy: optionalText(p.ReplacedBy),
		CreatedAt:  p.CreatedAt, CompletedAt: moment(p.CompletedAt), InspectedAt: moment(p.InspectedAt),
	}
	if !p.InspectedAt.IsZero() {
		out.Analysed = &p.Analysis.Done
	}
	if r := p.Resolution; r != nil && view.Decided {
		out.Resolution = &gen.OwnerResolution{Decision: gen.FlagDecision(r.Decision), At: r.At}
	}
	if l := view.Links; l.Thumb != "" || l.Display != "" {
		out.Links = &gen.OwnerPhotoLinks{Thumb: optional(l.Thumb), Display: optional(l.Display)}
	}
	return out
}

// ownersValuation encodes an approved valuation for the owner of the case with this reference.
func ownersValuation(v domain.Valuation, own domain.Reference) gen.OwnerValuation {
	return gen.OwnerValuation{
		View: gen.OwnerViewOWNER, PropertyID: string(v.PropertyID), Number: v.Number,
		Amount: money(v.Amount), Methodology: gen.Methodology(v.Methodology),
		Rationale:              optional(v.OwnersWords(v.Rationale, own)),
		FewerComparablesReason: optional(v.OwnersWords(v.FewerReason, own)),
		Comparables: each(domain.OwnersComparables(v.Comparables), func(c domain.OwnerComparable) gen.OwnerComparable {
			return gen.OwnerComparable{
				Locality: optional(c.Locality), City: c.City, DistanceKm: c.DistanceKM, AreaSqft: c.AreaSqFt,
				PricePerSqft: money(c.PricePerSqFt), SoldMonth: c.Sold,
			}
		}),
		Report: encodeReport(v), ApprovedAt: v.ApprovedAt.UTC(),
	}
}

// ownersAuditTrail encodes the history of a case for its owner.
func ownersAuditTrail(trail privacy.OwnersTrail, intact bool) gen.OwnerAuditTrail {
	return gen.OwnerAuditTrail{
		View: gen.OwnerViewOWNER, Intact: intact, HeadHash: optional(trail.HeadHash),
		Entries: each(trail.Entries, func(e domain.OwnerAuditEntry) gen.OwnerAuditEntry {
			return gen.OwnerAuditEntry{
				At: e.At, Actor: gen.OwnerActor(e.Actor), Action: gen.OwnerAction(e.Action),
				From: optionalText(e.From), To: optionalText(e.To), PhotoID: optionalText(e.Photo),
			}
		}),
	}
}

// encodeEvent encodes the data of an event for the actor. The owner of the case gets ids and the
// state only.
func encodeEvent(e domain.Event, to domain.Actor) any {
	if e.SeenAsOwner(to) {
		return gen.OwnerEvent{
			View: gen.OwnerViewOWNER, PropertyID: string(e.PropertyID), PhotoID: optionalText(e.PhotoID), State: optionalText(e.State), At: e.At,
		}
	}
	return gen.LiveEvent{
		View: gen.StaffViewSTAFF, PropertyID: string(e.PropertyID), PhotoID: optionalText(e.PhotoID), State: optionalText(e.State),
		SLALevel: optionalText(e.SLALevel), Claim: (*gen.ClaimNews)(optionalText(e.NewsFor(to.ID))), At: e.At,
	}
}
