package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type privacyRequests struct{ q *sqlcgen.Queries }

func privacyRequestRow(r domain.PrivacyRequest) sqlcgen.PrivacyRequest {
	return sqlcgen.PrivacyRequest{
		ID: string(r.ID), UserID: string(r.UserID), Kind: string(r.Kind), PropertyID: optionalID(r.PropertyID), Message: r.Message,
		State: string(r.State), CreatedAt: r.CreatedAt, DueAt: r.DueAt, Reason: r.Reason, AnsweredAt: timeOrNil(r.AnsweredAt),
		AnsweredBy: optionalID(r.AnsweredBy), Version: r.Version,
	}
}

func privacyRequestOf(r sqlcgen.PrivacyRequest) domain.PrivacyRequest {
	return domain.PrivacyRequest{
		ID: domain.PrivacyRequestID(r.ID), UserID: domain.UserID(r.UserID), Kind: domain.PrivacyRequestKind(r.Kind),
		PropertyID: idOf[domain.PropertyID](r.PropertyID), Message: r.Message, State: domain.PrivacyRequestState(r.State),
		CreatedAt: r.CreatedAt, DueAt: r.DueAt, Reason: r.Reason, AnsweredAt: value(r.AnsweredAt),
		AnsweredBy: idOf[domain.UserID](r.AnsweredBy), Version: r.Version,
	}
}

func (s privacyRequests) Add(ctx context.Context, r domain.PrivacyRequest) error {
	return translate(s.q.InsertPrivacyRequest(ctx, sqlcgen.InsertPrivacyRequestParams(privacyRequestRow(r))))
}

func (s privacyRequests) Get(ctx context.Context, id domain.PrivacyRequestID) (domain.PrivacyRequest, error) {
	row, err := s.q.GetPrivacyRequest(ctx, string(id))
	return privacyRequestOf(row), absent(err, "privacy_request")
}

func (s privacyRequests) Lock(ctx context.Context, id domain.PrivacyRequestID) (domain.PrivacyRequest, error) {
	row, err := s.q.LockPrivacyRequest(ctx, string(id))
	return privacyRequestOf(row), absent(err, "privacy_request")
}

func (s privacyRequests) Update(ctx context.Context, r *domain.PrivacyRequest) error {
	rows, err := s.q.UpdatePrivacyRequest(ctx, sqlcgen.UpdatePrivacyRequestParams(privacyRequestRow(*r)))
	err = changed(rows, err, domain.Stale("privacy request"), func() error {
		_, err := s.Get(ctx, r.ID)
		return err
	})
	if err == nil {
		r.Version++
	}
	return err
}

func (s privacyRequests) List(ctx context.Context, filter ports.PrivacyRequestFilter, page domain.Page) (domain.List[domain.PrivacyRequest], error) {
	at, err := ascending(page)
	if err != nil {
		return domain.List[domain.PrivacyRequest]{}, err
	}
	var rows []sqlcgen.PrivacyRequest
	if filter.UserID != "" { // there is an index of each person's
		rows, err = s.q.PrivacyRequestsOf(ctx, sqlcgen.PrivacyRequestsOfParams{
			UserID: string(filter.UserID), AfterAt: at.at, AfterID: at.id, PageLimit: at.more(),
			Kind: optionalID(filter.Kind), State: optionalID(filter.State),
		})
	} else {
		rows, err = s.q.PrivacyRequests(ctx, sqlcgen.PrivacyRequestsParams{
			AfterAt: at.at, AfterID: at.id, PageLimit: at.more(), Kind: optionalID(filter.Kind), State: optionalID(filter.State),
		})
	}
	if err != nil {
		return domain.List[domain.PrivacyRequest]{}, translate(err)
	}
	return list(at, mapped(rows, privacyRequestOf), func(r domain.PrivacyRequest) (time.Time, string) { return r.DueAt, string(r.ID) }), nil
}

func (s privacyRequests) CountOpen(ctx context.Context, user domain.UserID) (int, error) {
	n, err := s.q.CountOpenPrivacyRequests(ctx, string(user))
	return int(n), translate(err)
}

