package assurance_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

var (
	owner, valuer, supervisor = fixture.Owner, fixture.Valuer, fixture.Supervisor
	front, living             = fixture.Front, fixture.Living
)

// world is memory adapters with one case in them that went all the way, from draft to report,
// by way of a follow-up and a sign-off.
type world struct {
	*fixture.World
	uow  ports.UnitOfWork // the store, or something that lies about it
	blob ports.Blobs

	id            domain.PropertyID
	front, living domain.PhotoID
	valuation     domain.ValuationID
}

func emptyWorld(t *testing.T) *world {
	t.Helper()
	w := bareWorld(t)
	w.Hire(valuer, supervisor, owner)
	return w
}

// bareWorld has no users, and so no register.
func bareWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: fixture.New(t, memory.WithReruns(0.1, 1))}
	w.uow, w.blob = w.Store, w.Blobs
	w.id, w.front, w.living = domain.PropertyID(w.IDs.New()), domain.PhotoID(w.IDs.New()), domain.PhotoID(w.IDs.New())
	w.valuation = domain.ValuationID(w.IDs.New())
	return w
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := emptyWorld(t)
	w.valued()
	w.settle()
	return w
}

// change does something to the case as a use case does, a minute after what was before.
func (w *world) change(fn func(tx ports.Tx, p *domain.Property) (domain.Change, error)) {
	w.T.Helper()
	w.Clock.Advance(time.Minute)
	w.ChangeInTx(w.id, func(_ context.Context, tx ports.Tx, p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return fn(tx, p)
	})
}

// enqueue adds a job.
func (w *world) enqueue(job domain.Job) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Jobs.Enqueue(ctx, job) })
}

// draft opens the case.
func (w *world) draft() {
	w.T.Helper()
	w.Draft(w.id, owner)
}

func sumOf(file string) string {
	sum := sha256.Sum256([]byte(file))
	return hex.EncodeToString(sum[:])
}

func (w *world) put(key, file string) {
	w.T.Helper()
	require.NoError(w.T, w.Blobs.Put(w.T.Context(), key, domain.ContentJPEG, []byte(file)))
}

// announce adds a photo that awaits its upload.
func (w *world) announce(id domain.PhotoID, subject domain.Subject) domain.Photo {
	w.T.Helper()
	file := "file of " + string(id)
	photo := domain.Photo{
		ID: id, PropertyID: w.id, OwnerID: owner.ID, Subject: subject, Status: domain.PhotoAwaitingUpload,
		Announced: domain.Announcement{SHA256: sumOf(file), Bytes: int64(len(file)), ContentType: domain.ContentJPEG},
	}
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		photo.CreatedAt = w.Clock.Now()
		return p.PhotoChange(domain.ActionPhotoCreated, photo, owner, w.Clock.Now()), tx.Photos.Add(w.T.Context(), photo)
	})
	return photo
}

// upload takes a photo to its inspection.
func (w *world) upload(id domain.PhotoID, subject domain.Subject) domain.Photo {
	w.T.Helper()
	photo := w.announce(id, subject)
	w.put(photo.OriginalKey(), "file of "+string(id))
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		photo, err := tx.Photos.Get(w.T.Context(), id)
		if err != nil {
			return domain.Change{}, err
		}
		photo.Complete(w.Clock.Now())
		sha256 := domain.Fact{Name: "sha256", Value: photo.Announced.SHA256}
		return p.PhotoChange(domain.ActionPhotoCompleted, photo, owner, w.Clock.Now(), sha256), tx.Photos.Update(w.T.Context(), &photo)
	})
	return photo
}

