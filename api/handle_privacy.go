package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
)

func (s *server) GetConsentNotice(ctx context.Context, r gen.GetConsentNoticeRequestObject) (gen.GetConsentNoticeResponseObject, error) {
	notice, err := s.UseCases.GetConsentNotice.Execute(ctx, privacy.GetConsentNoticeInput{
		Actor: actorOf(ctx), Language: domain.Language(value(r.Params.Language)), Version: value(r.Params.Version),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetConsentNotice200JSONResponse(encodeNotice(notice)), nil
}

func (s *server) RecordConsent(ctx context.Context, r gen.RecordConsentRequestObject) (gen.RecordConsentResponseObject, error) {
	consent, err := s.UseCases.RecordConsent.Execute(ctx, privacy.RecordConsentInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Version: r.Body.Version, Language: domain.Language(r.Body.Language),
		Purposes: purposes(r.Body.Purposes),
	})
	if err != nil {
		return nil, err
	}
	return gen.RecordConsent201JSONResponse(encodeConsent(consent)), nil
}

func (s *server) ListConsents(ctx context.Context, _ gen.ListConsentsRequestObject) (gen.ListConsentsResponseObject, error) {
	out, err := s.UseCases.ListConsents.Execute(ctx, privacy.ListConsentsInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.ListConsents200JSONResponse{
		Items: each(out.Consents, encodeConsent), Agreed: each(out.Agreement.Purposes, encodePurpose), ConsentRequired: !out.Agreement.Current(),
	}, nil
}

func (s *server) WithdrawConsent(ctx context.Context, r gen.WithdrawConsentRequestObject) (gen.WithdrawConsentResponseObject, error) {
	withdrawal, err := s.UseCases.WithdrawConsent.Execute(ctx, privacy.WithdrawConsentInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Purposes: purposes(r.Body.Purposes), EndCases: value(r.Body.ConfirmWithdrawalOfCases),
	})
	if err != nil {
		return nil, err
	}
	return gen.WithdrawConsent201JSONResponse(encodeConsent(withdrawal)), nil
}

func (s *server) GetAuditTrail(ctx context.Context, r gen.GetAuditTrailRequestObject) (gen.GetAuditTrailResponseObject, error) {
	trail, err := s.UseCases.GetAuditTrail.Execute(ctx, privacy.GetAuditTrailInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	if trail.Owners != nil {
		return view{body: ownersAuditTrail(*trail.Owners, trail.Intact)}, nil
	}
	return view{body: gen.AuditTrail{
		View: gen.StaffViewSTAFF, Intact: trail.Intact, Fault: optional(trail.Fault), Entries: each(trail.Entries, encodeAuditEntry),
	}}, nil
}

func encodeAuditEntry(e domain.AuditEntry) gen.AuditEntry {
	return gen.AuditEntry{
		Seq: e.Seq, At: e.At, ActorID: optionalText(e.ActorID), ActorRole: string(e.ActorRole), Action: gen.AuditAction(e.Action),
		From: optionalText(e.From), To: optionalText(e.To), PrevHash: optional(e.PrevHash), Hash: e.Hash,
		Facts: each(e.Facts, func(f domain.Fact) gen.AuditFact { return gen.AuditFact{Name: f.Name, Value: f.Value} }),
	}
}
