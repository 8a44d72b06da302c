package postgres

import (
	"cmp"
	"context"
	"errors"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type valuations struct{ q *sqlcgen.Queries }

func valuationRow(v domain.Valuation) (sqlcgen.Valuation, error) {
	chosen, chosenErr := encode(mapped(v.Comparables, adjustedTo))
	suggestion, suggestionErr := encode(suggestionTo(v.Suggestion))
	r := sqlcgen.Valuation{
		ID: string(v.ID), PropertyID: string(v.PropertyID), Number: v.Number, ValuerID: string(v.ValuerID), Amount: int64(v.Amount),
		Methodology: string(v.Methodology), Comparables: chosen, FewerReason: v.FewerReason, Rationale: v.Rationale,
		Suggestion: suggestion, Confidence: v.Confidence, Status: string(v.Status), Risks: texts[string](v.Risks),
		ReportKey: v.Report.Key, ReportSha256: v.Report.SHA256, ReportStoredAt: timeOrNil(v.Report.StoredAt),
		ReportFailedAt: timeOrNil(v.Report.FailedAt), ReportRetries: v.Report.Retries, CreatedAt: v.CreatedAt,
		ApprovedAt: timeOrNil(v.ApprovedAt), Version: v.Version, RuleBook: v.RuleBook, ValuerName: &v.ValuerName,
	}
	if f := v.SignOff; f != nil {
		r.SignOffBy, r.SignOffName, r.SignOffAt, r.ReturnReason = optionalID(f.By), &f.Name, &f.At, &f.ReturnReason
	}
	return r, errors.Join(chosenErr, suggestionErr)
}

// valuationOf decodes a row and, if a release that kept no names wrote it, takes those that the
// users have now.
func valuationOf(r sqlcgen.Valuation, valuer, signer *string) (domain.Valuation, error) {
	chosen, chosenErr := decodeList[adjustedShape]("comparables", r.Comparables)
	suggestion, suggestionErr := decode[suggestionShape]("suggestion", r.Suggestion)
	v := domain.Valuation{
		ID: domain.ValuationID(r.ID), PropertyID: domain.PropertyID(r.PropertyID), Number: r.Number, ValuerID: domain.UserID(r.ValuerID),
		ValuerName: value(cmp.Or(r.ValuerName, valuer)), Amount: domain.Rupees(r.Amount), Methodology: domain.Methodology(r.Methodology), Comparables: mapped(chosen, adjustedFrom),
		FewerReason: r.FewerReason, Rationale: r.Rationale, Suggestion: suggestion.suggestion(), Confidence: r.Confidence,
		Status: domain.ValuationStatus(r.Status), Risks: texts[domain.Risk](r.Risks), RuleBook: r.RuleBook,
		Report: domain.Report{
			Key: r.ReportKey, SHA256: r.ReportSha256, StoredAt: value(r.ReportStoredAt), FailedAt: value(r.ReportFailedAt),
			Retries: r.ReportRetries,
		},
		CreatedAt: r.CreatedAt, ApprovedAt: value(r.ApprovedAt), Version: r.Version,
	}
	if r.SignOffBy != nil {
		v.SignOff = &domain.SignOff{By: idOf[domain.UserID](r.SignOffBy), Name: value(cmp.Or(r.SignOffName, signer)), At: value(r.SignOffAt), ReturnReason: value(r.ReturnReason)}
	}
	return v, unreadable(&v, chosenErr, suggestionErr)
}

// Add leaves the transaction usable if the version exists.
func (s valuations) Add(ctx context.Context, valuation domain.Valuation) error {
	row, err := valuationRow(valuation)
	if err != nil {
		return err
	}
	rows, err := s.q.InsertValuation(ctx, sqlcgen.InsertValuationParams(row))
	if err == nil && rows == 0 {
		return conflicts["valuations_number_key"]
	}
	return translate(err)
}

func (s valuations) Get(ctx context.Context, id domain.ValuationID) (domain.Valuation, error) {
	row, err := s.q.GetValuation(ctx, string(id))
	return found(row, err, "valuation", func(r sqlcgen.GetValuationRow) (domain.Valuation, error) {
		return valuationOf(r.Valuation, r.Valuer, r.Signer)
	})
}

func (s valuations) Update(ctx context.Context, valuation *domain.Valuation) error {
	row, err := valuationRow(*valuation)
	if err != nil {
		return err
	}
	rows, err := s.q.UpdateValuation(ctx, sqlcgen.UpdateValuationParams(row))
	err = changed(rows, err, domain.Stale("valuation"), func() error {
		_, err := s.Get(ctx, valuation.ID)
		return err
	})
	if err == nil {
		valuation.Version++
	}
	return err
}

func (s valuations) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Valuation, error) {
	rows, err := s.q.ValuationsByProperty(ctx, string(property))
	if err != nil {
		return nil, translate(err)
	}
	return mappedErr(rows, func(r sqlcgen.ValuationsByPropertyRow) (domain.Valuation, error) {
		return valuationOf(r.Valuation, r.Valuer, r.Signer)
	})
}
