package assurance_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

// restoration brings back what was harmed since the moment, and returns what it reported.
func (w *world) restoration(in assurance.RestoreBlobsInput) (assurance.RestorationTally, []assurance.Restoration) {
	w.T.Helper()
	var told []assurance.Restoration
	in.Found = func(r assurance.Restoration) { told = append(told, r) }
	tally, err := assurance.RestoreBlobs{UnitOfWork: w.uow, Versions: w.Blobs}.Execute(w.T.Context(), in)
	require.NoError(w.T, err)
	return tally, told
}

// guarded is a world whose files have a past, and a moment before any harm.
func guarded(t *testing.T) (*world, time.Time) {
	w := emptyWorld(t)
	w.Blobs.KeepVersions()
	w.valued()
	w.settle()
	w.anchor()
	since := w.Clock.Now()
	w.Clock.Advance(time.Minute)
	return w, since
}

func (w *world) faults() []string {
	w.T.Helper()
	var found []string
	check := assurance.CheckInvariants{UnitOfWork: w.uow, Blobs: w.Blobs, Clock: w.Clock}
	_, err := check.Execute(w.T.Context(), assurance.CheckInvariantsInput{
		Deep: true, Grace: time.Hour, Found: func(f assurance.Finding) { found = append(found, string(f.Rule)+" "+f.Subject) },
	})
	require.NoError(w.T, err)
	return found
}

func TestHarmedFilesComeBack(t *testing.T) {
	t.Parallel()
	w, since := guarded(t)
	require.Empty(t, w.faults())
	keys := w.Blobs.Keys()
	original, report := w.key("original"), w.reportKey()
	w.remove(original)
	w.remove(anchorKey(1))
	require.NoError(t, w.Blobs.Put(t.Context(), report, "application/pdf", []byte("forged")))
	require.NoError(t, w.Blobs.Put(t.Context(), domain.PhotoFolder(w.id, w.living).Key("320.jpg"), "image/jpeg", []byte("junk")))
	stray := w.key("stray")
	require.NoError(t, w.Blobs.Put(t.Context(), stray, "image/jpeg", []byte("stray")))
	w.remove(stray)

	tally, told := w.restoration(assurance.RestoreBlobsInput{Since: since})
	assert.Equal(t, 2, tally.Deleted)
	assert.Equal(t, 2, tally.Overwritten)
	assert.Zero(t, tally.Lost)
	assert.GreaterOrEqual(t, tally.Versions, len(keys)+4)
	require.Len(t, told, 4)
	assert.True(t, slices.ContainsFunc(told, func(r assurance.Restoration) bool { return r.Key == original && r.Deleted && !r.From.After(since) }))
	require.NotEmpty(t, w.faults(), "nothing is done before it is asked for")

	applied, again := w.restoration(assurance.RestoreBlobsInput{Since: since, Apply: true})
	assert.Equal(t, tally, applied)
	assert.Equal(t, told, again)
	require.Empty(t, w.faults())
	require.Equal(t, keys, w.Blobs.Keys(), "what nothing names stays away")
	w.Clock.Advance(time.Minute)
	_, rest := w.restoration(assurance.RestoreBlobsInput{Since: since, Apply: true})
	require.Empty(t, rest, "once is enough")
}

func TestFilesOfOneProperty(t *testing.T) {
	t.Parallel()
	w, since := guarded(t)
	w.remove(w.reportKey())
	w.remove(anchorKey(1))
	tally, _ := w.restoration(assurance.RestoreBlobsInput{Since: since, PropertyID: w.id, Apply: true})
	assert.Equal(t, 1, tally.Deleted)
	found := w.faults()
	require.Len(t, found, 1)
	assert.True(t, strings.HasSuffix(found[0], " "+anchorKey(1)) || strings.Contains(found[0], "ANCHOR"), found[0])
}

func TestFilesThatAreYoungerThanTheMoment(t *testing.T) {
	t.Parallel()
	w, _ := guarded(t)
	original := w.key("original")
	w.remove(original)
	before := w.Clock.Now().Add(-time.Hour)
	tally, _ := w.restoration(assurance.RestoreBlobsInput{Since: before, Apply: true})
	assert.Equal(t, assurance.RestorationTally{Versions: tally.Versions, Deleted: 1}, tally, "as it was last, and nothing else is touched")
	require.Empty(t, w.faults())
}

func TestFilesWithoutAPastAreLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.remove(w.reportKey())
	w.Blobs.KeepVersions()
	tally, told := w.restoration(assurance.RestoreBlobsInput{Since: w.Clock.Now(), Apply: true})
	assert.Equal(t, 1, tally.Lost)
	require.Equal(t, []assurance.Restoration{{Key: w.reportKey(), Deleted: true}}, told)
}

func TestARestorationThatBreaksOffSaysSo(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w, since := guarded(t)
		w.remove(w.reportKey())
		w.Faults.FailCall(n)
		restore := assurance.RestoreBlobs{UnitOfWork: w.Store, Versions: w.Blobs}
		in := assurance.RestoreBlobsInput{Since: since, Apply: true}
		_, err := restore.Execute(t.Context(), in)
		if !w.Faults.Fired() {
			require.NoError(t, err)
			require.Greater(t, n, 8)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		w.Faults.Up()
		_, err = restore.Execute(t.Context(), in)
		require.NoError(t, err)
		require.Empty(t, w.faults(), "call %d", n)
	}
}
