package domain

import (
	"slices"
	"time"
)

// ReportDocument is the whole content of a valuation report. A renderer lays it out and adds
// nothing.
type ReportDocument struct {
	Property  Property
	OwnerName string // empty if the owner gave none
	Phone     string // masked
	Valuation Valuation
	// ValuerName and SignerName name who made the valuation and who signed it off. SignerName is
	// empty if no sign-off was needed.
	ValuerName string
	SignerName string
	// Photos are all of the case, those that count for nothing too.
	Photos []ReportPhoto
	// AuditHead is the hash of the property's audit entry of the approval: with it the report can be
	// checked against the chain. The number of entries is no part of a report, because owners could
	// count with it those that they may not know of.
	AuditHead   string
	GeneratedAt time.Time
}

// ReportPhoto is one photo in the report.
type ReportPhoto struct {
	Photo Photo
	JPEG  []byte // the display derivative, nil unless the photo is pictured
}

// Standing is what a photo counts for in a report, or why it counts for nothing.
type Standing string

// The standings. Only photos of the first two are evidence (Property.Counts).
const (
	StandingPictured   Standing = "PICTURED"
	StandingPaper      Standing = "PAPER" // of a type that reports do not show: personal papers
	StandingReplaced   Standing = "REPLACED"
	StandingRefused    Standing = "REFUSED"
	StandingFailed     Standing = "FAILED"
	StandingUnsuited   Standing = "UNSUITED"   // cannot show a property of this type: the inside of LAND
	StandingUnresolved Standing = "UNRESOLVED" // flagged, and no valuer decided
	StandingElsewhere  Standing = "ELSEWHERE"  // out of reach of the present pin
	StandingUnfinished Standing = "UNFINISHED" // has no verdict
)

// Standing returns the standing of a photo of the case. Whether it counts is the gate's to decide,
// as at the sign-off. If several reasons apply to one that does not, it is the last that happened:
// a refused photo that was replaced is REPLACED.
func (d ReportDocument) Standing(p Photo) Standing {
	counts := d.Property.Counts(GateSignOff, p)
	switch {
	case counts && p.Subject.Type.Traits().InReport:
		return StandingPictured
	case counts:
		return StandingPaper
	case p.ReplacedBy != "":
		return StandingReplaced
	case p.Refused():
		return StandingRefused
	case p.Status == PhotoFailed:
		return StandingFailed
	case !d.Property.Type.CanShow(p.Subject):
		return StandingUnsuited
	case p.Unresolved():
		return StandingUnresolved
	case d.Property.OutOfReach(p):
		return StandingElsewhere
	}
	return StandingUnfinished
}

// Has reports whether the document has a photo of the standing.
func (d ReportDocument) Has(s Standing) bool {
	return slices.ContainsFunc(d.Photos, func(p ReportPhoto) bool { return d.Standing(p.Photo) == s })
}