func (s privacyRequests) Silence(ctx context.Context, user domain.UserID) error {
	return translate(s.q.SilencePrivacyRequests(ctx, string(user)))
}

type legalHolds struct{ q *sqlcgen.Queries }

func legalHoldRow(h domain.LegalHold) sqlcgen.LegalHold {
	return sqlcgen.LegalHold{
		ID: string(h.ID), PropertyID: optionalID(h.PropertyID), UserID: optionalID(h.UserID), Reason: h.Reason,
		PlacedBy: string(h.PlacedBy), PlacedAt: h.PlacedAt, LiftReason: h.LiftReason, LiftedBy: optionalID(h.LiftedBy),
		LiftedAt: timeOrNil(h.LiftedAt), Version: h.Version,
	}
}

func legalHoldOf(r sqlcgen.LegalHold) domain.LegalHold {
	return domain.LegalHold{
		ID: domain.LegalHoldID(r.ID), PropertyID: idOf[domain.PropertyID](r.PropertyID), UserID: idOf[domain.UserID](r.UserID),
		Reason: r.Reason, PlacedBy: domain.UserID(r.PlacedBy), PlacedAt: r.PlacedAt, LiftReason: r.LiftReason,
		LiftedBy: idOf[domain.UserID](r.LiftedBy), LiftedAt: value(r.LiftedAt), Version: r.Version,
	}
}

func (s legalHolds) Add(ctx context.Context, h domain.LegalHold) error {
	return translate(s.q.InsertLegalHold(ctx, sqlcgen.InsertLegalHoldParams(legalHoldRow(h))))
}

func (s legalHolds) Get(ctx context.Context, id domain.LegalHoldID) (domain.LegalHold, error) {
	row, err := s.q.GetLegalHold(ctx, string(id))
	return legalHoldOf(row), absent(err, "hold")
}

func (s legalHolds) Lock(ctx context.Context, id domain.LegalHoldID) (domain.LegalHold, error) {
	row, err := s.q.LockLegalHold(ctx, string(id))
	return legalHoldOf(row), absent(err, "hold")
}

func (s legalHolds) Update(ctx context.Context, h *domain.LegalHold) error {
	rows, err := s.q.UpdateLegalHold(ctx, sqlcgen.UpdateLegalHoldParams(legalHoldRow(*h)))
	err = changed(rows, err, domain.Stale("hold"), func() error {
		_, err := s.Get(ctx, h.ID)
		return err
	})
	if err == nil {
		h.Version++
	}
	return err
}

func (s legalHolds) List(ctx context.Context, filter ports.LegalHoldFilter, page domain.Page) (domain.List[domain.LegalHold], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.LegalHold]{}, err
	}
	rows, err := s.q.LegalHolds(ctx, sqlcgen.LegalHoldsParams{
		AfterAt: at.at, AfterID: at.id, PropertyID: optionalID(filter.PropertyID), UserID: optionalID(filter.UserID),
		InForce: filter.InForce, PageLimit: at.more(),
	})
	if err != nil {
		return domain.List[domain.LegalHold]{}, translate(err)
	}
	return list(at, mapped(rows, legalHoldOf), func(h domain.LegalHold) (time.Time, string) { return h.PlacedAt, string(h.ID) }), nil
}

func (s legalHolds) Covers(ctx context.Context, property domain.PropertyID, user domain.UserID) (bool, error) {
	covers, err := s.q.HoldCovers(ctx, sqlcgen.HoldCoversParams{PropertyID: optionalID(property), UserID: optionalID(user)})
	return value(covers), translate(err)
}

type erasures struct{ q *sqlcgen.Queries }

func erasureOf(r sqlcgen.Erasure) domain.Erasure {
	return domain.Erasure{
		UserID: domain.UserID(r.UserID), AskedAt: r.AskedAt, Phone: domain.Phone(r.Phone), Name: r.Name,
		FinishedAt: value(r.FinishedAt), Version: r.Version,
	}
}

