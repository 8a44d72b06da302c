package api

import (
	"context"
	"slices"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
)

// showPhotos encodes photos for the caller. Only if there is advice does it read their language.
func (s *server) showPhotos(ctx context.Context, views []capture.PhotoView) []gen.Photo {
	language := domain.English
	if slices.ContainsFunc(views, func(v capture.PhotoView) bool { return len(v.Photo.Findings) > 0 }) {
		if chosen, ok := s.ownersLanguage(ctx); ok {
			language = chosen
		}
	}
	return each(views, func(v capture.PhotoView) gen.Photo { return encodePhoto(v, actorOf(ctx), language) })
}

// showPhoto is showPhotos of one.
func (s *server) showPhoto(ctx context.Context, view capture.PhotoView) gen.Photo {
	return s.showPhotos(ctx, []capture.PhotoView{view})[0]
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
		Photo: s.showPhoto(ctx, capture.PhotoView{Photo: out.Photo}),
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
	return gen.CompletePhoto202JSONResponse(s.showPhoto(ctx, capture.PhotoView{Photo: photo})), nil
}

func (s *server) ListPhotos(ctx context.Context, r gen.ListPhotosRequestObject) (gen.ListPhotosResponseObject, error) {
	views, err := s.UseCases.ListPhotos.Execute(ctx, capture.ListPhotosInput{Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID)})
	if err != nil {
		return nil, err
	}
	return gen.ListPhotos200JSONResponse{Items: s.showPhotos(ctx, views)}, nil
}

func (s *server) GetPhoto(ctx context.Context, r gen.GetPhotoRequestObject) (gen.GetPhotoResponseObject, error) {
	view, err := s.UseCases.GetPhoto.Execute(ctx, capture.GetPhotoInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetPhoto200JSONResponse(s.showPhoto(ctx, view)), nil
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
	return gen.ResolveFlag200JSONResponse(s.showPhoto(ctx, capture.PhotoView{Photo: photo})), nil
}

func (s *server) TakeBackResolution(ctx context.Context, r gen.TakeBackResolutionRequestObject) (gen.TakeBackResolutionResponseObject, error) {
	photo, err := s.UseCases.TakeBackResolution.Execute(ctx, capture.TakeBackResolutionInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), PhotoID: domain.PhotoID(r.PhotoID),
	})
	if err != nil {
		return nil, err
	}
	return gen.TakeBackResolution200JSONResponse(s.showPhoto(ctx, capture.PhotoView{Photo: photo})), nil
}
