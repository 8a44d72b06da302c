package capture_test

import (
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

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestAVerdict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.AddPhoto("p", "inside", living, domain.PhotoPassed)
	file := []byte("front")
	id := w.processing("p", front, file)
	w.Clock.Advance(time.Second)
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))

	photo, good := w.Photo(id), memory.GoodPhoto(file)
	assert.Equal(t, domain.PhotoPassed, photo.Status)
	assert.Equal(t, w.Clock.Now(), photo.InspectedAt)
	assert.Equal(t, good.Facts, photo.Facts)
	assert.Empty(t, photo.Findings)
	assert.Empty(t, photo.LinkedTo)
	assert.ElementsMatch(t, []string{photo.OriginalKey(), photo.ThumbKey(), photo.DisplayKey()}, w.Blobs.Keys())
	assert.Equal(t, good.Thumb, w.read(photo.ThumbKey()))
	assert.Equal(t, good.Display, w.read(photo.DisplayKey()))
	assert.Equal(t, file, w.read(photo.OriginalKey()), "the evidence is unaltered")

	all := w.Everything()
	entry := all.Audit[len(all.Audit)-1]
	assert.Equal(t, domain.ActionPhotoInspected, entry.Action)
	assert.Equal(t, domain.RoleSystem, entry.ActorRole)
	assert.Equal(t, []domain.Fact{
		{Name: "photo", Value: string(id)}, {Name: "sha256", Value: good.Facts.SHA256}, {Name: "status", Value: "PASSED"},
		{Name: domain.FactThumb, Value: sumOf(good.Thumb)}, {Name: domain.FactDisplay, Value: sumOf(good.Display)},
	}, entry.Stated())
	event := all.Events[len(all.Events)-1]
	assert.Equal(t, domain.ActionPhotoInspected, event.Action)
	assert.Equal(t, id, event.PhotoID)
	assert.Equal(t, owner.ID, event.OwnerID)
	assert.Empty(t, event.Roles, "nobody but the owner hears of a draft")
	var steps []domain.StepKind
	for _, s := range all.Steps[2:] {
		steps = append(steps, s.Kind)
	}
	assert.Equal(t, []domain.StepKind{domain.StepFirstPhoto, domain.StepPhotoPassed, domain.StepGPSMatched, domain.StepPhotosReady}, steps)

	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Equal(t, all, w.Everything(), "a verdict is given once")
}

