package assurance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of the object store.
const (
	// RuleBlobMissing: every file that a photo or a report must have exists.
	RuleBlobMissing Rule = "BLOB_MISSING"
	// RuleBlobDiffers: originals have the announced size. In a deep check, originals, their
	// smaller copies and reports also have the recorded checksums.
	RuleBlobDiffers Rule = "BLOB_DIFFERS"
	// RuleBlobOrphan: a file that no record names is not older than the grace.
	RuleBlobOrphan Rule = "BLOB_ORPHAN"
	// RuleBlobUnknown: there are only files of known kinds.
	RuleBlobUnknown Rule = "BLOB_UNKNOWN"
)

// file describes an object that a case must, or may, have.
type file struct {
	must   bool
	bytes  int64  // 0 if any size will do
	sha256 string // empty if no checksum is known
}

// files lists the objects that the case has or may have, by their keys.
func (d *dossier) files() map[string]file {
	files := make(map[string]file)
	trails := photoTrails(d)
	for _, photo := range d.photos {
		trail := trails[photo.ID]
		uploaded := photo.Status != domain.PhotoAwaitingUpload
		judged := uploaded && photo.Status != domain.PhotoProcessing && photo.Facts.Fault == domain.NoFault
		original := file{must: uploaded, sha256: photo.Facts.SHA256}
		if uploaded {
			original.bytes = photo.Announced.Bytes
		}
		if original.sha256 == "" {
			original.sha256 = photo.Announced.SHA256
		}
		files[photo.OriginalKey()] = original
		files[photo.ThumbKey()], files[photo.DisplayKey()] = file{must: judged, sha256: trail.thumb}, file{must: judged, sha256: trail.display}
	}
	for _, v := range d.valuations {
		stored := !v.Report.StoredAt.IsZero()
		files[v.ReportKey()] = file{must: stored, sha256: v.Report.SHA256}
	}
	return files
}

// checkBlobs: the object store has every file that the case must have, of the right size, and
// no old file that no record names.
func checkBlobs(d *dossier) {
	files := d.files()
	there := make(map[string]bool, len(d.blobs))
	for _, b := range d.blobs {
		there[b.Key] = true
		f, named := files[b.Key]
		switch {
		case named && f.must && f.bytes > 0 && f.bytes != b.Bytes:
			d.fault(RuleBlobDiffers, b.Key, fmt.Sprintf("it has %d bytes, %d were announced", b.Bytes, f.bytes))
		case !named && d.at.Sub(b.ModifiedAt) > d.grace && !d.deleting(b.Key):
			d.fault(RuleBlobOrphan, b.Key, "nothing names it since "+b.ModifiedAt.UTC().Format("2006-01-02T15:04:05Z"))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(files)) {
		if files[key].must && !there[key] {
			d.fault(RuleBlobMissing, key, "it must be there")
		}
	}
}

// folders returns the prefixes of the key that a job may delete.
func (d *dossier) folders(key string) []domain.BlobFolder {
	folders := []domain.BlobFolder{domain.PropertyFolder(d.id)}
	if photo, ok := folders[0].PhotoOf(key); ok {
		folders = append(folders, photo)
	}
	return folders
}

// deleting reports whether a job is about to delete the object.
func (d *dossier) deleting(key string) bool {
	return slices.ContainsFunc(d.folders(key), func(folder domain.BlobFolder) bool {
		return d.jobs[job{domain.JobDeletePhotoFiles, folder.String()}] == ports.JobLive ||
			d.jobs[job{domain.JobPurgeFiles, folder.String()}] == ports.JobLive
	})
}

// hasUnnamed reports whether there are objects that no record names.
func (d *dossier) hasUnnamed() bool {
	files := d.files()
	return slices.ContainsFunc(d.blobs, func(b ports.Blob) bool {
		_, named := files[b.Key]
		return !named
	})
}

// loadDeletions reads the states of the jobs that would delete the objects that no record
// names.
func (d *dossier) loadDeletions(ctx context.Context, tx ports.Tx) error {
	if d.jobs == nil {
		d.jobs = make(map[job]ports.JobState)
	}
	files := d.files()
	for _, b := range d.blobs {
		if _, named := files[b.Key]; named {
			continue
		}
		for _, folder := range d.folders(b.Key) {
			for _, kind := range []domain.JobKind{domain.JobDeletePhotoFiles, domain.JobPurgeFiles} {
				if err := d.loadJob(ctx, tx, job{kind, folder.String()}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compareSums reads every object that the case must have in full, compares the checksums that
// are known, and returns how many objects it read. It skips missing ones, because checkBlobs
// reports those.
func (d *dossier) compareSums(ctx context.Context, blobs ports.Blobs) (int, error) {
	files := d.files()
	read := 0
	for _, b := range d.blobs {
		f, named := files[b.Key]
		if !named || !f.must {
			continue
		}
		sum := sha256.New()
		switch err := readBlob(ctx, blobs, b.Key, sum); {
		case domain.IsKind(err, domain.KindNotFound):
			continue
		case err != nil:
			return read, err
		}
		read++
		if got := hex.EncodeToString(sum.Sum(nil)); f.sha256 != "" && got != f.sha256 {
			d.fault(RuleBlobDiffers, b.Key, "its SHA-256 is "+got+", not "+f.sha256)
		}
	}
	return read, nil
}

// loadJob reads the state of a job, once.
func (d *dossier) loadJob(ctx context.Context, tx ports.Tx, j job) error {
	if _, asked := d.jobs[j]; asked {
		return nil
	}
	state, err := tx.Inventory.Job(ctx, j.kind, j.subject)
	if err == nil {
		d.jobs[j] = state
	}
	return err
}
