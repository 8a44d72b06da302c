package assurance

import (
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of photos.
const (
	// RulePhotoStuck: a photo that waits for its verdict has a job that will give it one,
	// unless its case was withdrawn.
	RulePhotoStuck Rule = "PHOTO_STUCK"
	// RulePhotoLost: a photo that was announced and not deleted exists.
	RulePhotoLost Rule = "PHOTO_LOST"
	// RulePhotoUnaudited: the history records every photo, its upload and its verdict, with
	// the same checksums.
	RulePhotoUnaudited Rule = "PHOTO_UNAUDITED"
)

// checkPhotos: photos and history agree, and no photo waits forever.
func checkPhotos(d *dossier) {
	if !d.stored {
		return
	}
	trail := photoTrails(d)
	for _, photo := range d.photos {
		id := string(photo.ID)
		t := trail[photo.ID]
		if !t.created || t.deleted {
			d.fault(RulePhotoUnaudited, id, "the history does not tell of it")
			continue
		}
		if past := photo.Status != domain.PhotoAwaitingUpload; past && t.uploaded != photo.Announced.SHA256 {
			d.fault(RulePhotoUnaudited, id, "the history holds another checksum of its upload")
		}
		switch photo.Status {
		case domain.PhotoPassed, domain.PhotoFlagged, domain.PhotoFailed:
			if t.verdicts != 1 || t.inspected != photo.Facts.SHA256 {
				d.fault(RulePhotoUnaudited, id, "the history holds no verdict, several, or another checksum of the file")
			}
		case domain.PhotoProcessing:
			live := d.jobs[job{domain.JobInspectPhoto, id}] == ports.JobLive
			if !live && d.property.State != domain.Withdrawn {
				d.fault(RulePhotoStuck, id, "it waits for its verdict and has no job")
			}
		case domain.PhotoAwaitingUpload:
		}
	}
	for _, id := range slices.Sorted(maps.Keys(trail)) {
		if t := trail[id]; t.created && !t.deleted && d.photo(id) == nil {
			d.fault(RulePhotoLost, string(id), "the history tells of it, and of no deletion")
		}
	}
}

// photoTrail is what the history records of one photo.
type photoTrail struct {
	created, deleted    bool
	uploaded, inspected string // checksums
	thumb, display      string // checksums of the smaller copies, "" if an earlier release made them
	verdicts            int
}

func photoTrails(d *dossier) map[domain.PhotoID]photoTrail {
	trails := make(map[domain.PhotoID]photoTrail)
	for _, e := range d.chain {
		id := domain.PhotoID(fact(e, "photo"))
		t := trails[id]
		switch e.Action {
		case domain.ActionPhotoCreated:
			t.created = true
		case domain.ActionPhotoCompleted:
			t.uploaded = fact(e, "sha256")
		case domain.ActionPhotoInspected:
			t.inspected = fact(e, "sha256")
			t.thumb, t.display = fact(e, domain.FactThumb), fact(e, domain.FactDisplay)
			t.verdicts++
		case domain.ActionPhotoDeleted:
			t.deleted = true
		default:
			continue
		}
		trails[id] = t
	}
	return trails
}

// fact returns the value of the entry's fact of this name, or "".
func fact(e domain.AuditEntry, name string) string {
	for _, f := range e.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