// read returns an object's bytes.
func (w *world) read(key string) []byte {
	w.T.Helper()
	file, err := w.Blobs.Open(w.T.Context(), key)
	require.NoError(w.T, err)
	data, err := io.ReadAll(file)
	require.NoError(w.T, err)
	return data
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	far, tokyo := domain.Point{Lat: home.Lat + 0.01, Lng: home.Lng}, domain.Point{Lat: 35.68, Lng: 139.69}
	for name, c := range map[string]struct {
		facts    func(f *domain.ImageFacts)
		analysis domain.ImageAnalysis
		nowhere  bool // the property's place is not known
		status   domain.PhotoStatus
		findings []domain.FindingCode
		bare     bool // no derivatives are kept
	}{
		"good":         {func(*domain.ImageFacts) {}, domain.ImageAnalysis{}, false, domain.PhotoPassed, nil, false},
		"not an image": {func(f *domain.ImageFacts) { f.Fault = domain.FaultNotAnImage }, domain.ImageAnalysis{}, false, domain.PhotoFailed, []domain.FindingCode{"NOT_AN_IMAGE"}, true},
		"other bytes":  {func(f *domain.ImageFacts) { f.SHA256 = announce([]byte("x")).SHA256 }, domain.ImageAnalysis{}, false, domain.PhotoFailed, []domain.FindingCode{"CHECKSUM_MISMATCH"}, true},
		"blurred":      {func(f *domain.ImageFacts) { f.Sharpness = photocheck.SharpnessFailBelow - 1 }, domain.ImageAnalysis{}, false, domain.PhotoFailed, []domain.FindingCode{domain.FindingTooBlurred}, false},
		"soft":         {func(f *domain.ImageFacts) { f.Sharpness = photocheck.SharpnessFlagBelow - 1 }, domain.ImageAnalysis{}, false, domain.PhotoFlagged, []domain.FindingCode{domain.FindingSlightlyBlurred}, false},
		"far":          {func(f *domain.ImageFacts) { f.EXIF.Location = &far }, domain.ImageAnalysis{}, false, domain.PhotoFailed, []domain.FindingCode{domain.FindingTooFar, domain.FindingLocationDisagrees}, false},
		"no place yet": {func(f *domain.ImageFacts) { f.EXIF.Location = &tokyo }, domain.ImageAnalysis{}, true, domain.PhotoFlagged, []domain.FindingCode{domain.FindingLocationDisagrees}, false},
		"unsafe":       {func(*domain.ImageFacts) {}, domain.ImageAnalysis{Done: true, Unsafe: true}, false, domain.PhotoFailed, []domain.FindingCode{domain.FindingUnsafe}, false},
		"a kitchen":    {func(*domain.ImageFacts) {}, domain.ImageAnalysis{Done: true, Labels: []domain.Label{{Name: "Kitchen", Score: 0.97}}}, false, domain.PhotoFlagged, []domain.FindingCode{domain.FindingContradiction}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Draft("p", owner)
			if c.nowhere {
				w.Change("p", func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
					p.Details.Location = nil
					return p.Edit(owner, domain.DetailsChange{}, nil, w.Clock.Now())
				})
			}
			w.PhotoInspector.AnswerWith(func(data []byte) ports.PhotoInspection {
				seen := memory.GoodPhoto(data)
				c.facts(&seen.Facts)
				return seen
			})
			var analysed []byte
			w.ImageAnalyzer.AnswerWith(func(jpeg []byte) (domain.ImageAnalysis, error) {
				analysed = jpeg
				return c.analysis, nil
			})
			photo := w.Photo(w.inspected("p", front, []byte("front")))
			assert.Equal(t, c.status, photo.Status)
			var codes []domain.FindingCode
			for _, f := range photo.Findings {
				codes = append(codes, f.Code)
			}
			assert.Equal(t, c.findings, codes)
			assert.Equal(t, c.analysis, photo.Analysis)
			if c.bare {
				assert.Equal(t, []string{photo.OriginalKey()}, w.Blobs.Keys())
				assert.Nil(t, analysed)
				return
			}
			assert.Len(t, w.Blobs.Keys(), 3)
			assert.Equal(t, w.read(photo.DisplayKey()), analysed, "the service gets the derivative only")
		})
	}
}

func TestTwinsAreLinkedAndTheNewerIsFlagged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []domain.PropertyID{"old", "older", "new"} {
		w.Draft(id, owner)
	}
	file := []byte("the same front")
	older := w.inspected("older", front, file)
	own := w.inspected("older", front, file)
	assert.Equal(t, []domain.Finding{{Code: domain.FindingSameBytes, Outcome: domain.OutcomeFailed}}, w.Photo(own).Findings)
	old := w.inspected("old", front, file)
	other := w.inspected("old", living, []byte("another room"))
	fresh := w.inspected("new", front, file)

	assert.Equal(t, domain.PhotoFlagged, w.Photo(fresh).Status)
	assert.Equal(t, []domain.Finding{{Code: domain.FindingDuplicate, Outcome: domain.OutcomeFlagged}}, w.Photo(fresh).Findings)
	assert.Equal(t, []domain.PropertyID{"old", "older"}, w.Photo(fresh).LinkedTo)
	assert.Equal(t, domain.PhotoPassed, w.Photo(older).Status, "a verdict stays")
	assert.Equal(t, []domain.PropertyID{"old", "new"}, w.Photo(older).LinkedTo)
	assert.Equal(t, []domain.PropertyID{"old", "new"}, w.Photo(own).LinkedTo)
	assert.Equal(t, domain.PhotoFlagged, w.Photo(old).Status)
	assert.Equal(t, []domain.PropertyID{"older", "new"}, w.Photo(old).LinkedTo)
	assert.Empty(t, w.Photo(other).LinkedTo)
}

