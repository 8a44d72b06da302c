package api

import (
	"context"
	"slices"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
)

// languageOf returns the language of the advice on photos: the one that the calling owner has
// chosen, or else English. Only if there is advice does it read what they chose.
func (s *server) languageOf(ctx context.Context, views ...capture.PhotoView) domain.Language {
	if slices.ContainsFunc(views, func(v capture.PhotoView) bool { return len(v.Photo.Findings) > 0 }) {
		if chosen, ok := s.ownersLanguage(ctx); ok {
			return chosen
		}
	}
	return domain.English
}

// ownersPhoto encodes a photo that its owner has just changed.
func (s *server) ownersPhoto(ctx context.Context, photo domain.Photo) gen.OwnerPhoto {
	view := capture.PhotoView{Photo: photo}
	return ownersPhoto(view, s.languageOf(ctx, view))
}

func (s *server) IssueChallenge(ctx context.Context, r gen.IssueChallengeRequestObject) (gen.IssueChallengeResponseObject, error) {
	challenge, err := s.UseCases.IssueChallenge.Execute(ctx, capture.IssueChallengeInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), Subject: decodeSubject(r.Body.Type, r.Body.Room),
	})
	if err != nil {
		return nil, err
	}
	return gen.IssueChallenge201JSONResponse{
		ID: string(challenge.ID), Type: r.Body.Type, Room: r.Body.Room,
		IssuedAt: challenge.IssuedAt, ExpiresAt: challenge.ExpiresAt,
	}, nil
}

func (s *server) CreatePhoto(ctx context.Context, r gen.CreatePhotoRequestObject) (gen.CreatePhotoResponseObject, error) {
	b := r.Body
	out, err := s.UseCases.CreatePhoto.Execute(ctx, capture.CreatePhotoInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		ChallengeID: domain.ChallengeID(b.ChallengeID), Subject: decodeSubject(b.Type, b.Room),
		Announced: domain.Announcement{SHA256: b.Sha256, Bytes: b.Bytes, ContentType: string(b.ContentType)},
		Device:    decodeDevice(b.Device), Replaces: domain.PhotoID(value(b.Replaces)),
	})
	if err != nil {
		return nil, err
	}
	return gen.CreatePhoto201JSONResponse{
		Photo: s.ownersPhoto(ctx, out.Photo),
		Upload: gen.Upload{
			Method: gen.UploadMethod(out.Upload.Method), URL: out.Upload.URL,
			Headers: out.Upload.Headers, ExpiresAt: out.Upload.ExpiresAt,
		},
	}, nil
}

func (s *server) CompletePhoto(ctx context.Context, r gen.CompletePhotoRequestObject) (gen.CompletePhotoResponseObject, error) {
	photo, err := s.UseCases.CompletePhoto.Execute(ctx, capture.CompletePhotoInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return gen.CompletePhoto202JSONResponse(s.ownersPhoto(ctx, photo)), nil
}

func (s *server) ListPhotos(ctx context.Context, r gen.ListPhotosRequestObject) (gen.ListPhotosResponseObject, error) {
	list, err := s.UseCases.ListPhotos.Execute(ctx, capture.ListPhotosInput{Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID)})
	if err != nil {
		return nil, err
	}
	return viewPhotos(list.Photos, list.ForOwner, s.languageOf(ctx, list.Photos...)), nil
}

func (s *server) GetPhoto(ctx context.Context, r gen.GetPhotoRequestObject) (gen.GetPhotoResponseObject, error) {
	photo, err := s.UseCases.GetPhoto.Execute(ctx, capture.GetPhotoInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return viewPhoto(photo, s.languageOf(ctx, photo)), nil
}

func (s *server) DeletePhoto(ctx context.Context, r gen.DeletePhotoRequestObject) (gen.DeletePhotoResponseObject, error) {
	err := s.UseCases.DeletePhoto.Execute(ctx, capture.DeletePhotoInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return gen.DeletePhoto204Response{}, nil
}

func (s *server) ResolveFlag(ctx context.Context, r gen.ResolveFlagRequestObject) (gen.ResolveFlagResponseObject, error) {
	photo, err := s.UseCases.ResolveFlag.Execute(ctx, capture.ResolveFlagInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
		Decision: domain.FlagDecision(r.Body.Decision), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.ResolveFlag200JSONResponse(encodePhoto(capture.PhotoView{Photo: photo}, domain.English)), nil
}

func (s *server) TakeBackResolution(ctx context.Context, r gen.TakeBackResolutionRequestObject) (gen.TakeBackResolutionResponseObject, error) {
	photo, err := s.UseCases.TakeBackResolution.Execute(ctx, capture.TakeBackResolutionInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return gen.TakeBackResolution200JSONResponse(encodePhoto(capture.PhotoView{Photo: photo}, domain.English)), nil
}