// inspect adds a photo that passed.
func (w *world) inspect(id domain.PhotoID, subject domain.Subject) {
	w.T.Helper()
	photo := w.upload(id, subject)
	w.put(photo.ThumbKey(), "thumb")
	w.put(photo.DisplayKey(), "display")
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		photo, err := tx.Photos.Get(w.T.Context(), id)
		if err != nil {
			return domain.Change{}, err
		}
		photo.Judge(domain.ImageFacts{SHA256: photo.Announced.SHA256}, domain.ImageAnalysis{}, nil, nil, w.Clock.Now())
		sha256 := domain.Fact{Name: "sha256", Value: photo.Facts.SHA256}
		return p.PhotoChange(domain.ActionPhotoInspected, photo, domain.System, w.Clock.Now(), sha256), tx.Photos.Update(w.T.Context(), &photo)
	})
}

func (w *world) photos(tx ports.Tx) []domain.Photo {
	photos, err := tx.Photos.ByProperty(w.T.Context(), w.id)
	require.NoError(w.T, err)
	return photos
}

func (w *world) submitted() {
	w.T.Helper()
	w.draft()
	w.inspect(w.front, front)
	w.inspect(w.living, living)
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		return p.Submit(owner, domain.NewReference(w.Clock.Now(), [6]byte(w.Entropy.Bytes(6))), domain.Evidence{Photos: w.photos(tx), Consented: true}, w.Clock.Now())
	})
}

func (w *world) claim() {
	w.T.Helper()
	w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) { return p.ClaimFor(valuer, w.Clock.Now()) })
}

func (w *world) ask() {
	w.T.Helper()
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		items := []domain.FollowUpItem{{ID: "1", Kind: domain.AnswerQuestion, Message: "Is there a lift?"}}
		return p.AskFollowUp(valuer, items, w.photos(tx), w.Clock.Now())
	})
}

func (w *world) answer() {
	w.T.Helper()
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		change, _, err := p.AnswerFollowUp(owner, []domain.FollowUpAnswer{{ItemID: "1", Text: "Yes"}}, domain.Evidence{Photos: w.photos(tx)}, w.Clock.Now())
		return change, err
	})
}

// value has the case valued; it is risky, as nothing is known of its market.
func (w *world) value() {
	w.T.Helper()
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		appraisal := domain.Appraisal{Amount: 100 * domain.Lakh, Methodology: domain.SalesComparison, Rationale: "By the rate of the layout.", FewerReason: "there are none nearby"}
		v, err := domain.NewValuation(w.valuation, w.id, 1, valuer, appraisal, nil, domain.Suggestion{}, w.Clock.Now())
		if err != nil {
			return domain.Change{}, err
		}
		change, err := p.Value(valuer, fixture.Deciding(&v, w.photos(tx)), w.Clock.Now())
		if err != nil {
			return domain.Change{}, err
		}
		return change, tx.Valuations.Add(w.T.Context(), v)
	})
}

func (w *world) decideValuation(fn func(tx ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error)) {
	w.T.Helper()
	w.change(func(tx ports.Tx, p *domain.Property) (domain.Change, error) {
		v, err := tx.Valuations.Get(w.T.Context(), w.valuation)
		if err != nil {
			return domain.Change{}, err
		}
		change, err := fn(tx, p, &v)
		if err != nil {
			return domain.Change{}, err
		}
		return change, tx.Valuations.Update(w.T.Context(), &v)
	})
}

func (w *world) approved() {
	w.T.Helper()
	w.submitted()
	w.claim()
	w.ask()
	w.answer()
	w.claim()
	w.value()
	w.decideValuation(func(tx ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
		return p.SignOff(supervisor, fixture.Deciding(v, w.photos(tx)), w.Clock.Now())
	})
}

func (w *world) valued() {
	w.T.Helper()
	w.approved()
	v := domain.Valuation{ID: w.valuation, PropertyID: w.id}
	w.put(v.ReportKey(), "report")
	w.decideValuation(func(_ ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
		return p.CompleteReport(v, sumOf("report"), w.Clock.Now())
	})
}

// settle sends what waits to be sent, and ends all jobs.
func (w *world) settle() {
	w.T.Helper()
	w.notifications(func(n *domain.Notification) { n.MarkSent("SM1", w.Clock.Now()) })
	w.endJobs(nil)
}