// afterEach is a store that calls back after each of its transactions.
type afterEach struct {
	ports.UnitOfWork
	call func()
}

func (a afterEach) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	defer a.call()
	return a.UnitOfWork.Do(ctx, fn)
}

// Between any two steps of one photo's inspection its twin may get the whole of its own:
// each learns of the other's case, and at least one is flagged.
func TestATwinThatOvertakes(t *testing.T) {
	t.Parallel()
	const steps = 4 // find, record, link, judge
	for at := 1; at <= steps; at++ {
		w := newWorld(t)
		w.Draft("p", owner)
		w.Draft("q", owner)
		file := []byte("the same front")
		first, second := w.processing("p", front, file), w.processing("q", front, file)
		uc, step := w.inspect(), 0
		uc.UnitOfWork = afterEach{w.Store, func() {
			if step++; step == at {
				assert.NoError(t, w.inspect().Execute(t.Context(), string(second)))
			}
		}}
		require.NoError(t, uc.Execute(t.Context(), string(first)))
		require.Equal(t, steps, step)
		assert.Equal(t, []domain.PropertyID{"q"}, w.Photo(first).LinkedTo, "after step %d", at)
		assert.Equal(t, []domain.PropertyID{"p"}, w.Photo(second).LinkedTo, "after step %d", at)
		flagged := []bool{w.Photo(first).Status == domain.PhotoFlagged, w.Photo(second).Status == domain.PhotoFlagged}
		assert.Contains(t, flagged, true, "after step %d", at)
	}
}

func TestRacingTwinsFindEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	properties := []domain.PropertyID{"a", "b", "c", "d"}
	var photos []domain.PhotoID
	for _, id := range properties {
		w.Draft(id, owner)
		photos = append(photos, w.processing(id, front, []byte("the same front")))
	}
	var racers sync.WaitGroup
	for _, id := range photos {
		for range 2 { // each job may run twice
			racers.Go(func() { assert.NoError(t, w.inspect().Execute(t.Context(), string(id))) })
		}
	}
	racers.Wait()
	flagged := 0
	for i, id := range photos {
		photo := w.Photo(id)
		require.False(t, photo.InspectedAt.IsZero())
		assert.Len(t, photo.LinkedTo, len(properties)-1)
		assert.NotContains(t, photo.LinkedTo, properties[i])
		if photo.Status == domain.PhotoFlagged {
			flagged++
		}
		assert.Equal(t, domain.ActionPhotoInspected, w.Actions(properties[i])[3])
		assert.Len(t, w.Actions(properties[i]), 4, "one verdict each")
	}
	assert.GreaterOrEqual(t, flagged, len(photos)-1, "at most one did not see a twin")
}

func TestNothingToInspect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("given up", owner)
	awaiting := w.announced("p", front, []byte("awaiting")).Photo.ID
	withdrawn := w.processing("given up", front, []byte("withdrawn"))
	w.Change("given up", func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return p.Withdraw(owner, w.Clock.Now())
	})
	judged := w.inspected("p", front, []byte("judged"))
	before := w.Everything()
	for _, id := range []domain.PhotoID{"none", awaiting, withdrawn, judged} {
		require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
		require.NoError(t, w.inspect().GiveUp(t.Context(), string(id)))
	}
	assert.Equal(t, before, w.Everything())
}

// during runs fn while the photo is being looked at.
func (w *world) during(fn func()) {
	w.ImageAnalyzer.AnswerWith(func([]byte) (domain.ImageAnalysis, error) {
		fn()
		return domain.ImageAnalysis{}, nil
	})
}

