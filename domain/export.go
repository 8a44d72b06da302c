package domain

import (
	"strconv"
	"time"
)

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

// ExportRoot is the prefix of the files of every export in the object store.
const ExportRoot = "exports/"

// ExportFolder is the prefix in the object store of the files of one person's exports, or of one of
// them. Like a BlobFolder, it may be deleted as a whole.
type ExportFolder struct {
	user   UserID
	export ExportID // empty for all of the person's
}

// ExportsOf returns the folder of all exports of a person.
func ExportsOf(user UserID) ExportFolder { return ExportFolder{user: user} }

// Folder returns the folder of the export's files.
func (e Export) Folder() ExportFolder { return ExportFolder{e.UserID, e.ID} }

// String returns the prefix, which ends in a slash.
func (f ExportFolder) String() string {
	prefix := ExportRoot + string(f.user) + "/"
	if f.export != "" {
		prefix += string(f.export) + "/"
	}
	return prefix
}

// PartKey returns the key of the n-th archive, from 1, in the object store.
func (e Export) PartKey(n int) string { return e.Folder().String() + strconv.Itoa(n) + ".zip" }

// Jobs returns the job that makes the export, and the one that deletes it when its time is over.
func (e Export) Jobs() []Job {
	return []Job{
		{Kind: JobBuildExport, Subject: string(e.ID), Key: string(e.ID), RunAt: e.RequestedAt},
		{Kind: JobDeleteExport, Subject: string(e.ID), Key: string(e.ID), RunAt: e.ExpiresAt},
	}
}
