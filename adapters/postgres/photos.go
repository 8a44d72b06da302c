package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type challenges struct{ q *sqlcgen.Queries }

func (s challenges) Add(ctx context.Context, c domain.Challenge) error {
	return translate(s.q.InsertChallenge(ctx, sqlcgen.InsertChallengeParams{
		ID: string(c.ID), UserID: string(c.UserID), PropertyID: string(c.PropertyID), SubjectType: string(c.Subject.Type),
		Room: string(c.Subject.Room), IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt, UsedAt: timeOrNil(c.UsedAt),
	}))
}

func (s challenges) Lock(ctx context.Context, id domain.ChallengeID) (domain.Challenge, error) {
	r, err := s.q.LockChallenge(ctx, string(id))
	if err != nil {
		return domain.Challenge{}, absent(err, "challenge")
	}
	return challengeOf(r), nil
}

func challengeOf(r sqlcgen.Challenge) domain.Challenge {
	return domain.Challenge{
		ID: domain.ChallengeID(r.ID), UserID: domain.UserID(r.UserID), PropertyID: domain.PropertyID(r.PropertyID),
		Subject:  domain.Subject{Type: domain.PhotoType(r.SubjectType), Room: domain.Room(r.Room)},
		IssuedAt: r.IssuedAt, ExpiresAt: r.ExpiresAt, UsedAt: value(r.UsedAt),
	}
}

func (s challenges) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Challenge, error) {
	rows, err := s.q.ChallengesOf(ctx, string(property))
	return mapped(rows, challengeOf), translate(err)
}

func (s challenges) MarkUsed(ctx context.Context, id domain.ChallengeID, at time.Time) error {
	rows, err := s.q.UseChallenge(ctx, sqlcgen.UseChallengeParams{ID: string(id), UsedAt: at})
	return changed(rows, err, conflicts["photos_challenge_key"], func() error {
		_, err := s.Lock(ctx, id)
		return err
	})
}

type photos struct {
	q      *sqlcgen.Queries
	hashes *hashes
}

func photoRow(p domain.Photo) (sqlcgen.Photo, error) {
	device, deviceErr := encode(deviceTo(p.Device))
	facts, factsErr := encode(factsTo(p.Facts))
	findings, findingsErr := encode(mapped(p.Findings, findingTo))
	analysis, analysisErr := encode(analysisTo(p.Analysis))
	past, pastErr := encode(mapped(p.Past, pastTo))
	r := sqlcgen.Photo{
		ID: string(p.ID), PropertyID: string(p.PropertyID), OwnerID: string(p.OwnerID), SubjectType: string(p.Subject.Type),
		Room: string(p.Subject.Room), Status: string(p.Status), AnnouncedSha256: p.Announced.SHA256,
		AnnouncedBytes: p.Announced.Bytes, AnnouncedType: p.Announced.ContentType, Device: device,
		ChallengeID: string(p.ChallengeID), ChallengedAt: p.ChallengedAt, CreatedAt: p.CreatedAt,
		CompletedAt: timeOrNil(p.CompletedAt), InspectedAt: timeOrNil(p.InspectedAt), Sha256: optional(p.Facts.SHA256),
		Facts: facts, Findings: findings, Analysis: analysis, LinkedTo: texts[string](p.LinkedTo),
		ReplacedBy: optionalID(p.ReplacedBy), Version: p.Version, PastVerdicts: past,
	}
	if f := p.Resolution; f != nil {
		r.Resolution, r.ResolutionReason, r.ResolvedBy, r.ResolvedAt = optionalID(f.Decision), &f.Reason, optionalID(f.By), &f.At
	}
	return r, errors.Join(deviceErr, factsErr, findingsErr, analysisErr, pastErr)
}