func TestAPhotoDeletedUnderInspectionLeavesNoFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	other := w.inspected("p", living, []byte("living"))
	id := w.processing("p", front, []byte("front"))
	w.during(func() {
		in := capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: id}
		require.NoError(t, w.deletePhoto().Execute(t.Context(), in))
		for _, job := range w.jobsOf(domain.JobDeletePhotoFiles) {
			require.NoError(t, capture.DeletePhotoFiles{Blobs: w.Blobs}.Execute(t.Context(), job.Subject))
		}
		late := domain.Photo{ID: id, PropertyID: "p"}
		require.NoError(t, w.Blobs.Put(t.Context(), late.ThumbKey(), domain.ContentJPEG, []byte("put a moment later")))
	})
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	kept := w.Photo(other)
	assert.ElementsMatch(t, []string{kept.OriginalKey(), kept.ThumbKey(), kept.DisplayKey()}, w.Blobs.Keys())
}

func TestAPropertyWithdrawnUnderInspection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.processing("p", front, []byte("front"))
	w.during(func() {
		w.Change("p", func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
			return p.Withdraw(owner, w.Clock.Now())
		})
	})
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Equal(t, domain.PhotoProcessing, w.Photo(id).Status)
	assert.Equal(t, domain.ActionWithdrawn, w.Actions("p")[3])
	assert.Len(t, w.Actions("p"), 4)
}

func TestAnInspectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.processing("p", front, []byte("front"))
	down := domain.Unavailable("vision", time.Second, errors.New("refused"))
	w.ImageAnalyzer.AnswerWith(func([]byte) (domain.ImageAnalysis, error) { return domain.ImageAnalysis{}, down })
	require.ErrorIs(t, w.inspect().Execute(t.Context(), string(id)), down)
	assert.Equal(t, domain.PhotoProcessing, w.Photo(id).Status)
	w.during(func() {})
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Equal(t, domain.PhotoPassed, w.Photo(id).Status)
}

// Nothing recognises pictures for good, the key being wrong, say: honest photos pass, bad
// ones fail, twins are linked, and all are shown as not analysed.
func TestAPhotoThatCannotBeAnalysedIsJudgedByItsMeasures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	down := domain.Unavailable("vision", time.Second, errors.New("API key not valid"))
	w.ImageAnalyzer.AnswerWith(func([]byte) (domain.ImageAnalysis, error) { return domain.ImageAnalysis{}, down })
	giveUp := func(property domain.PropertyID, content string, dark bool) domain.Photo {
		id := w.processing(property, front, []byte(content))
		if dark {
			w.PhotoInspector.AnswerWith(func(data []byte) ports.PhotoInspection {
				seen := memory.GoodPhoto(data)
				seen.Facts.Brightness = 3
				return seen
			})
		}
		require.ErrorIs(t, w.inspect().Execute(t.Context(), string(id)), down)
		w.forgeFacts(id)
		require.NoError(t, w.inspect().GiveUp(t.Context(), string(id)))
		return w.Photo(id)
	}
	honest := giveUp("p", "front", false)
	assert.Equal(t, domain.PhotoPassed, honest.Status)
	assert.False(t, honest.Analysis.Done)
	assert.NotEmpty(t, honest.Facts.SHA256)
	assert.Contains(t, w.Actions("p"), domain.ActionPhotoInspected)
	assert.Contains(t, w.Blobs.Keys(), honest.DisplayKey(), "a valuer can see it")

	twin := giveUp("q", "front", false)
	assert.Equal(t, domain.PhotoFlagged, twin.Status)
	assert.Equal(t, []domain.PropertyID{"p"}, twin.LinkedTo)
	assert.Equal(t, []domain.PropertyID{"q"}, w.Photo(honest.ID).LinkedTo)

	assert.Equal(t, domain.PhotoFailed, giveUp("p", "night", true).Status)
}

