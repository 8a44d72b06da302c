package model

import (
	"context"
	"slices"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
)

// photograph takes a photo of which anything may be wrong. Some are inspected at once.
func (w *world) photograph(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft, domain.FollowUpRequired)
	if k == nil {
		return nil
	}
	f := good()
	f.Picture = len(w.files)
	f.Place = w.whereFrom(rt, k)
	switch below(rt, "kind", 16) {
	case 8:
		f.Light = 20
	case 9:
		f.Sharp = 150
	case 10:
		f.AccuracyM = 3000
	case 11, 12, 13, 14, 15:
		if rarely(rt, "broken") {
			f.Broken = true
		} else if len(w.files) > 0 {
			f.Picture = below(rt, "picture", len(w.files))
		}
	}
	by, subject := w.ownerOf(rt, k), oneOf(rt, "subject", subjects)
	for _, s := range subjects {
		lacking := slices.Contains(needs(k.Type), s.Type) && !slices.ContainsFunc(k.photos, func(p domain.Photo) bool { return p.Subject.Type == s.Type })
		if k.State == domain.Draft && lacking && often(rt, "needed") {
			subject = s
		}
	}
	if open := k.OpenFollowUp(); open != nil && often(rt, "as asked") {
		if it := open.Items[0]; it.Subject.Type != "" {
			subject = it.Subject
		}
	}
	steps := below(rt, "steps", 10)
	var replaces domain.PhotoID
	if i := slices.IndexFunc(k.photos, func(p domain.Photo) bool { return p.Status == domain.PhotoFailed && p.Subject == subject }); i >= 0 && often(rt, "replace") {
		replaces = k.photos[i].ID
	}
	f.Number = len(w.files)
	w.files[f.announced().SHA256] = f
	return &move{what: "createPhoto", do: func(ctx context.Context) (any, error) {
		return w.take(ctx, by, k.ID, subject, f, replaces, min(3, max(1, steps)))
	}}
}

// whereFrom draws where a photo is taken: mostly at the pin.
func (w *world) whereFrom(rt *rapid.T, k *kase) *domain.Point {
	at := home.point
	if k.Details.Location != nil {
		at = k.Details.Location.Point
	}
	switch below(rt, "place", 10) {
	case 8:
		return nil
	case 9:
		at = oneOf(rt, "from", spots).point
	}
	return &at
}

// take announces a photo, uploads its file and has it inspected, or only the first of these steps.
func (w *world) take(ctx context.Context, by domain.Actor, id domain.PropertyID, s domain.Subject, f photoTruth, replaces domain.PhotoID, steps int) (domain.PhotoID, error) {
	challenge, err := capture.IssueChallenge{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.IssueChallengeInput{Actor: by, PropertyID: id, Subject: s})
	if err != nil {
		return "", err
	}
	out, err := capture.CreatePhoto{UnitOfWork: w.uow, Blobs: w.Blobs, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.CreatePhotoInput{
		Actor: by, PropertyID: id, ChallengeID: challenge.ID, Subject: s, Announced: f.announced(), Device: f.device(), Replaces: replaces,
	})
	if err != nil || steps == 1 {
		return out.Photo.ID, err
	}
	if err := w.Blobs.Put(ctx, out.Photo.OriginalKey(), domain.ContentJPEG, f.bytes()); err != nil {
		return "", err
	}
	if _, err := w.complete(ctx, by, id, out.Photo.ID); err != nil || steps == 2 {
		return out.Photo.ID, err
	}
	return out.Photo.ID, w.inspectPhoto().Execute(ctx, string(out.Photo.ID))
}

func (w *world) complete(ctx context.Context, by domain.Actor, id domain.PropertyID, photo domain.PhotoID) (domain.Photo, error) {
	return capture.CompletePhoto{UnitOfWork: w.uow, Blobs: w.Blobs, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.CompletePhotoInput{Actor: by, PropertyID: id, PhotoID: photo})
}

// completePhoto uploads what was announced.
func (w *world) completePhoto(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft, domain.FollowUpRequired, domain.Submitted)
	if k == nil {
		return nil
	}
	i := slices.IndexFunc(k.photos, func(p domain.Photo) bool { return p.Status == domain.PhotoAwaitingUpload })
	if i < 0 {
		return nil
	}
	by, photo := w.ownerOf(rt, k), k.photos[i]
	return &move{what: "completePhoto", do: func(ctx context.Context) (any, error) {
		if err := w.Blobs.Put(ctx, photo.OriginalKey(), domain.ContentJPEG, w.files[photo.Announced.SHA256].bytes()); err != nil {
			return nil, err
		}
		return w.complete(ctx, by, k.ID, photo.ID)
	}}
}

func (w *world) deletePhoto(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft, domain.FollowUpRequired)
	if k == nil || len(k.photos) == 0 {
		return nil
	}
	by, photo := w.ownerOf(rt, k), oneOf(rt, "photo", k.photos)
	return &move{what: "deletePhoto", do: func(ctx context.Context) (any, error) { return nil, w.remove(ctx, by, k.ID, photo.ID) }}
}

func (w *world) remove(ctx context.Context, by domain.Actor, id domain.PropertyID, photo domain.PhotoID) error {
	return capture.DeletePhoto{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.DeletePhotoInput{Actor: by, PropertyID: id, PhotoID: photo})
}
