package capture_test

import (
	"context"
	"testing"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/tests/kit/fixture"
)

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
			w.Draft("p", owner)
			return func(ctx context.Context) error {
				_, err := w.issue().Execute(ctx, capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: front})
				return err
			}
		}},
		"create": {false, func(w *world) func(context.Context) error {
			w.Draft("p", owner)
			w.AddPhoto("p", "failed", front, domain.PhotoFailed)
			in := w.newPhoto("p", front, []byte("front"))
			in.Key, in.Replaces = key, "failed"
			return func(ctx context.Context) error {
				_, err := w.create().Execute(ctx, in)
				return err
			}
		}},
		"complete": {true, func(w *world) func(context.Context) error {
			w.Draft("p", owner)
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
			w.Draft("p", owner)
			w.AddPhoto("p", "failed", front, domain.PhotoFailed)
			w.AddPhoto("p", "again", front, domain.PhotoPassed)
			w.SetPhoto("failed", func(p *domain.Photo) { p.ReplacedBy = "again" })
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
			w.Draft("p", owner)
			w.Draft("q", owner)
			w.inspected("q", front, []byte("front"))
			id := w.processing("p", front, []byte("front"))
			return func(ctx context.Context) error { return w.inspect().Execute(ctx, string(id)) }
		}},
		"give up": {true, func(w *world) func(context.Context) error {
			w.Draft("p", owner)
			id := w.processing("p", front, []byte("front"))
			return func(ctx context.Context) error { return w.inspect().GiveUp(ctx, string(id)) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.EveryPortCallMayFail(t, fixture.Trial{
				Prepare: func(w *fixture.World) func(context.Context) error { return c.prepare(&world{w}) },
				InSteps: !c.single, Calls: 4,
			})
		})
	}
}