// forgeFacts changes what was measured of a photo without a verdict, which no audit entry commits to.
func (w *world) forgeFacts(id domain.PhotoID) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		photo, err := tx.Photos.Lock(ctx, id)
		if err != nil {
			return err
		}
		photo.Facts = domain.ImageFacts{SHA256: "forged", Brightness: 128, Sharpness: 10_000}
		return tx.Photos.Update(ctx, &photo)
	})
}

// The runner tries eight times, then gives the photo up: its owner must take it again.
func TestAFileThatIsGoneFailsThePhotoInTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.processing("p", front, []byte("front"))
	require.NoError(t, w.Blobs.DeletePrefix(t.Context(), w.Photo(id).OriginalKey()))
	fixture.Refused(t, w.inspect().Execute(t.Context(), string(id)), domain.KindNotFound, "blob_not_found")

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		job := ports.JobHandler{Work: w.inspect().Execute, GiveUp: w.inspect().GiveUp}
		ended <- w.Runner.Run(ctx, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: job}, nil)
	}()
	for range domain.MaxJobAttempts - 1 {
		require.NoError(t, w.Runner.AwaitIdle(t.Context()))
		assert.Equal(t, domain.PhotoProcessing, w.Photo(id).Status)
		w.Clock.Advance(5 * time.Minute)
	}
	require.NoError(t, w.Runner.AwaitIdle(t.Context()))
	stop()
	require.NoError(t, <-ended)
	photo := w.Photo(id)
	assert.Equal(t, domain.PhotoFailed, photo.Status)
	assert.Equal(t, []domain.Finding{{Code: domain.FindingCode(domain.FaultBroken), Outcome: domain.OutcomeFailed}}, photo.Findings)
	assert.Equal(t, domain.ActionPhotoInspected, w.Actions("p")[3])
}

// badFiles is an object store whose files break off while they are read or closed.
type badFiles struct {
	ports.Blobs
	read, closed error
}

func (b badFiles) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	file, err := b.Blobs.Open(ctx, key)
	return badFile{file, b}, err
}

type badFile struct {
	io.ReadCloser
	store badFiles
}

func (f badFile) Read(p []byte) (int, error) {
	if f.store.read != nil {
		return 0, f.store.read
	}
	return f.ReadCloser.Read(p)
}

func (f badFile) Close() error { return f.store.closed }

func TestAFileThatBreaksOffIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.processing("p", front, []byte("front"))
	broken := errors.New("connection reset")
	uc := w.inspect()
	uc.Blobs = badFiles{w.Blobs, broken, nil}
	require.ErrorIs(t, uc.Execute(t.Context(), string(id)), broken)
	uc.Blobs = badFiles{w.Blobs, nil, broken}
	require.ErrorIs(t, uc.Execute(t.Context(), string(id)), broken)
	assert.Equal(t, domain.PhotoProcessing, w.Photo(id).Status)
}

// missing is a store in which a photo disappears just before it is locked.
type missing struct {
	ports.UnitOfWork
	photo domain.PhotoID
}

func (m missing) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	return m.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Photos = without{tx.Photos, m.photo}
		return fn(ctx, tx)
	})
}

type without struct {
	ports.PhotoStore
	photo domain.PhotoID
}

func (s without) Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	if id == s.photo {
		return domain.Photo{}, domain.NotFound("photo")
	}
	return s.PhotoStore.Lock(ctx, id)
}

func TestATwinDeletedThisMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	old := w.inspected("p", front, []byte("the same front"))
	id := w.processing("q", front, []byte("the same front"))
	uc := w.inspect()
	uc.UnitOfWork = missing{w.Store, old}
	require.NoError(t, uc.Execute(t.Context(), string(id)))
	assert.Equal(t, domain.PhotoFlagged, w.Photo(id).Status)
	assert.Len(t, w.Blobs.Keys(), 6, "its own files stay")

	late := w.processing("q", living, []byte("living"))
	uc.UnitOfWork = missing{w.Store, late}
	before := w.Everything()
	require.NoError(t, uc.Execute(t.Context(), string(late)))
	assert.Equal(t, before, w.Everything())
}
