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
	// AuditHead is the hash of the property's audit entry of the approval, and AuditEntries their
	// number until then: with them the report can be checked against the chain.
	AuditHead    string
	AuditEntries int64
	GeneratedAt  time.Time
}

// ReportPhoto is one photo in the report.
type ReportPhoto struct {
	Photo Photo
	JPEG  []byte // the display derivative, nil unless the photo is pictured
}

// Standing is what a photo counts for in a report, or why it counts for nothing.
type Standing string

// The standings. All but the first count for nothing, except that a paper is evidence which the
// report lists without a picture.
const (
	StandingPictured   Standing = "PICTURED"
	StandingPaper      Standing = "PAPER" // of a type that reports do not show: personal papers
	StandingReplaced   Standing = "REPLACED"
	StandingRefused    Standing = "REFUSED"
	StandingFailed     Standing = "FAILED"
	StandingElsewhere  Standing = "ELSEWHERE"  // out of reach of the present pin
	StandingUnresolved Standing = "UNRESOLVED" // flagged, and no valuer decided
	StandingUnfinished Standing = "UNFINISHED" // has no verdict
)

// Standing returns the standing of a photo of the case. If several apply, it is the last that
// happened: a refused photo that was replaced is REPLACED.
func (d ReportDocument) Standing(p Photo) Standing {
	pin := d.Property.Details.Location
	switch {
	case p.ReplacedBy != "":
		return StandingReplaced
	case p.Resolution != nil && p.Resolution.Decision == FlagRefused:
		return StandingRefused
	case p.Status == PhotoFailed:
		return StandingFailed
	case p.Status == PhotoFlagged && p.Resolution == nil:
		return StandingUnresolved
	case p.Status != PhotoPassed && p.Status != PhotoFlagged:
		return StandingUnfinished
	case pin != nil && p.TooFar(pin.Point):
		return StandingElsewhere
	case !p.Subject.Type.Traits().InReport:
		return StandingPaper
	}
	return StandingPictured
}

// Has reports whether the document has a photo of the standing.
func (d ReportDocument) Has(s Standing) bool {
	return slices.ContainsFunc(d.Photos, func(p ReportPhoto) bool { return d.Standing(p.Photo) == s })
}