func photoOf(r sqlcgen.Photo) (domain.Photo, error) {
	device, deviceErr := decode[deviceShape]("device", r.Device)
	facts, factsErr := decode[factsShape]("facts", r.Facts)
	findings, findingsErr := decodeList[findingShape]("findings", r.Findings)
	analysis, analysisErr := decode[analysisShape]("analysis", r.Analysis)
	past, pastErr := decodeList[pastShape]("past_verdicts", r.PastVerdicts)
	p := domain.Photo{
		ID: domain.PhotoID(r.ID), PropertyID: domain.PropertyID(r.PropertyID), OwnerID: domain.UserID(r.OwnerID),
		Subject: domain.Subject{Type: domain.PhotoType(r.SubjectType), Room: domain.Room(r.Room)}, Status: domain.PhotoStatus(r.Status),
		Announced: domain.Announcement{SHA256: r.AnnouncedSha256, Bytes: r.AnnouncedBytes, ContentType: r.AnnouncedType},
		Device:    device.device(), ChallengeID: domain.ChallengeID(r.ChallengeID), ChallengedAt: r.ChallengedAt,
		CreatedAt: r.CreatedAt, CompletedAt: value(r.CompletedAt), InspectedAt: value(r.InspectedAt),
		Facts: facts.facts(value(r.Sha256)), Findings: mapped(findings, findingFrom), Analysis: analysis.analysis(),
		LinkedTo: texts[domain.PropertyID](r.LinkedTo), ReplacedBy: idOf[domain.PhotoID](r.ReplacedBy), Version: r.Version,
		Past: mapped(past, pastFrom),
	}
	if r.Resolution != nil {
		p.Resolution = &domain.FlagResolution{
			Decision: idOf[domain.FlagDecision](r.Resolution), Reason: value(r.ResolutionReason),
			By: idOf[domain.UserID](r.ResolvedBy), At: value(r.ResolvedAt),
		}
	}
	return p, unreadable(&p, deviceErr, factsErr, findingsErr, analysisErr, pastErr)
}

func (s photos) Add(ctx context.Context, photo domain.Photo) error {
	row, err := photoRow(photo)
	if err != nil {
		return err
	}
	if err := s.q.InsertPhoto(ctx, sqlcgen.InsertPhotoParams(row)); err != nil {
		return translate(err)
	}
	return s.record(ctx, photo)
}

func (s photos) Get(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	row, err := s.q.GetPhoto(ctx, string(id))
	return found(row, err, "photo", photoOf)
}

func (s photos) Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	row, err := s.q.LockPhoto(ctx, string(id))
	return found(row, err, "photo", photoOf)
}

func (s photos) Update(ctx context.Context, photo *domain.Photo) error {
	row, err := photoRow(*photo)
	if err != nil {
		return err
	}
	rows, err := s.q.UpdatePhoto(ctx, sqlcgen.UpdatePhotoParams(row))
	err = changed(rows, err, domain.Stale("photo"), func() error {
		_, err := s.Get(ctx, photo.ID)
		return err
	})
	if err == nil {
		err = s.record(ctx, *photo)
	}
	if err == nil {
		photo.Version++
	}
	return err
}

func (s photos) Delete(ctx context.Context, id domain.PhotoID) error {
	rows, err := s.q.DeletePhoto(ctx, string(id))
	return changed(rows, err, domain.NotFound("photo"), func() error { return nil })
}

func (s photos) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Photo, error) {
	rows, err := s.q.PhotosByProperty(ctx, string(property))
	if err != nil {
		return nil, translate(err)
	}
	return mappedErr(rows, photoOf)
}

func (s photos) SameBytes(ctx context.Context, sha256 string, except domain.PropertyID) ([]domain.PropertyID, error) {
	others, err := s.q.SameBytes(ctx, sqlcgen.SameBytesParams{Sha256: sha256, OtherThan: string(except)})
	return texts[domain.PropertyID](others), translate(err)
}

func (s photos) StaleUploads(ctx context.Context, before time.Time, limit int) ([]domain.Photo, error) {
	rows, err := s.q.StaleUploads(ctx, sqlcgen.StaleUploadsParams{Before: before, PageLimit: max(0, limit)})
	if err != nil {
		return nil, translate(err)
	}
	return mappedErr(rows, photoOf)
}
