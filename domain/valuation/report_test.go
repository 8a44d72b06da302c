package valuation_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// reader is a ports.ReportRenderer that keeps what it was given.
type reader struct {
	mu   sync.Mutex
	seen []domain.ReportDocument
	fail error
}

func (r *reader) Render(_ context.Context, d domain.ReportDocument) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, d)
	return []byte("%PDF of " + d.Valuation.ID), r.fail
}

func (w *world) renderer(r ports.ReportRenderer) valuation.RenderReport {
	return valuation.RenderReport{UnitOfWork: w.Store, Blobs: w.Blobs, ReportRenderer: r, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) getReport(by domain.Actor) (valuation.GetReportOutput, error) {
	return valuation.GetReport{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}.Execute(w.request(by), valuation.GetReportInput{Actor: by, PropertyID: flat})
}

func (w *world) retry(by domain.Actor) (domain.Property, error) {
	uc := valuation.RetryReport{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	return uc.Execute(w.request(by), valuation.RetryReportInput{Actor: by, PropertyID: flat})
}

func TestRenderReport(t *testing.T) {
	t.Parallel()
	w, r := newWorld(t), &reader{}
	w.addPhoto(domain.Photo{ID: "failed", PropertyID: flat, Subject: domain.Subject{Type: domain.PhotoSide}, Status: domain.PhotoFailed})
	w.addPhoto(domain.Photo{ID: "side", PropertyID: flat, Subject: domain.Subject{Type: domain.PhotoSide}, Status: domain.PhotoPassed, CreatedAt: w.Clock.Now().Add(time.Hour)})
	v := w.approved()
	approvedAt, entries := w.Clock.Now(), w.Chain(flat)
	_, err := w.getReport(owner)
	fixture.Refused(t, err, domain.KindConflict, "report_not_ready")

	w.Clock.Advance(time.Minute)
	require.NoError(t, w.renderer(r).Execute(t.Context(), string(v.ID)))

	require.Len(t, r.seen, 1)
	d := r.seen[0]
	assert.Equal(t, "Lakshmi Rao", d.OwnerName)
	assert.Equal(t, "+91********70", d.Phone)
	assert.Equal(t, "Vikram Nair", d.ValuerName)
	assert.Empty(t, d.SignerName)
	assert.Equal(t, v, d.Valuation)
	assert.Equal(t, flat, d.Property.ID)
	assert.Equal(t, approvedAt, d.GeneratedAt)
	assert.Equal(t, entries[len(entries)-1].Hash, d.AuditHead)
	var listed, pictured []domain.PhotoID
	for _, p := range d.Photos {
		listed = append(listed, p.Photo.ID)
		if p.JPEG != nil {
			pictured = append(pictured, p.Photo.ID)
			assert.Equal(t, "picture of "+string(p.Photo.ID), string(p.JPEG))
		}
	}
	assert.Equal(t, []domain.PhotoID{"flat-photo-3", "failed", "side", "flat-photo-1", "flat-photo-0", "flat-photo-2"}, listed, "front, side, inside, amenity, paper")
	assert.Equal(t, []domain.PhotoID{"flat-photo-3", "side", "flat-photo-1", "flat-photo-0"}, pictured, "no papers, and nothing that failed")

	property := w.Property(flat)
	assert.Equal(t, domain.Valued, property.State)
	assert.Nil(t, property.Claim)
	for _, actor := range []domain.Actor{owner, valuer, supervisor} {
		report, err := w.getReport(actor)
		require.NoError(t, err)
		pdf, err := io.ReadAll(report.PDF)
		require.NoError(t, err)
		require.NoError(t, report.PDF.Close())
		sum := sha256.Sum256(pdf)
		assert.Equal(t, "%PDF of "+string(v.ID), string(pdf))
		assert.EqualValues(t, len(pdf), report.Bytes)
		assert.Equal(t, hex.EncodeToString(sum[:]), report.SHA256)
		assert.Equal(t, property.Reference, report.Reference)
	}
	_, err = w.getReport(stranger)
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	views := w.Security(domain.SecurityReportViewed)
	require.Len(t, views, 3, "each view is logged, and nothing else")
	assert.Equal(t, supervisor.ID, views[0].ActorID)
	assert.Equal(t, owner.ID, views[0].TargetID)
	assert.Equal(t, string(v.ID), views[0].Detail)

	links := len(w.Chain(flat))
	require.NoError(t, w.renderer(r).Execute(t.Context(), string(v.ID)), "a job may run again")
	require.NoError(t, w.renderer(r).GiveUp(t.Context(), string(v.ID)))
	assert.Len(t, r.seen, 1)
	assert.Len(t, w.Chain(flat), links)

	require.NoError(t, w.Blobs.Put(t.Context(), v.ReportKey(), "application/pdf", []byte("%PDF of "+v.ID+" with another amount")))
	for _, actor := range []domain.Actor{owner, valuer, supervisor} {
		_, err = w.getReport(actor)
		fixture.Refused(t, err, domain.KindConflict, "report_differs")
	}
	assert.Len(t, w.differing(), 3, "each is in the security log")
	require.NoError(t, w.Blobs.DeletePrefix(t.Context(), v.ReportKey()))
	_, err = w.getReport(owner)
	fixture.Refused(t, err, domain.KindInternal, "report_lost")
}

// differing returns the security events of stored things that are not what the audit chain commits to.
func (w *world) differing() []domain.SecurityEvent {
	w.T.Helper()
	list, err := ports.InTx(w.T.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{Code: domain.SecurityEvidenceDiffers}, domain.Page{Limit: 100})
	})
	require.NoError(w.T, err)
	return list.Items
}

