package domain

import "time"

// ExportState is how far an export is.
type ExportState string

// The states.
const (
	ExportPending ExportState = "PENDING"
	ExportReady   ExportState = "READY"
	ExportFailed  ExportState = "FAILED"
)

// ExportStates lists every ExportState.
var ExportStates = []ExportState{ExportPending, ExportReady, ExportFailed}

const (
	// ExportKept is how long the files of an export are kept.
	ExportKept = 24 * time.Hour
	// ExportLinkTTL is how long a link to one of them is valid.
	ExportLinkTTL = 5 * time.Minute
)

// Export is a copy of everything held about a person, made for them. Its files are ZIP archives of
// a size that a worker's memory and a phone can take.
type Export struct {
	ID          ExportID
	UserID      UserID
	State       ExportState
	RequestedAt time.Time
	ReadyAt     time.Time // zero until ready
	ExpiresAt   time.Time // when its files are deleted
	Parts       int       // number of archives, 0 until ready
	Version     int64
}

// NewExport returns an export that is still to be made.
func NewExport(id ExportID, by Actor, now time.Time) Export {
	return Export{ID: id, UserID: by.ID, State: ExportPending, RequestedAt: now, ExpiresAt: now.Add(ExportKept)}
}

// ExportRunning returns the error of a person whose earlier export still exists.
func ExportRunning() error {
	return Conflict("export_exists", "your last export still exists; it is deleted after 24 hours")
}
