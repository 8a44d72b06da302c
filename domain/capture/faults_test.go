package capture_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
)

// shape is what a world looks like, whatever ids and versions things have by chance.
type shape struct {
	Statuses []domain.PhotoStatus
	Replaced []bool
	Links    [][]domain.PropertyID
	Actions  []domain.Action
	Steps    []domain.StepKind
	Jobs     []domain.JobKind
	Events   []domain.Action
	Blobs    int
}

func (e everything) shape() shape {
	s := shape{Blobs: len(e.Blobs)}
	for _, p := range e.Photos {
		s.Statuses, s.Replaced, s.Links = append(s.Statuses, p.Status), append(s.Replaced, p.ReplacedBy != ""), append(s.Links, p.LinkedTo)
	}
	for _, a := range e.Audit {
		s.Actions = append(s.Actions, a.Action)
	}
	for _, step := range e.Steps {
		s.Steps = append(s.Steps, step.Kind)
	}
	for _, j := range e.Jobs {
		s.Jobs = append(s.Jobs, j.Kind)
	}
	for _, event := range e.Events {
		s.Events = append(s.Events, event.Action)
	}
	return s
}

// Whatever call of a port fails, the use case says so, and done again it ends as if nothing
// had happened. One of a single transaction changes nothing when it fails.
func TestEveryPortCallMayFail(t *testing.T) {
	t.Parallel()
	key := domain.IdempotencyKey{UserID: owner.ID, Operation: "createPhoto", Key: "key", Fingerprint: "a"}
	for name, c := range map[string]struct {
		single  bool
		prepare func(w *world) func(ctx context.Context) error
	}{
		"issue": {true, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			return func(ctx context.Context) error {
				_, err := w.issue().Execute(ctx, capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: front})
				return err
			}
		}},
		"create": {false, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			w.addPhoto("p", "failed", front, domain.PhotoFailed)
			in := w.newPhoto("p", front, []byte("front"))
			in.Key, in.Replaces = key, "failed"
			return func(ctx context.Context) error {
				_, err := w.create().Execute(ctx, in)
				return err
			}
		}},
		"complete": {true, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			out := w.announced("p", front, []byte("front"))
			w.upload(out.Upload, []byte("front"))
			return func(ctx context.Context) error {
				_, err := w.complete().Execute(ctx, capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: out.Photo.ID})
				return err
			}
		}},
		"list": {true, func(w *world) func(context.Context) error {
			w.submitted("p", owner)
			return func(context.Context) error {
				_, err := w.list(valuer, "p")
				return err
			}
		}},
		"get": {true, func(w *world) func(context.Context) error {
			w.submitted("p", owner)
			return func(context.Context) error {
				_, err := w.get(valuer, "p", "p-front")
				return err
			}
		}},
		"delete": {true, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			w.addPhoto("p", "failed", front, domain.PhotoFailed)
			w.addPhoto("p", "again", front, domain.PhotoPassed)
			w.setPhoto("failed", func(p *domain.Photo) { p.ReplacedBy = "again" })
			return func(ctx context.Context) error {
				return w.deletePhoto().Execute(ctx, capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "again"})
			}
		}},
		"resolve": {true, func(w *world) func(context.Context) error {
			w.claimed("p")
			return func(ctx context.Context) error {
				_, err := w.resolve().Execute(ctx, accepted)
				return err
			}
		}},
		"inspect": {false, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			w.draft("q", owner)
			w.inspected("q", front, []byte("front"))
			id := w.processing("p", front, []byte("front"))
			return func(ctx context.Context) error { return w.inspect().Execute(ctx, string(id)) }
		}},
		"give up": {true, func(w *world) func(context.Context) error {
			w.draft("p", owner)
			id := w.processing("p", front, []byte("front"))
			return func(ctx context.Context) error { return w.inspect().GiveUp(ctx, string(id)) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			untroubled := newWorld(t)
			require.NoError(t, c.prepare(untroubled)(t.Context()))
			want := untroubled.snapshot().shape()
			for n := 1; ; n++ {
				w := newWorld(t)
				run := c.prepare(w)
				before := w.snapshot()
				w.Faults.FailCall(n)
				err := run(t.Context())
				fired := w.Faults.Fired()
				w.Faults.Up()
				if !fired {
					require.NoError(t, err)
					assert.Greater(t, n, 4)
					return
				}
				refused(t, err, domain.KindUnavailable, "database_unavailable")
				if c.single {
					require.Equal(t, before, w.snapshot(), "call %d", n)
				}
				require.NoError(t, run(t.Context()), "call %d", n)
				require.Equal(t, want, w.snapshot().shape(), "call %d", n)
			}
		})
	}
}
