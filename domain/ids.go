package domain

// Identifiers are UUIDv7 in their canonical text form. Each kind of thing has its own type, so
// that the compiler refuses, for example, a photo's id in place of a property's.
type (
	// UserID identifies a person.
	UserID string
	// SessionID identifies one login of one person on one device.
	SessionID string
	// PropertyID identifies a property and so its case.
	PropertyID string
	// PhotoID identifies one uploaded photo.
	PhotoID string
	// ProposalID identifies one change that one ADMIN proposed.
	ProposalID string
	// ChallengeID identifies one capture challenge.
	ChallengeID string
	// FollowUpItemID identifies one thing a valuer asked the owner for.
	FollowUpItemID string
	// ComparableID identifies one comparable sale.
	ComparableID string
	// ValuationID identifies one version of a property's valuation.
	ValuationID string
	// NotificationID identifies one message to one person on one channel.
	NotificationID string
	// ConsentID identifies one consent given.
	ConsentID string
	// PrivacyRequestID identifies one request of a person about their data.
	PrivacyRequestID string
	// LegalHoldID identifies one order to keep data.
	LegalHoldID string
	// ExportID identifies one copy of everything held about a person.
	ExportID string
	// EventID identifies one event in the feed; later events have greater ids.
	EventID string
	// SecurityEventID identifies one row of the security log.
	SecurityEventID string
)
