package assurance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

func (w *world) anchorJob() assurance.AnchorAudit {
	return assurance.AnchorAudit{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
}

func (w *world) anchor() {
	w.T.Helper()
	require.NoError(w.T, w.anchorJob().Execute(w.T.Context(), ""))
}

func anchorKey(n int64) string { return fmt.Sprintf("audit/anchors/%012d.json", n) }

// readAnchor reads an anchor as anybody could.
func (w *world) readAnchor(n int64) assurance.Anchor {
	w.T.Helper()
	object, err := w.Blobs.Open(w.T.Context(), anchorKey(n))
	require.NoError(w.T, err)
	data, err := io.ReadAll(object)
	require.NoError(w.T, err)
	var a assurance.Anchor
	require.NoError(w.T, json.Unmarshal(data, &a))
	require.Equal(w.T, n, a.Number)
	return a
}

// entry appends an entry to a chain, dated by the clock.
func (w *world) entry(id domain.PropertyID) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Audit.Append(ctx, domain.AuditEntry{
			PropertyID: id, At: w.Clock.Now(), ActorRole: domain.RoleSystem, Action: domain.ActionEdited, From: domain.Draft, To: domain.Draft,
		})
		return err
	})
}

func (w *world) verify() (assurance.Tally, []string) {
	w.T.Helper()
	var found []string
	tally, err := assurance.VerifyAudit{UnitOfWork: w.uow, Blobs: w.blob, Clock: w.Clock}.Execute(w.T.Context(), assurance.VerifyAuditInput{
		Found: func(f assurance.Finding) { found = append(found, w.name(f)) },
	})
	require.NoError(w.T, err)
	return tally, found
}

func anchored(a assurance.Anchor) map[domain.PropertyID]int64 {
	heads := make(map[domain.PropertyID]int64)
	for _, h := range a.Heads {
		heads[h.PropertyID] = max(heads[h.PropertyID], h.Seq)
	}
	return heads
}

func TestAnchorsHoldTheChainsThatGrew(t *testing.T) {
	t.Parallel()
	w := bareWorld(t)
	w.entry("a")
	w.entry("b")
	w.entry("b")
	w.Clock.Advance(2 * time.Hour)
	w.anchor()
	assert.Equal(t, map[domain.PropertyID]int64{"a": 1, "b": 2}, anchored(w.readAnchor(1)))
	assert.Empty(t, w.readAnchor(1).Previous)

	w.Clock.Advance(24 * time.Hour)
	w.entry("b")
	w.entry("c")
	w.Clock.Advance(2 * time.Hour)
	w.anchor()
	assert.Equal(t, map[domain.PropertyID]int64{"b": 3, "c": 1}, anchored(w.readAnchor(2)), "a did not grow")
	assert.NotEmpty(t, w.readAnchor(2).Previous)

	w.Clock.Advance(24 * time.Hour)
	w.anchor()
	assert.Empty(t, anchored(w.readAnchor(3)), "nothing grew, and that is dated")
	assert.Equal(t, w.Clock.Now(), w.readAnchor(3).At)
	tally, found := w.verify()
	assert.Empty(t, found)
	assert.Equal(t, 3, tally.Anchors)
	assert.Equal(t, w.Clock.Now(), tally.NewestAnchor)
}

func TestAnEntryThatCommitsLateIsAnchored(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	w.anchor()
	w.Clock.Advance(-59 * time.Minute) // its request began before the anchor, and it commits now
	w.entry("late")
	w.Clock.Advance(24 * time.Hour)
	w.anchor()
	assert.Contains(t, anchored(w.readAnchor(2)), domain.PropertyID("late"))
}

func TestManyHeadsGoIntoSeveralAnchors(t *testing.T) {
	t.Parallel()
	w := bareWorld(t)
	want := make(map[domain.PropertyID]int64)
	for i := range 2345 {
		id := domain.PropertyID(fmt.Sprint(i))
		w.entry(id)
		want[id] = 1
		w.Clock.Advance(time.Second * time.Duration(i%2)) // some at the same moment
	}
	job := w.anchorJob()
	job.Heads = 1100
	require.NoError(t, job.Execute(t.Context(), ""))
	got := make(map[domain.PropertyID]int64)
	for n, heads := range []int{1100, 1100, 145} {
		a := w.readAnchor(int64(n + 1))
		assert.Len(t, a.Heads, heads)
		for id, seq := range anchored(a) {
			got[id] = seq
		}
	}
	assert.Equal(t, want, got)
	tally, found := w.verify()
	assert.Empty(t, found)
	assert.Equal(t, 3, tally.Anchors)
}

