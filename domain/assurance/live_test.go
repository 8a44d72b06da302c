package assurance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// lying is a store that lets a test change what its transactions see, by their number.
type lying struct {
	ports.UnitOfWork
	n   int
	lie func(n int, tx *ports.Tx)
}

func (l *lying) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	n := l.n
	l.n++
	return l.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		l.lie(n, &tx)
		return fn(ctx, tx)
	})
}

// lies has the store always lie.
func (w *world) lies(lie func(tx *ports.Tx)) {
	w.uow = &lying{UnitOfWork: w.Store, lie: func(_ int, tx *ports.Tx) { lie(tx) }}
}

// liesInTurn has the first transactions see one lie each, where it is not nil.
func (w *world) liesInTurn(lies ...func(tx *ports.Tx)) {
	w.uow = &lying{UnitOfWork: w.Store, lie: func(n int, tx *ports.Tx) {
		if n < len(lies) && lies[n] != nil {
			lies[n](tx)
		}
	}}
}

// noJobs knows of no job.
type noJobs struct{ ports.Inventory }

func (noJobs) Job(context.Context, domain.JobKind, string) (ports.JobState, error) {
	return ports.JobUnknown, nil
}

// shortChain lacks the last entry.
type shortChain struct{ ports.AuditLog }

func (s shortChain) Chain(ctx context.Context, id domain.PropertyID) ([]domain.AuditEntry, error) {
	chain, err := s.AuditLog.Chain(ctx, id)
	return chain[:max(0, len(chain)-1)], err
}

func withoutJobs(tx *ports.Tx)  { tx.Inventory = noJobs{tx.Inventory} }
func withoutLast(tx *ports.Tx)  { tx.Audit = shortChain{tx.Audit} }
func withoutLast2(tx *ports.Tx) { tx.Audit = shortChain{shortChain{tx.Audit}} }

func TestWhatDoesNotStayWrongIsNotReported(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.approved()
	for name, lie := range map[string]func(tx *ports.Tx){
		"a job that was just taken": withoutJobs, "an entry just committed": withoutLast,
	} {
		for _, looks := range [][]func(*ports.Tx){{nil, lie}, {nil, lie, lie}, {nil, nil, lie}} { // the ids come first
			w.liesInTurn(looks...)
			assert.Empty(t, w.check().found, "%s, %d looks", name, len(looks)-1)
		}
		w.lies(lie)
		assert.NotEmpty(t, w.check().found, "%s, for good", name)
	}
}

// TestLooksMustAgree shows something else wrong in each look.
func TestLooksMustAgree(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.approved()
	jobs := []func(*ports.Tx){nil, withoutJobs, withoutJobs, withoutLast}
	w.liesInTurn(jobs...)
	assert.Empty(t, w.check().found)
	chains := []func(*ports.Tx){nil, withoutLast, withoutLast2, withoutLast}
	w.liesInTurn(chains...)
	_, found := w.verify()
	assert.Empty(t, found)
}

func TestMoreMessagesThanFitOnAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		for i := range 250 {
			err := tx.Notifications.Add(ctx, domain.Notification{
				ID: domain.NotificationID(fmt.Sprint(i)), Topic: domain.TopicValued, Channel: domain.ChannelSMS,
				RecipientID: owner.ID, PropertyID: w.id, Status: domain.NotificationSent,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	assert.Len(t, w.check().found, 250)
}

func TestADeletionOnItsWayLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("properties/gone/photos/1/original", "x")
	w.put(domain.PhotoFolder(w.id, "gone").Key("original"), "x")
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		for _, folder := range []string{"properties/gone/", domain.PhotoFolder(w.id, "gone").String()} {
			job := domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: folder, RunAt: w.Clock.Now().Add(time.Hour * 100)}
			if err := tx.Jobs.Enqueue(ctx, job); err != nil {
				return err
			}
		}
		return nil
	})
	w.Clock.Advance(25 * time.Hour)
	assert.Empty(t, w.check().found)
	w.Clock.Advance(100 * time.Hour)
	w.endJobs(nil) // which deletes nothing
	assert.ElementsMatch(t, []string{
		"BLOB_ORPHAN properties/gone/photos/1/original", "BLOB_ORPHAN properties/CASE/photos/gone/original",
	}, w.check().found)
}

func TestOrphansHaveTheirGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("properties/0/a", "x")
	w.put("zoo", "x")
	w.Clock.Advance(assurance.DefaultGrace)
	assert.Empty(t, w.check().found)
	w.Clock.Advance(1)
	assert.Len(t, w.check().found, 2)
	check := assurance.CheckInvariants{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	tally, err := check.Execute(t.Context(), assurance.CheckInvariantsInput{Grace: 48 * time.Hour, Found: func(assurance.Finding) {}})
	require.NoError(t, err)
	assert.Zero(t, tally.Faults)
}

func TestADeepCheckReadsTheBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same := strings.Repeat("x", len("file of "+string(w.front)))
	w.put(w.key("original"), same)
	w.put(w.reportKey(), "forged")
	assert.Empty(t, w.check().found, "the sizes are right")
	assert.ElementsMatch(t, []string{
		"BLOB_DIFFERS properties/CASE/photos/FRONT/original", "BLOB_DIFFERS properties/CASE/reports/VALUATION.pdf",
	}, w.checkDeep(true).found)
}

// lossy has lost events.
type lossy struct{ ports.Inventory }

func (lossy) MissingEvents(context.Context) (int, error) { return 2, nil }

func TestLostEventsAreReported(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lies(func(tx *ports.Tx) { tx.Inventory = lossy{tx.Inventory} })
	assert.Equal(t, []string{"EVENT_MISSING"}, w.check().found)
}

func TestJobsThatWereGivenUpAreWarnedOf(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.draft()
	w.announce(w.front, front)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		return tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobInspectPhoto, Subject: "7", RunAt: w.Clock.Now()})
	})
	w.endJobs(errors.New("broken"))
	v := w.check()
	assert.Equal(t, []string{"warning JOB_DEAD inspect_photo 7"}, v.found)
	assert.Equal(t, 1, v.tally.DeadJobs)
	assert.Equal(t, 1, v.tally.Warnings)

	w = emptyWorld(t)
	w.approved()
	w.endJobs(errors.New("broken"))
	found := w.check().found
	assert.Contains(t, found, "warning REPORT_FAILED VALUATION")
	assert.Contains(t, found, "warning NOTIFICATION_FAILED SUBMITTED/SMS")
	w.setValuation(func(v *domain.Valuation) { v.Report.FailedAt = w.Clock.Now() })
	assert.Contains(t, w.check().found, "warning REPORT_FAILED VALUATION")
}

func TestAFailedReportIsWarnedOfWhenItsJobIsForgotten(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.approved()
	w.settle()
	w.decideValuation(func(_ ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
		return p.FailReport(v, w.Clock.Now())
	})
	assert.Equal(t, []string{"warning REPORT_FAILED VALUATION"}, w.check().found)
}

// TestManyCases has more cases than fit on a page, with faults at the borders, and chains and
// files whose property is gone in between.
func TestManyCases(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	const cases = 130
	ids := make([]domain.PropertyID, cases)
	for i := range ids {
		w.id = domain.PropertyID(w.IDs.New())
		ids[i] = w.id
		w.draft()
		photo := w.upload(domain.PhotoID(w.IDs.New()), front)
		if i%10 == 9 { // a deleted draft
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				if err := tx.Photos.Delete(ctx, photo.ID); err != nil {
					return err
				}
				return tx.Properties.Delete(ctx, w.id)
			})
			w.remove("properties/" + string(w.id) + "/")
		}
	}
	for i := range 1500 { // more objects than on a page, too
		w.put(fmt.Sprintf("%s%04d", domain.PhotoFolder(ids[20], "x"), i), "x")
	}
	v := w.check()
	require.Empty(t, v.found)
	assert.Equal(t, cases, v.tally.Chains)
	assert.Equal(t, cases-cases/10, v.tally.Properties)
	assert.Equal(t, cases-cases/10+1500, v.tally.Blobs)
	w.Clock.Advance(25 * time.Hour)
	for _, i := range []int{0, 48, 51, 101, 128} {
		w.id = ids[i]
		w.set(func(p *domain.Property) { p.State = domain.Withdrawn; p.DecidedAt = w.Clock.Now() })
	}
	v = w.check()
	assert.Equal(t, 1500+5*3, v.tally.Faults, "the state differs from the history, state and time from the commitments")

	w.id = ids[51]
	var found []string
	check := assurance.CheckInvariants{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	tally, err := check.Execute(t.Context(), assurance.CheckInvariantsInput{PropertyID: w.id, Found: func(f assurance.Finding) { found = append(found, w.name(f)) }})
	require.NoError(t, err)
	assert.Equal(t, []string{"STATE_DIFFERS"}, besideRecords(found))
	assert.Equal(t, 1, tally.Properties)
	assert.Equal(t, 1, tally.Blobs)
}

func TestAnUnreachableStoreEndsTheCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put("properties/0/a", "x")
	w.anchor()
	w.Clock.Advance(25 * time.Hour)
	runs := map[string]func() error{
		"check": func() error {
			_, err := assurance.CheckInvariants{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}.Execute(t.Context(),
				assurance.CheckInvariantsInput{Deep: true, Found: func(assurance.Finding) {}})
			return err
		},
		"audit": func() error {
			_, err := assurance.VerifyAudit{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}.Execute(t.Context(),
				assurance.VerifyAuditInput{Found: func(assurance.Finding) {}})
			return err
		},
	}
	for name, run := range runs {
		for n := 1; ; n++ {
			w.Faults.FailCall(n)
			err := run()
			if !w.Faults.Fired() {
				require.NoError(t, err)
				require.Greater(t, n, 10)
				break
			}
			require.True(t, domain.IsKind(err, domain.KindUnavailable), "%s, call %d: %v", name, n, err)
		}
	}
}