// TestAReportWhoseRecordWasChangedIsRefused changes the row to name another file, which exists.
func TestAReportWhoseRecordWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.approved()
	require.NoError(t, w.renderer(&reader{}).Execute(t.Context(), string(v.ID)))
	forged := []byte("%PDF that was forged")
	sum := sha256.Sum256(forged)
	require.NoError(t, w.Blobs.Put(t.Context(), "reports/forged.pdf", "application/pdf", forged))
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		stored, err := tx.Valuations.Get(ctx, v.ID)
		if err != nil {
			return err
		}
		stored.Report.Key, stored.Report.SHA256 = "reports/forged.pdf", hex.EncodeToString(sum[:])
		return tx.Valuations.Update(ctx, &stored)
	})
	_, err := w.getReport(supervisor)
	fixture.Refused(t, err, domain.KindConflict, "report_differs")
}

// TestOnlyCasesThatCanGetAReportAreWorthPolling asserts the answer in every state without a
// report: a client that polls must stop if none can come.
func TestOnlyCasesThatCanGetAReportAreWorthPolling(t *testing.T) {
	t.Parallel()
	for _, state := range domain.States {
		if state == domain.Valued { // has its report
			continue
		}
		w := newWorld(t)
		w.approved() // a case that is decided otherwise later keeps its valuation
		w.Change(flat, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
			p.State = state
			return domain.Change{}, nil
		})
		_, err := w.getReport(owner)
		switch state {
		case domain.Draft, domain.Rejected, domain.Withdrawn:
			fixture.Refused(t, err, domain.KindNotFound, "report_not_found")
		default:
			fixture.Refused(t, err, domain.KindConflict, "report_not_ready")
		}
		_, err = w.getReport(stranger)
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
}

func TestASignedValuationNamesItsSigner(t *testing.T) {
	t.Parallel()
	w, r, a := newWorld(t), &reader{}, fair()
	a.Amount = 19_000_000
	v, err := w.approve(valuation.ApprovePropertyInput{Actor: valuer, PropertyID: flat, Appraisal: a})
	require.NoError(t, err)
	require.NoError(t, w.renderer(r).Execute(t.Context(), string(v.ID)))
	assert.Empty(t, r.seen, "nothing to report before it is signed")

	w.Clock.Advance(time.Hour)
	w.Change(flat, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		evidence := fixture.Deciding(&v, photos)
		evidence.Decision.Name = "Sunita Sharma"
		return p.SignOff(supervisor, evidence, w.Clock.Now())
	})
	w.update(v)
	w.rename(valuer, "Mallory")
	w.rename(supervisor, "Mallory")
	require.NoError(t, w.renderer(r).Execute(t.Context(), string(v.ID)))
	require.Len(t, r.seen, 1)
	assert.Equal(t, "Vikram Nair", r.seen[0].ValuerName, "as it was when he valued")
	assert.Equal(t, "Sunita Sharma", r.seen[0].SignerName, "as it was when she signed")
	assert.Equal(t, domain.Valued, w.Property(flat).State)
}

// rename changes a user's name, as an ADMIN may.
func (w *world) rename(who domain.Actor, name string) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, who.ID)
		if err != nil {
			return err
		}
		user.Name = name
		return tx.Users.Update(ctx, &user)
	})
}

func TestRacingRenderersStoreOneReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.approved()
	var racers sync.WaitGroup
	for range 6 {
		racers.Go(func() { assert.NoError(t, w.renderer(w.ReportRenderer).Execute(t.Context(), string(v.ID))) })
	}
	racers.Wait()
	stored := 0
	for _, e := range w.Chain(flat) {
		if e.Action == domain.ActionReportStored {
			stored++
		}
	}
	assert.Equal(t, 1, stored)
	report, err := w.getReport(owner)
	require.NoError(t, err)
	pdf, err := io.ReadAll(report.PDF)
	require.NoError(t, err)
	sum := sha256.Sum256(pdf)
	assert.Equal(t, report.SHA256, hex.EncodeToString(sum[:]), "whoever came last")
}

func TestAFailedReportIsRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.retry(supervisor)
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
	v := w.approved()
	_, err = w.retry(supervisor)
	fixture.Refused(t, err, domain.KindConflict, "report_in_progress")
	_, err = w.retry(stranger)
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")

	broken := w.renderer(&reader{fail: errors.New("no font")})
	require.ErrorContains(t, broken.Execute(t.Context(), string(v.ID)), "no font")
	require.NoError(t, broken.GiveUp(t.Context(), string(v.ID)))
	failed, err := w.getValuation(supervisor)
	require.NoError(t, err)
	assert.False(t, failed.Report.FailedAt.IsZero())
	_, err = w.getReport(owner)
	fixture.Refused(t, err, domain.KindConflict, "report_failed")

	property, err := w.retry(supervisor)
	require.NoError(t, err)
	_, err = w.getReport(owner)
	fixture.Refused(t, err, domain.KindConflict, "report_not_ready")
	assert.Equal(t, domain.Approved, property.State)
	assert.Equal(t, w.Property(flat).Version, property.Version)
	again, err := w.getValuation(supervisor)
	require.NoError(t, err)
	assert.True(t, again.Report.FailedAt.IsZero())
	assert.Equal(t, 1, again.Report.Retries)

	r := &reader{}
	require.NoError(t, w.renderer(r).Execute(t.Context(), string(v.ID)))
	for _, e := range w.Chain(flat) {
		if e.Action == domain.ActionApproved {
			assert.Equal(t, e.Hash, r.seen[0].AuditHead, "later entries say only how the report fared")
		}
	}
	assert.Equal(t, domain.Valued, w.Property(flat).State)
}

func TestReportsNeedTheirParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	job := w.renderer(&reader{})
	fixture.Refused(t, job.Execute(t.Context(), "nothing"), domain.KindNotFound, "valuation_not_found")
	fixture.Refused(t, job.GiveUp(t.Context(), "nothing"), domain.KindNotFound, "valuation_not_found")
	v := w.approved()
	require.NoError(t, w.Blobs.DeletePrefix(t.Context(), "properties/flat/photos/flat-photo-1/"))
	fixture.Refused(t, job.Execute(t.Context(), string(v.ID)), domain.KindNotFound, "blob_not_found")
	job.Blobs = cutOff{w.Blobs}
	require.ErrorIs(t, job.Execute(t.Context(), string(v.ID)), errCut)
	assert.Equal(t, domain.Approved, w.Property(flat).State)
}

var errCut = errors.New("the line is cut")

// cutOff is an object store whose answers break off.
type cutOff struct{ ports.Blobs }

func (cutOff) Open(context.Context, string) (io.ReadCloser, error) {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader([]byte("half")), broken{}), broken{}}, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errCut }
func (broken) Close() error             { return errCut }

func TestReportingSurvivesOutages(t *testing.T) {
	t.Parallel()
	rendering := trial(func(w *world) func() error {
		v := w.approved()
		return func() error { return w.renderer(w.ReportRenderer).Execute(t.Context(), string(v.ID)) }
	})
	rendering.WithFiles = true
	fixture.EveryPortCallMayFail(t, rendering)
	everyOutage(t, func(w *world) func() error {
		v := w.approved()
		return func() error { return w.renderer(w.ReportRenderer).GiveUp(t.Context(), string(v.ID)) }
	})
	everyOutage(t, func(w *world) func() error {
		v := w.approved()
		require.NoError(t, w.renderer(w.ReportRenderer).GiveUp(t.Context(), string(v.ID)))
		return func() error { _, err := w.retry(supervisor); return err }
	})
	everyOutage(t, func(w *world) func() error {
		v := w.approved()
		require.NoError(t, w.renderer(w.ReportRenderer).Execute(t.Context(), string(v.ID)))
		return func() error { _, err := w.getReport(owner); return err }
	})
}