// TestAnAnchoringThatBreaksOff fails every call of the job in turn; the next run goes on.
func TestAnAnchoringThatBreaksOff(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := bareWorld(t)
		for i := range 7 {
			w.entry(domain.PropertyID(fmt.Sprint(i)))
			w.Clock.Advance(2 * time.Hour)
		}
		job := w.anchorJob()
		job.Heads = 3
		w.Faults.FailCall(n)
		err := job.Execute(t.Context(), "")
		fired := w.Faults.Fired()
		w.Faults.Up()
		if !fired {
			require.NoError(t, err)
			require.Greater(t, n, 10)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		w.Clock.Advance(time.Minute)
		w.entry("0") // which now comes last, so that the next run sees other chains first
		require.NoError(t, job.Execute(t.Context(), ""))
		tally, found := w.verify()
		require.Empty(t, found, "call %d", n)
		heads := make(map[domain.PropertyID]int64)
		for number := range tally.Anchors {
			for id, seq := range anchored(w.readAnchor(int64(number + 1))) {
				heads[id] = max(heads[id], seq)
			}
		}
		require.Equal(t, map[domain.PropertyID]int64{"0": 2, "1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1}, heads,
			"call %d: every chain is anchored", n)
	}
}

func TestRacingAnchoringsMakeOneChain(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	for i := range 20 {
		w.entry(domain.PropertyID(fmt.Sprint(i)))
	}
	job := w.anchorJob()
	job.Heads = 4
	var racers sync.WaitGroup
	for range 8 {
		racers.Go(func() { assert.NoError(t, job.Execute(t.Context(), "")) })
	}
	racers.Wait()
	_, found := w.verify()
	assert.Empty(t, found)
}

func TestAForgedAnchorIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	w.anchor()
	genuine := w.readAnchor(1)
	for name, forge := range map[string]func(a *assurance.Anchor){
		"of another chain": func(a *assurance.Anchor) { a.Previous = sumOf("another") },
		"of the future":    func(a *assurance.Anchor) { a.Through = w.Clock.Now().Add(2 * time.Hour) },
		"unreadable":       func(a *assurance.Anchor) { a.Number = 7 },
	} {
		forged := assurance.Anchor{Version: 1, Number: 2, Previous: w.newestHash(), At: genuine.At, Through: genuine.Through}
		forge(&forged)
		data, err := json.Marshal(forged)
		require.NoError(t, err)
		require.NoError(t, w.Blobs.Put(t.Context(), anchorKey(2), "application/json", data))
		assert.Error(t, w.anchorJob().Execute(t.Context(), ""), name)
		w.Clock.Advance(2 * time.Hour)
		_, found := w.verify()
		assert.NotEmpty(t, found, name)
		w.remove(anchorKey(2))
		w.Clock.Advance(-2 * time.Hour)
	}
}

func (w *world) newestHash() string {
	newest, err := ports.InTx(w.T.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.AuditAnchor, error) {
		return tx.AuditChains.NewestAnchor(ctx)
	})
	require.NoError(w.T, err)
	return newest.Hash
}

func TestAnAnchorThatIsBeingWrittenIsNoFault(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	w.Faults.Down("AuditChains.AddAnchor")
	require.Error(t, w.anchorJob().Execute(t.Context(), ""))
	w.Faults.Up()
	_, found := w.verify()
	assert.Empty(t, found)
	w.Clock.Advance(time.Hour + 1)
	_, found = w.verify()
	assert.Equal(t, []string{"ANCHOR_UNRECORDED 1"}, found)
	w.anchor()
	_, found = w.verify()
	assert.Empty(t, found, "the next run records it")
}

