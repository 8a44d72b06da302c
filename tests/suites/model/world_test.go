package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/app/worker"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

// The people. The landlord is a supervisor who owns cases, too.
var (
	landlord = domain.Actor{ID: "landlord", Role: domain.RoleSupervisor}
	owners   = []domain.Actor{{ID: "asha", Role: domain.RoleCustomer}, {ID: "bala", Role: domain.RoleCustomer}, landlord}
	admin    = domain.Actor{ID: "admin", Role: domain.RoleAdmin}

	reviewers = []domain.Actor{
		{ID: "vikram", Role: domain.RoleValuer}, {ID: "veena", Role: domain.RoleValuer},
		{ID: "sunita", Role: domain.RoleSupervisor}, {ID: "suresh", Role: domain.RoleSupervisor}, landlord,
	}
)

// world is the product on memory adapters, and what the model remembers.
type world struct {
	hasRaced bool
	*memory.Ports
	uow    *watched
	sales  map[domain.ComparableID]saleTruth
	files  map[string]photoTruth // by checksum
	units  int                   // of the cases created
	calls  int                   // with an idempotency key
	kept   []kept
	oracle *oracle
	tally  *tally

	// inherited are the cases that inherit edited after their submission, as nobody could.
	inherited sync.Map
}

// kept is a call that a client may repeat.
type kept struct {
	what   string
	at     time.Time
	again  func(ctx context.Context) (any, error)
	answer string
}

