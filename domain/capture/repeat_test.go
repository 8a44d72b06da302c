package capture_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
)

func subjects() []domain.Subject {
	all := []domain.Subject{front}
	for _, room := range []domain.Room{domain.RoomKitchen, domain.RoomBedroom, domain.RoomBathroom} {
		all = append(all, domain.Subject{Type: domain.PhotoInternal, Room: room})
	}
	return all
}

func TestOnePictureIsNotFourRooms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pictured(map[string]uint64{"1": 1, "2": 2, "3": 4})
	w.Draft("bytes", owner)
	w.Draft("near", owner)
	for i, subject := range subjects() {
		same := w.Photo(w.inspected("bytes", subject, []byte("a house")))
		near := w.Photo(w.inspected("near", subject, []byte("b house/"+string('0'+rune(i)))))
		want, wantNear := domain.PhotoPassed, domain.PhotoPassed
		if i > 0 {
			want, wantNear = domain.PhotoFailed, domain.PhotoFlagged
		}
		assert.Equal(t, want, same.Status, subject)
		assert.Equal(t, wantNear, near.Status, subject)
		assert.Empty(t, same.LinkedTo, "it is no other case")
	}
}

func TestTakingAPhotoAgainIsNoRepetition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pictured(map[string]uint64{"again": 1, "once more": 2})
	w.Draft("p", owner)
	first := w.inspected("p", front, []byte("a house/first"))
	require.NoError(t, w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: first}))
	assert.Equal(t, domain.PhotoPassed, w.Photo(w.inspected("p", front, []byte("a house/first"))).Status, "what was deleted is no twin")

	w.asked("q")
	w.SetPhoto("q-front", func(p *domain.Photo) {
		facts, err := w.PhotoInspector.Inspect(context.Background(), strings.NewReader("c house/first"))
		require.NoError(t, err)
		p.Facts = facts.Facts
	})
	assert.Equal(t, domain.PhotoPassed, w.Photo(w.inspected("q", front, []byte("c house/again"))).Status)
	repeated := w.Photo(w.inspected("q", front, []byte("c house/first")))
	assert.Contains(t, repeated.Findings, domain.Finding{Code: domain.FindingSameBytes, Outcome: domain.OutcomeFailed}, "the same file is no retake")
}

// TestRacingPhotosOfOneCase inspects one file as every subject at once: exactly one passes.
func TestRacingPhotosOfOneCase(t *testing.T) {
	t.Parallel()
	for range 10 {
		w := newWorld(t)
		w.Draft("p", owner)
		var photos []domain.PhotoID
		for _, subject := range subjects() {
			photos = append(photos, w.processing("p", subject, []byte("one picture")))
		}
		var racers sync.WaitGroup
		for _, id := range photos {
			racers.Go(func() { assert.NoError(t, w.inspect().Execute(t.Context(), string(id))) })
		}
		racers.Wait()
		passed := 0
		for _, id := range photos {
			if w.Photo(id).Status == domain.PhotoPassed {
				passed++
			}
		}
		assert.Equal(t, 1, passed)
	}
}

// withOlder returns a world in which the case "older" of the owner is under review, and its front
// was judged.
func withOlder(t *testing.T) (*world, domain.PhotoID) {
	t.Helper()
	w := newWorld(t)
	w.Draft("older", owner)
	photo := w.inspected("older", front, []byte("the same front"))
	w.inspected("older", living, []byte("living"))
	w.Submit("older", owner)
	w.Claim("older")
	w.Clock.Advance(time.Minute)
	return w, photo
}

// linkedEvents returns the cases for which links were announced, in order.
func (w *world) linkedEvents() (cases []domain.PropertyID) {
	for _, e := range w.Everything().Events {
		if e.Action == domain.ActionLinked {
			cases = append(cases, e.PropertyID)
			assert.Empty(w.T, e.OwnerID)
			assert.Equal(w.T, []domain.Role{domain.RoleValuer, domain.RoleSupervisor}, e.Roles)
		}
	}
	return cases
}

// TestATwinInAFollowUpIsAnnounced also asserts that neither owner could learn of it: the older case
// and its photo stay as they were for whatever its owner reads.
func TestATwinInAFollowUpIsAnnounced(t *testing.T) {
	t.Parallel()
	w, photo := withOlder(t)
	w.asked("later")
	before, trail, shown := w.Property("older"), w.Chain("older"), w.seen(photo)
	events := w.ownersEvents()

	draft := w.inspectedDraft("draft", []byte("the same front"))
	assert.Empty(t, w.linkedEvents(), "a draft is linked to no case")
	twin := w.inspected("later", front, []byte("the same front"))

	assert.Equal(t, domain.PhotoFlagged, w.Photo(twin).Status)
	assert.Equal(t, []domain.PropertyID{"older"}, w.linkedEvents())
	assert.Equal(t, []domain.PropertyID{"draft", "later"}, w.Photo(photo).LinkedTo)
	assert.Equal(t, before, w.Property("older"))
	assert.Equal(t, trail, w.Chain("older"))
	assert.Equal(t, shown, w.seen(photo))
	assert.Equal(t, events, w.ownersEvents())

	links := w.links("older")
	require.Len(t, links, 1)
	assert.Equal(t, domain.LinkSamePhoto, links[0].Kind)
	assert.Equal(t, domain.PropertyID("later"), links[0].With)
	assert.Equal(t, []domain.PhotoPair{{Own: photo, Other: twin}}, links[0].Photos)
	assert.Equal(t, []domain.PhotoPair{{Own: twin, Other: photo}}, w.links("later")[0].Photos, "both sides show it")

	w.inspected("later", front, []byte("another front"))
	require.NoError(t, w.inspect().Execute(t.Context(), string(twin)))
	assert.Len(t, w.linkedEvents(), 1, "it is announced once")
	assert.NotEmpty(t, w.Photo(draft).LinkedTo)
}

func TestADeletedTwinIsNoLink(t *testing.T) {
	t.Parallel()
	w, photo := withOlder(t)
	twin := w.inspectedDraft("later", []byte("the same front"))
	w.inspected("later", front, []byte("own front"))
	w.inspected("later", living, []byte("own living"))
	require.NoError(t, w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "later", PhotoID: twin}))
	w.Submit("later", owner)
	assert.Equal(t, []domain.PropertyID{"later"}, w.Photo(photo).LinkedTo)
	assert.Empty(t, w.links("older"))
}

func (w *world) links(id domain.PropertyID) []domain.Link {
	w.T.Helper()
	var links []domain.Link
	w.Do(func(ctx context.Context, tx ports.Tx) (err error) {
		property, err := tx.Properties.Get(ctx, id)
		if err != nil {
			return err
		}
		photos, err := tx.Photos.ByProperty(ctx, id)
		if err != nil {
			return err
		}
		links, err = tx.LinksOf(ctx, property, photos, w.Clock.Now())
		return err
	})
	return links
}

func (w *world) inspectedDraft(id domain.PropertyID, file []byte) domain.PhotoID {
	w.T.Helper()
	w.Draft(id, owner)
	return w.inspected(id, front, file)
}

// seen returns the photo as its owner sees it, which is without its links and its version.
func (w *world) seen(id domain.PhotoID) domain.Photo {
	w.T.Helper()
	p := w.Photo(id)
	p.LinkedTo, p.Version = nil, 0
	return p
}

// ownersEvents counts the events of the older case that its owner may see.
func (w *world) ownersEvents() int {
	n := 0
	for _, e := range w.Everything().Events {
		if e.PropertyID == "older" && e.VisibleTo(owner) {
			n++
		}
	}
	return n
}
