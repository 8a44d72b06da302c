package domain

import "time"

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
	Photos     []ReportPhoto
	// AuditHead is the hash of the property's newest audit entry, and AuditEntries their
	// number: with them the report can be checked against the chain.
	AuditHead    string
	AuditEntries int64
	GeneratedAt  time.Time
}

// ReportPhoto is one photo in the report.
type ReportPhoto struct {
	Photo Photo
	JPEG  []byte // the display derivative
}
