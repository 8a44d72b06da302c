package domain

import (
	"slices"
	"time"
)

// LinkCandidate is what links depend on of a case.
type LinkCandidate struct {
	ID          PropertyID
	OwnerID     UserID
	ExternalRef string
	Reference   Reference
	Type        PropertyType
	State       State
	Address     Address // only Line1, Line2 and Pincode
	AreaSqFt    int
	Location    *Location
	SubmittedAt time.Time
	DecidedAt   time.Time
}

// LinkCandidate returns what links depend on of the property.
func (p Property) LinkCandidate() LinkCandidate {
	a := p.Details.Address
	return LinkCandidate{
		ID: p.ID, OwnerID: p.OwnerID, ExternalRef: p.ExternalRef, Reference: p.Reference, Type: p.Type, State: p.State,
		Address:  Address{Line1: a.Line1, Line2: a.Line2, Pincode: a.Pincode},
		AreaSqFt: p.Details.AreaSqFt, Location: p.Details.Location, SubmittedAt: p.SubmittedAt, DecidedAt: p.DecidedAt,
	}
}

// LinkSearch is the search for the cases that may be linked to one.
type LinkSearch struct {
	Of          PropertyID
	ExternalRef string       // finds cases with the same one, empty for none
	Around      *Point       // finds cases within LinkMaxDistanceM, nil for none
	Among       []PropertyID // finds these cases, each once
	// DecidedSince excludes cases that were valued or rejected before.
	DecidedSince time.Time
}

// LinkSearch returns the search for the cases that may be linked to the property with these
// photos.
func (p Property) LinkSearch(photos []Photo, now time.Time) LinkSearch {
	s := LinkSearch{Of: p.ID, ExternalRef: p.ExternalRef, DecidedSince: now.AddDate(0, -LinkMonths, 0)}
	if p.Details.Location != nil {
		s.Around = &p.Details.Location.Point
	}
	for _, photo := range photos {
		s.Among = append(s.Among, photo.LinkedTo...)
	}
	slices.Sort(s.Among)
	s.Among = slices.Compact(s.Among)
	return s
}

// Finds reports whether the search finds the case if it asks for it by reference, place or id: it
// is another case that is open, or was decided since. A draft is none, because its owner
// could deny a property to others, and neither is a case that its owner withdrew.
func (s LinkSearch) Finds(c LinkCandidate) bool {
	return c.ID != s.Of && (c.Open() || (c.State == Valued || c.State == Rejected) && !c.DecidedAt.Before(s.DecidedSince))
}

// Open reports whether the case was submitted and neither ended nor was withdrawn.
func (c LinkCandidate) Open() bool { return c.State.InReview() || c.State == Approved }

// counts reports whether a link with the other case counts. The closed cases of the same owner do
// not: trying again is no fraud.
func (c LinkCandidate) counts(other LinkCandidate) bool {
	return other.Open() || other.OwnerID != c.OwnerID
}
