package domain

import (
	"cmp"
	"slices"
	"time"
)

// Limits of links (docs/domain.md, "Linked cases").
const (
	// MaxLinks is how many links of a case are kept, the nearest first.
	MaxLinks = 20
	// LinkMinDistanceM and LinkMaxDistanceM bound how far apart, in metres, the pins of one
	// property may be: the first if both are exact, the second however imprecise they are.
	LinkMinDistanceM = 50.0
	LinkMaxDistanceM = 250.0
	// LinkMaxAreaPercent is by how much the areas of one property may differ.
	LinkMaxAreaPercent = 2
	// MaxNeighbours and MaxNamesakes are how many cases around a pin and with one external
	// reference are compared, the newest first.
	MaxNeighbours = 5000
	MaxNamesakes  = 200
	// LinkMonths is for how long after its decision a case counts.
	LinkMonths = 12
)

// LinkKind is what two linked cases have in common.
type LinkKind string

// The kinds of links.
const (
	LinkSamePhoto    LinkKind = "SAME_PHOTO"    // a picture
	LinkSameProperty LinkKind = "SAME_PROPERTY" // the external reference or the unit
)

// LinkKinds lists every LinkKind.
var LinkKinds = []LinkKind{LinkSamePhoto, LinkSameProperty}

// Link is another case that may show the same picture or be about the same property. Only staff
// may know of it.
type Link struct {
	Kind      LinkKind
	With      PropertyID
	OwnerID   UserID    // of the other case
	Reference Reference // of the other case
	State     State     // of the other case
	// DistanceM is how far apart the pins are in metres, nil if a case has none.
	DistanceM *float64
	// Photos are the photos with the same picture, of SAME_PHOTO only.
	Photos []PhotoPair
	// Since is when the later of the two cases was submitted, or the later photo judged.
	Since time.Time
}

// PhotoPair is a photo of each of two cases.
type PhotoPair struct {
	Own   PhotoID
	Other PhotoID // of the linked case
}

// SameProperty reports whether both cases may be about one property: they have the same external
// reference, or name the same unit and their pins are near. If an address names no unit, they
// are near, of the same type and have about the same area.
func (c LinkCandidate) SameProperty(other LinkCandidate) bool {
	return c.sameProperty(c.Address.Unit(), other)
}

func (c LinkCandidate) sameProperty(mine Unit, other LinkCandidate) bool {
	if c.ExternalRef != "" && c.ExternalRef == other.ExternalRef {
		return true
	}
	if !c.near(other) {
		return false
	}
	theirs := other.Address.Unit()
	if mine == NoUnit || theirs == NoUnit {
		return c.Type == other.Type && sameArea(c.AreaSqFt, other.AreaSqFt)
	}
	return mine == theirs
}

func sameArea(a, b int) bool {
	return a > 0 && b > 0 && 100*(max(a, b)-min(a, b)) <= LinkMaxAreaPercent*max(a, b)
}

// near reports whether the pins may be of one place.
func (c LinkCandidate) near(other LinkCandidate) bool {
	d := c.distanceM(other)
	if d == nil {
		return false
	}
	most := LinkMaxDistanceM
	if a, b := c.Location, other.Location; a.AccuracyKnown() && b.AccuracyKnown() {
		most = min(most, LinkMinDistanceM+a.AccuracyM+b.AccuracyM)
	}
	return *d <= most
}

// distanceM returns how far apart the pins are in metres, nil if either case has none.
func (c LinkCandidate) distanceM(other LinkCandidate) *float64 {
	if c.Location == nil || other.Location == nil {
		return nil
	}
	d := 1000 * c.Location.Point.DistanceKM(other.Location.Point)
	return &d
}

// PropertyLinks returns the links with those of the candidates that may be about the same property,
// the nearest first.
func (c LinkCandidate) PropertyLinks(candidates []LinkCandidate) []Link {
	var links []Link
	mine := c.Address.Unit()
	for _, other := range candidates {
		if c.counts(other) && c.sameProperty(mine, other) {
			links = append(links, c.link(LinkSameProperty, other))
		}
	}
	slices.SortFunc(links, byDistance)
	return links
}

// PictureCandidates returns those of the candidates to which the photos are linked and whose links
// count, the nearest first.
func (c LinkCandidate) PictureCandidates(candidates []LinkCandidate, photos []Photo) []LinkCandidate {
	var linked []LinkCandidate
	for _, other := range candidates {
		if c.counts(other) && slices.ContainsFunc(photos, func(p Photo) bool { return slices.Contains(p.LinkedTo, other.ID) }) {
			linked = append(linked, other)
		}
	}
	slices.SortFunc(linked, func(a, b LinkCandidate) int { return byDistance(c.link(LinkSamePhoto, a), c.link(LinkSamePhoto, b)) })
	return linked
}

// PhotoLink returns the link with the other case, whose photos are theirs, and false if none of
// them shows a picture of ours any more.
func (c LinkCandidate) PhotoLink(other LinkCandidate, ours, theirs []Photo) (Link, bool) {
	link := c.link(LinkSamePhoto, other)
	for _, our := range ours {
		for _, their := range theirs {
			if slices.Contains(our.LinkedTo, other.ID) && slices.Contains(their.LinkedTo, c.ID) && our.Facts.shows(their.Facts) {
				link.Photos = append(link.Photos, PhotoPair{our.ID, their.ID})
				link.Since = latest(link.Since, our.InspectedAt, their.InspectedAt)
			}
		}
	}
	return link, len(link.Photos) > 0
}

// shows reports whether the files have the same bytes or show the same picture.
func (f ImageFacts) shows(other ImageFacts) bool {
	return f.SHA256 != "" && f.SHA256 == other.SHA256 || SamePicture(f, other)
}

func (c LinkCandidate) link(kind LinkKind, other LinkCandidate) Link {
	return Link{
		Kind: kind, With: other.ID, OwnerID: other.OwnerID, Reference: other.Reference, State: other.State, DistanceM: c.distanceM(other),
		Since: latest(c.SubmittedAt, other.SubmittedAt),
	}
}

func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}

// byDistance sorts the nearest link first, and those of unknown distance last.
func byDistance(a, b Link) int {
	switch {
	case (a.DistanceM == nil) != (b.DistanceM == nil):
		if a.DistanceM == nil {
			return 1
		}
		return -1
	case a.DistanceM != nil && *a.DistanceM != *b.DistanceM:
		return cmp.Compare(*a.DistanceM, *b.DistanceM)
	}
	return cmp.Or(cmp.Compare(a.With, b.With), cmp.Compare(a.Kind, b.Kind))
}

// NearestLinks returns the MaxLinks nearest links, the nearest first. The nearest link of each kind
// is always among them: many neighbours must not hide a picture of a distant case.
func NearestLinks(links []Link) []Link {
	links = slices.SortedFunc(slices.Values(links), byDistance)
	if len(links) <= MaxLinks {
		return links
	}
	kept, rest := links[:MaxLinks:MaxLinks], links[MaxLinks:]
	for _, kind := range LinkKinds {
		ofKind := func(l Link) bool { return l.Kind == kind }
		if i := slices.IndexFunc(rest, ofKind); i >= 0 && !slices.ContainsFunc(kept, ofKind) {
			kept = append(kept[:MaxLinks-1:MaxLinks-1], rest[i])
		}
	}
	return kept
}
