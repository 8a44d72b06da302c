package domain

import "time"

// ReportDocument is everything that a valuation report says. A renderer lays it out and
// adds nothing.
type ReportDocument struct {
	Property  Property
	OwnerName string // empty where the owner gave none
	Phone     string // masked
	Valuation Valuation
	// ValuerName and SignerName are who valued and who signed off (empty where nobody had to).
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