func newWorld(rt *rapid.T, t *tally) *world {
	w := &world{
		Ports: memory.ForTest(memory.WithReruns(0.2, 1), memory.WithWorkers(1)),
		sales: make(map[domain.ComparableID]saleTruth), files: make(map[string]photoTruth), tally: t,
	}
	w.PhotoInspector.AnswerWith(inspect)
	w.oracle = &oracle{world: w, memory: make(map[domain.PhotoID]places), moved: make(map[domain.PropertyID]*pinTruth)}
	w.uow = &watched{UnitOfWork: w.Store, committed: w.oracle.look}
	now := w.Clock.Now()
	err := w.Store.Do(context.Background(), func(ctx context.Context, tx ports.Tx) error {
		people := slices.Concat(owners[:2], reviewers, []domain.Actor{admin})
		for i, by := range people {
			u := domain.User{ID: by.ID, Phone: domain.Phone(fmt.Sprintf("+91990000%04d", i)), Name: "Person " + string(by.ID), Role: by.Role, Language: domain.English, CreatedAt: now}
			if err := tx.Users.Add(ctx, u); err != nil {
				return err
			}
		}
		settings, err := tx.Settings.Get(ctx)
		if err != nil {
			return err
		}
		settings.Limits = domain.CustomerLimits{OpenDrafts: 1_000, SubmissionsPerDay: 1_000, PhotosPerDay: 10_000, Streams: 100} // two owners send all of it
		if err := tx.Settings.Update(ctx, &settings); err != nil {
			return err
		}
		for _, s := range market(now) {
			w.sales[s.ID] = s
			if err := tx.Comparables.Add(ctx, s.Comparable); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	w.oracle.look()
	return w
}

// jobs are the background use cases.
func (w *world) jobs() worker.Jobs {
	return worker.Jobs{
		InspectPhoto:       w.inspectPhoto(),
		DeletePhotoFiles:   capture.DeletePhotoFiles{Blobs: w.Blobs},
		DeleteUploads:      capture.DeleteUploads{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		RenderReport:       valuation.RenderReport{UnitOfWork: w.uow, Blobs: w.Blobs, ReportRenderer: w.ReportRenderer, Clock: w.Clock, IDs: w.IDs},
		SendNotification:   notify.SendNotification{UnitOfWork: w.uow, Clock: w.Clock, Messenger: w.Inbox},
		SendDigest:         notify.SendDigest{UnitOfWork: w.uow, Clock: w.Clock},
		DeliverDigest:      notify.DeliverDigest{UnitOfWork: w.uow, Clock: w.Clock, Messenger: w.Inbox},
		ReleaseIdleClaims:  review.ReleaseIdleClaims{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		ReleaseStaffClaims: review.ReleaseStaffClaims{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		ExpireFollowUps:    review.ExpireFollowUps{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		RemindFollowUps:    review.RemindFollowUps{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		AlertSLA:           review.AlertSla{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs},
		DeleteDrafts:       intake.DeleteDrafts{UnitOfWork: w.uow, Clock: w.Clock},
		AnchorAudit:        assurance.AnchorAudit{UnitOfWork: w.uow, Blobs: w.Blobs, Clock: w.Clock},
		SealSecurityLog:    assurance.SealSecurityLog{UnitOfWork: w.uow, Clock: w.Clock},
		PurgeSecurityLog:   assurance.PurgeSecurityLog{UnitOfWork: w.uow, Clock: w.Clock},
		AdoptEvidence:      assurance.AdoptEvidence{UnitOfWork: w.uow, Clock: w.Clock},
		PurgeCases:         privacy.PurgeCases{PurgeCase: privacy.PurgeCase{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}},
		PurgeFiles:         privacy.PurgeFiles{Blobs: w.Blobs},
		FinishErasures:     privacy.FinishErasures{UnitOfWork: w.uow, Clock: w.Clock, Blobs: w.Blobs},
		ForgetExpired:      privacy.ForgetExpired{UnitOfWork: w.uow, Clock: w.Clock},
		DeleteSessions:     identity.DeleteSessions{UnitOfWork: w.uow, Clock: w.Clock},
		SendNotice:         notify.SendNotice{UnitOfWork: w.uow, Clock: w.Clock, Messenger: w.Inbox},
		SealSecrets:        identity.SealSecrets{UnitOfWork: w.uow, SecretBox: w.SecretBox},
	}
}

func (w *world) inspectPhoto() capture.InspectPhoto {
	return capture.InspectPhoto{UnitOfWork: w.uow, Blobs: w.Blobs, PhotoInspector: w.PhotoInspector, ImageAnalyzer: w.ImageAnalyzer, Clock: w.Clock, IDs: w.IDs}
}

// work runs every job that is due, in their order.
func (w *world) work() error {
	due := slices.ContainsFunc(w.Runner.Pending(), func(j domain.Job) bool { return !j.RunAt.After(w.Clock.Now()) })
	if !due {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- w.Runner.Run(ctx, w.jobs().Handlers(), nil) }()
	if err := w.Runner.AwaitIdle(ctx); err != nil {
		return err
	}
	stop()
	return <-ended
}

// sweep runs every periodic job once.
func (w *world) sweep() error {
	handlers := w.jobs().Handlers()
	for _, p := range domain.PeriodicJobs {
		if err := handlers[p.Kind].Work(context.Background(), ""); err != nil {
			return fmt.Errorf("%s: %w", p.Kind, err)
		}
	}
	return nil
}

// check runs propflow check, deeply, once the security log is sealed, which it is every minute.
func (w *world) check(rt *rapid.T) {
	if err := w.jobs().SealSecurityLog.Execute(context.Background(), ""); err != nil {
		rt.Fatal(err)
	}
	check := assurance.CheckInvariants{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	_, err := check.Execute(context.Background(), assurance.CheckInvariantsInput{Deep: true, Found: func(f assurance.Finding) {
		// A wait of hours may come between a move that races and its commit, longer than the grace.
		late := w.hasRaced && f.Rule == assurance.RuleSecurityUnsealed
		_, inherited := w.inherited.Load(f.PropertyID)
		inherited = inherited && (f.Rule == assurance.RuleIllegalStep || strings.Contains(f.Note, "which may not change it"))
		if !f.Warning && !late && !inherited {
			rt.Fatalf("propflow check: %s %s %s: %s", f.Rule, f.PropertyID, f.Subject, f.Note)
		}
	}})
	if err != nil {
		rt.Fatal(err)
	}
}

// settings changes them as the admin.
func (w *world) settings(ctx context.Context, s domain.Settings) error {
	_, err := identity.UpdateSettings{UnitOfWork: w.uow, Clock: w.Clock, OneAdmin: true}.Execute(ctx, identity.UpdateSettingsInput{Actor: admin, Version: s.Version, Settings: s})
	return err
}
