package assurance

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RestoreBlobs brings objects back that were overwritten or deleted: what cases and anchors
// rest on, and nothing else. It removes nothing, so that what was done stays to be seen.
type RestoreBlobs struct {
	UnitOfWork ports.UnitOfWork
	Versions   ports.BlobVersions
}

// RestoreBlobsInput says what to bring back, and whom to tell.
type RestoreBlobsInput struct {
	// Since is a moment before the harm. What an object was then is what it becomes.
	Since time.Time
	// PropertyID limits the work to the files of one property; all where empty.
	PropertyID domain.PropertyID
	// Apply has it done; else it is only told.
	Apply bool
	// Told is told of each object concerned.
	Told func(Restoration)
}

// Restoration is one object that is not what it was.
type Restoration struct {
	Key string
	// Deleted tells an object that is gone from one that was overwritten.
	Deleted bool
	// From is when the version began that is brought back, zero where there is none: the object
	// is lost.
	From time.Time
}

// RestorationTally counts what was read and what was found.
type RestorationTally struct {
	Versions, Deleted, Overwritten, Lost int
}

// Execute returns what it found, and with Apply what it did. It may be repeated. Errors: those
// of the stores; the work is then not finished.
func (uc RestoreBlobs) Execute(ctx context.Context, in RestoreBlobsInput) (RestorationTally, error) {
	r := &restorer{RestoreBlobs: uc, in: in}
	err := walk(ctx, uc.UnitOfWork, in.PropertyID, r.page)
	if err == nil && in.PropertyID == "" {
		err = r.anchors(ctx)
	}
	return r.tally, err
}

// restorer is one run.
type restorer struct {
	RestoreBlobs
	in    RestoreBlobsInput
	tally RestorationTally
}

func (r *restorer) page(ctx context.Context, ids []domain.PropertyID) error {
	for _, id := range ids {
		d := &dossier{id: id}
		err := r.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) (err error) {
			if d.photos, err = tx.Photos.ByProperty(ctx, id); err != nil {
				return err
			}
			d.valuations, err = tx.Valuations.ByProperty(ctx, id)
			return err
		})
		if err != nil {
			return err
		}
		if err := r.folder(ctx, domain.PropertyFolder(id).String(), d.files()); err != nil {
			return err
		}
	}
	return nil
}

// anchors brings back the anchors that are recorded.
func (r *restorer) anchors(ctx context.Context) error {
	files := make(map[string]file)
	for after := int64(0); ; {
		page, err := ports.InTx(ctx, r.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditAnchor, error) {
			return tx.AuditChains.Anchors(ctx, after, pageSize)
		})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return r.folder(ctx, anchorFolder, files)
		}
		for _, a := range page {
			after, files[anchorKey(a.Number)] = a.Number, file{must: true}
		}
	}
}

// folder looks at the objects of a folder that the database names.
func (r *restorer) folder(ctx context.Context, prefix string, files map[string]file) error {
	if len(files) == 0 {
		return nil
	}
	all, err := r.Versions.Versions(ctx, prefix)
	if err != nil {
		return err
	}
	r.tally.Versions += len(all)
	kept := make(map[string][]ports.BlobVersion)
	for _, v := range all {
		kept[v.Key] = append(kept[v.Key], v)
	}
	for _, key := range slices.Sorted(maps.Keys(files)) {
		if err := r.object(ctx, key, kept[key], files[key].must); err != nil {
			return err
		}
	}
	return nil
}

// object brings one object back, if it is not what it was.
func (r *restorer) object(ctx context.Context, key string, kept []ports.BlobVersion, must bool) error {
	now := slices.IndexFunc(kept, func(v ports.BlobVersion) bool { return v.Current && !v.Deleted })
	gone := now < 0
	wanted := wantedVersion(kept, r.in.Since, must && gone)
	switch {
	case wanted == nil && must && gone:
		r.tally.Lost++
		r.tell(Restoration{Key: key, Deleted: true})
		return nil
	case wanted == nil || !gone && kept[now].Tag == wanted.Tag:
		return nil
	case gone:
		r.tally.Deleted++
	default:
		r.tally.Overwritten++
	}
	if r.in.Apply {
		if err := r.Versions.Revive(ctx, key, wanted.ID); err != nil {
			return err
		}
	}
	r.tell(Restoration{Key: key, Deleted: gone, From: wanted.At})
	return nil
}

func (r *restorer) tell(what Restoration) {
	if r.in.Told != nil {
		r.in.Told(what)
	}
}

// wantedVersion returns what an object was at a moment; nil where there was none. One that is
// younger, and has to be there, is wanted as it was last.
func wantedVersion(kept []ports.BlobVersion, at time.Time, younger bool) *ports.BlobVersion {
	for i, v := range kept { // newest first
		if v.At.After(at) {
			continue
		}
		if !v.Deleted {
			return &kept[i]
		}
		break
	}
	if !younger {
		return nil
	}
	if i := slices.IndexFunc(kept, func(v ports.BlobVersion) bool { return !v.Deleted }); i >= 0 {
		return &kept[i]
	}
	return nil
}