// notifications changes every notification.
func (w *world) notifications(fn func(*domain.Notification)) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		list, err := tx.Notifications.List(ctx, ports.NotificationFilter{PropertyID: w.id}, domain.Page{Limit: 100})
		if err != nil {
			return err
		}
		for _, n := range list.Items {
			fn(&n)
			if err := tx.Notifications.Update(ctx, &n); err != nil {
				return err
			}
		}
		return nil
	})
}

// endJobs runs all jobs, which do nothing but fail with the error.
func (w *world) endJobs(err error) {
	w.T.Helper()
	ctx, stop := context.WithCancel(w.T.Context())
	handlers := make(map[domain.JobKind]ports.JobHandler)
	for _, kind := range []domain.JobKind{domain.JobInspectPhoto, domain.JobRenderReport, domain.JobSendNotification, domain.JobDeletePhotoFiles, domain.JobReleaseStaffClaims} {
		handlers[kind] = ports.JobHandler{Work: func(context.Context, string) error { return err }}
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Runner.Run(ctx, handlers, nil) }()
	for range domain.MaxJobAttempts {
		require.NoError(w.T, w.Runner.AwaitIdle(ctx))
		if err != nil {
			w.Clock.Advance(time.Hour)
		}
	}
	require.NoError(w.T, w.Runner.AwaitIdle(ctx))
	stop()
	require.NoError(w.T, <-ended)
	require.Empty(w.T, w.Runner.Pending())
}

// set changes the stored property, the first photo or the valuation behind the back of the domain.
func (w *world) set(property func(*domain.Property)) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Get(ctx, w.id)
		if err != nil {
			return err
		}
		property(&p)
		return tx.Properties.Update(ctx, &p)
	})
}

func (w *world) setPhoto(alter func(*domain.Photo)) {
	w.T.Helper()
	w.SetPhoto(w.front, alter)
}

func (w *world) setValuation(valuation func(*domain.Valuation)) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		v, err := tx.Valuations.Get(ctx, w.valuation)
		if err != nil {
			return err
		}
		valuation(&v)
		return tx.Valuations.Update(ctx, &v)
	})
}

// forge appends an entry to the case's history.
func (w *world) forge(action domain.Action, from, to domain.State) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: w.id, At: w.Clock.Now(), ActorRole: domain.RoleSystem, Action: action, From: from, To: to})
		return err
	})
}

// verdict is what a check found: "RULE subject", ids replaced by their names.
type verdict struct {
	tally assurance.Tally
	found []string
}

func (w *world) checkDeep(deep bool) verdict {
	w.T.Helper()
	var v verdict
	var err error
	check := assurance.CheckInvariants{UnitOfWork: w.uow, Blobs: w.blob, Clock: w.Clock}
	v.tally, err = check.Execute(w.T.Context(), assurance.CheckInvariantsInput{Deep: deep, Found: func(f assurance.Finding) {
		require.NotEmpty(w.T, f.Note)
		v.found = append(v.found, w.name(f))
	}})
	require.NoError(w.T, err)
	return v
}

func (w *world) check() verdict { return w.checkDeep(false) }

// name writes a finding with names in the place of ids.
func (w *world) name(f assurance.Finding) string {
	subject := strings.NewReplacer(
		string(w.id), "CASE", string(w.front), "FRONT", string(w.living), "LIVING", string(w.valuation), "VALUATION",
	).Replace(f.Subject)
	if n, err := w.notification(domain.NotificationID(f.Subject)); err == nil {
		subject = string(n.Topic) + "/" + string(n.Channel)
	}
	text := strings.TrimSpace(string(f.Rule) + " " + subject)
	if f.Warning {
		text = "warning " + text
	}
	return text
}

func (w *world) notification(id domain.NotificationID) (domain.Notification, error) {
	return ports.InTx(w.T.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Notification, error) {
		return tx.Notifications.Get(ctx, id)
	})
}