// Add leaves the transaction usable if the person asked before.
func (s erasures) Add(ctx context.Context, e domain.Erasure) error {
	rows, err := s.q.InsertErasure(ctx, sqlcgen.InsertErasureParams{
		UserID: string(e.UserID), AskedAt: e.AskedAt, Phone: string(e.Phone), Name: e.Name, FinishedAt: timeOrNil(e.FinishedAt), Version: e.Version,
	})
	if err == nil && rows == 0 {
		return domain.ErasureRequested()
	}
	return translate(err)
}

func (s erasures) Get(ctx context.Context, user domain.UserID) (domain.Erasure, error) {
	row, err := s.q.GetErasure(ctx, string(user))
	return erasureOf(row), absent(err, "user")
}

func (s erasures) Lock(ctx context.Context, user domain.UserID) (domain.Erasure, error) {
	row, err := s.q.LockErasure(ctx, string(user))
	return erasureOf(row), absent(err, "user")
}

func (s erasures) Update(ctx context.Context, e *domain.Erasure) error {
	rows, err := s.q.UpdateErasure(ctx, sqlcgen.UpdateErasureParams{
		UserID: string(e.UserID), AskedAt: e.AskedAt, Phone: string(e.Phone), Name: e.Name, FinishedAt: timeOrNil(e.FinishedAt), Version: e.Version,
	})
	err = changed(rows, err, domain.Stale("erasure"), func() error {
		_, err := s.Get(ctx, e.UserID)
		return err
	})
	if err == nil {
		e.Version++
	}
	return err
}

func (s erasures) Ready(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error) {
	from := string(after)
	if from == "" {
		from = firstID
	}
	rows, err := s.q.ErasuresReady(ctx, sqlcgen.ErasuresReadyParams{AfterID: from, PageLimit: limit})
	return texts[domain.UserID](rows), translate(err)
}

type exports struct{ q *sqlcgen.Queries }

func exportRow(e domain.Export) sqlcgen.Export {
	return sqlcgen.Export{
		ID: string(e.ID), UserID: string(e.UserID), State: string(e.State), RequestedAt: e.RequestedAt,
		ReadyAt: timeOrNil(e.ReadyAt), ExpiresAt: e.ExpiresAt, Parts: e.Parts, Version: e.Version,
	}
}

func exportOf(r sqlcgen.Export) domain.Export {
	return domain.Export{
		ID: domain.ExportID(r.ID), UserID: domain.UserID(r.UserID), State: domain.ExportState(r.State), RequestedAt: r.RequestedAt,
		ReadyAt: value(r.ReadyAt), ExpiresAt: r.ExpiresAt, Parts: r.Parts, Version: r.Version,
	}
}

func (s exports) Add(ctx context.Context, e domain.Export) error {
	return translate(s.q.InsertExport(ctx, sqlcgen.InsertExportParams(exportRow(e))))
}

func (s exports) Get(ctx context.Context, id domain.ExportID) (domain.Export, error) {
	row, err := s.q.GetExport(ctx, string(id))
	return exportOf(row), absent(err, "export")
}

func (s exports) Lock(ctx context.Context, id domain.ExportID) (domain.Export, error) {
	row, err := s.q.LockExport(ctx, string(id))
	return exportOf(row), absent(err, "export")
}

func (s exports) Update(ctx context.Context, e *domain.Export) error {
	r := exportRow(*e)
	rows, err := s.q.UpdateExport(ctx, sqlcgen.UpdateExportParams(r))
	err = changed(rows, err, domain.Stale("export"), func() error {
		_, err := s.Get(ctx, e.ID)
		return err
	})
	if err == nil {
		e.Version++
	}
	return err
}

func (s exports) Delete(ctx context.Context, id domain.ExportID) error {
	rows, err := s.q.DeleteExport(ctx, string(id))
	return changed(rows, err, domain.NotFound("export"), func() error { return nil })
}

func (s exports) ByUser(ctx context.Context, user domain.UserID) ([]domain.Export, error) {
	rows, err := s.q.ExportsByUser(ctx, string(user))
	return mapped(rows, exportOf), translate(err)
}
