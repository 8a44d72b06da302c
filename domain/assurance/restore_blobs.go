package assurance

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RestoreBlobs brings back objects that were overwritten or deleted, but only recorded anchors
// and the files of cases. It removes nothing, so that the damage can still be investigated.
type RestoreBlobs struct {
	UnitOfWork ports.UnitOfWork
	Versions   ports.BlobVersions
}

// RestoreBlobsInput selects what is brought back, and receives what was found.
type RestoreBlobsInput struct {
	// Since is a time before the damage. Every object becomes what it was then.
	Since time.Time
	// PropertyID limits the work to the files of one property; empty means all, and anchors.
	PropertyID domain.PropertyID
	// Apply restores the objects. Without it they are only reported.
	Apply bool
	// Found, if not nil, is called with each object concerned.
	Found func(Restoration)
}

// Restoration is one object that is not what it was.
type Restoration struct {
	Key string
	// Deleted is set if the object is gone, and not if it was overwritten.
	Deleted bool
	// From is when the version that is brought back began. It is zero if there is none, that
	// is, if the object is lost.
	From time.Time
}

// RestorationTally counts what was read and what was found.
type RestorationTally struct {
	Versions, Deleted, Overwritten, Lost int
}

// Execute counts what it found and, with Apply, restored. It may be repeated. Errors: those of
// the stores; the work is then incomplete.
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

// anchors brings back the anchors that the database records.
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

// folder brings back the objects of a folder that the database names.
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
		r.report(Restoration{Key: key, Deleted: true})
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
	r.report(Restoration{Key: key, Deleted: gone, From: wanted.At})
	return nil
}

func (r *restorer) report(what Restoration) {
	if r.in.Found != nil {
		r.in.Found(what)
	}
}

// wantedVersion returns the version that an object had at the given time, or nil if it did not
// exist then. With younger set it returns the last version of an object that was created after
// that time.
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