func TestAnOldAnchorIsWarnedOf(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	w.anchor()
	w.Clock.Advance(48 * time.Hour)
	_, found := w.verify()
	assert.Empty(t, found)
	w.Clock.Advance(1)
	_, found = w.verify()
	assert.Equal(t, []string{"warning ANCHOR_LATE"}, found)
}

// cut lacks the end of a chain, and its head knows of no more.
type cut struct {
	ports.AuditLog
	ports.AuditChains
	keep int64
}

func (c cut) Chain(ctx context.Context, id domain.PropertyID) ([]domain.AuditEntry, error) {
	chain, err := c.AuditLog.Chain(ctx, id)
	return chain[:min(int64(len(chain)), c.keep)], err
}

func (c cut) Head(ctx context.Context, id domain.PropertyID) (domain.AuditHead, error) {
	chain, err := c.Chain(ctx, id)
	if err != nil || len(chain) == 0 {
		return domain.AuditHead{PropertyID: id}, err
	}
	last := chain[len(chain)-1]
	return domain.AuditHead{PropertyID: id, Seq: last.Seq, Hash: last.Hash}, nil
}

func (c cut) Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error) {
	var kept []domain.AuditHead
	for _, e := range entries {
		if e.Seq <= c.keep {
			kept = append(kept, e)
		}
	}
	return c.AuditChains.Stored(ctx, kept)
}

func TestAnchorsTellOfWhatChainsForgot(t *testing.T) {
	t.Parallel()
	for keep, want := range map[int64]string{2: "AUDIT_TRUNCATED 3-4", 0: "AUDIT_DELETED 1-4"} {
		w := bareWorld(t)
		for range 4 {
			w.entry(w.id)
		}
		w.anchor()
		w.lies(func(tx *ports.Tx) {
			c := cut{tx.Audit, tx.AuditChains, keep}
			tx.Audit, tx.AuditChains = c, c
		})
		_, found := w.verify()
		assert.Equal(t, []string{want}, found)
		assert.Contains(t, w.check().found, want, "the check of everything tells too")
	}
}

func TestAnAnchorThatIsNotWhatWasRecorded(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	w.anchor()
	data, err := json.Marshal(w.readAnchor(1))
	require.NoError(t, err)
	require.NoError(t, w.Blobs.Put(t.Context(), anchorKey(1), "application/json", append(data, ' ')))
	_, found := w.verify()
	assert.Equal(t, []string{"ANCHOR_EDITED 1"}, found)
	w.remove(anchorKey(1))
	_, found = w.verify()
	assert.Equal(t, []string{"ANCHOR_DELETED 1"}, found)
}

// TestAnchorsThatAreGoneFromBothStores leaves a gap that only the next anchor shows.
func TestAnchorsThatAreGoneFromBothStores(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.entry("a")
	for range 4 {
		w.anchor()
	}
	w.remove(anchorKey(2))
	w.remove(anchorKey(3))
	w.lies(func(tx *ports.Tx) { tx.AuditChains = forgetful{tx.AuditChains} })
	_, found := w.verify()
	assert.Equal(t, []string{"ANCHOR_DELETED 2"}, found)
}

// forgetful knows of the first and the fourth anchor only.
type forgetful struct{ ports.AuditChains }

func (f forgetful) Anchors(ctx context.Context, after int64, limit int) ([]domain.AuditAnchor, error) {
	all, err := f.AuditChains.Anchors(ctx, after, limit)
	return slices.DeleteFunc(all, func(a domain.AuditAnchor) bool { return a.Number == 2 || a.Number == 3 }), err
}

// otherwise has other hashes than were anchored.
type otherwise struct{ ports.AuditChains }

func (o otherwise) Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error) {
	stored, err := o.AuditChains.Stored(ctx, entries)
	for i := range stored {
		stored[i].Hash = sumOf("another chain")
	}
	return stored, err
}

func TestAChainThatWasReplacedIsNamed(t *testing.T) {
	t.Parallel()
	w := bareWorld(t)
	w.entry("a")
	w.anchor()
	w.anchor() // the same head again
	w.lies(func(tx *ports.Tx) { tx.AuditChains = otherwise{tx.AuditChains} })
	_, found := w.verify()
	assert.Equal(t, []string{"AUDIT_REPLACED 1"}, found, "once")
}
