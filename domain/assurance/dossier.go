package assurance

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// dossier is everything stored of one property, or of one register.
type dossier struct {
	id domain.PropertyID
	// orphan is set if the id was found only in the object store.
	orphan bool
	// stored is false if there is no such property, or no longer: a deleted draft leaves its
	// chain, and the object store may contain an unknown id.
	stored        bool
	property      domain.Property
	head          domain.AuditHead
	chain         []domain.AuditEntry
	photos        []domain.Photo
	valuations    []domain.Valuation
	notifications []domain.Notification
	steps         []domain.Step
	holder        *domain.User // the valuer who has the case, nil if none has it
	register      *register    // if it is no case
	others        map[domain.PropertyID]other
	repeated      []domain.RecordFault // columns that repeat others and differ from them
	adopted       time.Time            // when the adoption of what earlier releases had written ended
	jobs          map[job]ports.JobState
	blobs         []ports.Blob

	spoilt *Finding // why there is nothing else, nil if all could be read

	at    time.Time     // of the look
	grace time.Duration // for objects that no record names
	found []Finding
}

type job struct {
	kind    domain.JobKind
	subject string
}

func (d *dossier) fault(rule Rule, subject, note string) {
	d.found = append(d.found, Finding{Rule: rule, PropertyID: d.id, Subject: subject, Note: note})
}

func (d *dossier) warn(rule Rule, subject, note string) {
	d.found = append(d.found, Finding{Rule: rule, Warning: true, PropertyID: d.id, Subject: subject, Note: note})
}

// valuation returns the version with this id, or nil.
func (d *dossier) valuation(id domain.ValuationID) *domain.Valuation {
	for i := range d.valuations {
		if d.valuations[i].ID == id {
			return &d.valuations[i]
		}
	}
	return nil
}

// photo returns the photo with this id, or nil.
func (d *dossier) photo(id domain.PhotoID) *domain.Photo {
	for i := range d.photos {
		if d.photos[i].ID == id {
			return &d.photos[i]
		}
	}
	return nil
}

// load reads the dossier in a transaction, and locks the property if lock is set. What cannot be read
// is for judge to report, because a value that somebody spoilt must not end the check of the rest.
func (d *dossier) load(ctx context.Context, tx ports.Tx, lock bool) error {
	err := d.read(ctx, tx, lock)
	var u *ports.Unreadable
	if errors.As(err, &u) {
		found := d.unreadable(u)
		d.spoilt, err = &found, nil
	}
	return err
}

func (d *dossier) read(ctx context.Context, tx ports.Tx, lock bool) (err error) {
	if err := d.loadProperty(ctx, tx, lock); err != nil || d.orphan && !d.stored {
		return err
	}
	if err := d.loadChain(ctx, tx); err != nil {
		return err
	}
	if !d.stored {
		return d.loadRegister(ctx, tx)
	}
	return d.loadParts(ctx, tx)
}

// loadProperty reads the property. If there is none it leaves stored false and returns nil.
func (d *dossier) loadProperty(ctx context.Context, tx ports.Tx, lock bool) (err error) {
	get := tx.Properties.Get
	if lock {
		get = tx.Properties.Lock
	}
	d.property, err = get(ctx, d.id)
	if d.stored = !domain.IsKind(err, domain.KindNotFound); !d.stored {
		return nil
	}
	return err
}

// loadChain reads the chain and its recorded head.
func (d *dossier) loadChain(ctx context.Context, tx ports.Tx) (err error) {
	if d.head, err = tx.AuditChains.Head(ctx, d.id); err != nil {
		return err
	}
	d.chain, err = tx.Audit.Chain(ctx, d.id)
	return err
}

// loadParts reads what belongs to the property, but for its objects.
func (d *dossier) loadParts(ctx context.Context, tx ports.Tx) (err error) {
	if d.photos, err = tx.Photos.ByProperty(ctx, d.id); err != nil {
		return err
	}
	if d.valuations, err = tx.Valuations.ByProperty(ctx, d.id); err != nil {
		return err
	}
	if d.repeated, err = tx.Inventory.Repeated(ctx, d.id); err != nil {
		return err
	}
	if err := d.loadOthers(ctx, tx); err != nil {
		return err
	}
	if d.notifications, err = notifications(ctx, tx, d.id); err != nil {
		return err
	}
	if d.steps, err = tx.Inventory.Steps(ctx, d.id); err != nil {
		return err
	}
	if err := d.loadHolder(ctx, tx); err != nil {
		return err
	}
	return d.loadJobs(ctx, tx)
}

// loadHolder reads the valuer who has the case. One who does not exist may not review either.
func (d *dossier) loadHolder(ctx context.Context, tx ports.Tx) error {
	d.holder = nil
	id := d.property.Holder(d.at)
	if id == "" {
		return nil
	}
	user, err := tx.Users.Get(ctx, id)
	if domain.IsKind(err, domain.KindNotFound) {
		user, err = domain.User{ID: id}, nil
	}
	d.holder = &user
	return err
}

// notifications reads all pages of a property's notifications.
func notifications(ctx context.Context, tx ports.Tx, property domain.PropertyID) ([]domain.Notification, error) {
	var all []domain.Notification
	for page := (domain.Page{Limit: 100}); ; {
		list, err := tx.Notifications.List(ctx, ports.NotificationFilter{PropertyID: property}, page)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if page.Cursor = list.Next; page.Cursor == (domain.Cursor{}) {
			return all, nil
		}
	}
}

// loadJobs reads the states of the jobs that the case waits for.
func (d *dossier) loadJobs(ctx context.Context, tx ports.Tx) error {
	d.jobs = make(map[job]ports.JobState)
	var waits []job
	for _, photo := range d.photos {
		if photo.Status == domain.PhotoProcessing {
			waits = append(waits, job{domain.JobInspectPhoto, string(photo.ID)})
		}
	}
	for _, n := range d.notifications {
		if n.Status == domain.NotificationPending {
			waits = append(waits, job{domain.JobSendNotification, string(n.ID)})
		}
	}
	if d.property.State == domain.Approved {
		waits = append(waits, job{domain.JobRenderReport, string(d.property.Valuation)})
	}
	if d.holder != nil && d.holder.MayReview() != nil {
		waits = append(waits, job{domain.JobReleaseStaffClaims, string(d.holder.ID)})
	}
	for _, j := range waits {
		state, err := tx.Inventory.Job(ctx, j.kind, j.subject)
		if err != nil {
			return err
		}
		d.jobs[j] = state
	}
	return nil
}

// readBlob copies an object to the writer.
func readBlob(ctx context.Context, blobs ports.Blobs, key string, to io.Writer) error {
	object, err := blobs.Open(ctx, key)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, object)
	if closing := object.Close(); err == nil {
		err = closing
	}
	return err
}
