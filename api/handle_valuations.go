package api

import (
	"context"
	"mime"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
)

func (s *server) SuggestValuation(ctx context.Context, r gen.SuggestValuationRequestObject) (gen.SuggestValuationResponseObject, error) {
	suggestion, err := s.UseCases.SuggestValuation.Execute(ctx, valuation.SuggestValuationInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.SuggestValuation200JSONResponse(encodeSuggestion(suggestion)), nil
}

func (s *server) ApproveProperty(ctx context.Context, r gen.ApprovePropertyRequestObject) (gen.ApprovePropertyResponseObject, error) {
	v, err := s.UseCases.ApproveProperty.Execute(ctx, valuation.ApprovePropertyInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
		Appraisal: decodeAppraisal(*r.Body),
	})
	if err != nil {
		return nil, err
	}
	return gen.ApproveProperty201JSONResponse(encodeValuation(v)), nil
}

func decodeAppraisal(b gen.ApprovePropertyRequest) domain.Appraisal {
	return domain.Appraisal{
		Amount: domain.Rupees(b.Amount.Amount), Methodology: domain.Methodology(b.Methodology),
		Comparables: each(b.ComparableIds, func(id string) domain.ComparableID { return domain.ComparableID(id) }),
		FewerReason: value(b.FewerComparablesReason), Rationale: value(b.Rationale),
	}
}

func (s *server) PreviewValuation(ctx context.Context, r gen.PreviewValuationRequestObject) (gen.PreviewValuationResponseObject, error) {
	asked, err := s.UseCases.PreviewValuation.Execute(ctx, valuation.PreviewValuationInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID), Appraisal: decodeAppraisal(*r.Body),
	})
	if err != nil {
		return nil, err
	}
	return gen.PreviewValuation200JSONResponse{
		Blocking: each(asked.Blocking, encodeBlocking), Risks: each(asked.Risks, encodeRisk),
	}, nil
}

func (s *server) ListValuations(ctx context.Context, r gen.ListValuationsRequestObject) (gen.ListValuationsResponseObject, error) {
	list, err := s.UseCases.ListValuations.Execute(ctx, valuation.ListValuationsInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.ListValuations200JSONResponse{Items: each(list, encodeValuation)}, nil
}

func (s *server) GetValuation(ctx context.Context, r gen.GetValuationRequestObject) (gen.GetValuationResponseObject, error) {
	out, err := s.UseCases.GetValuation.Execute(ctx, valuation.GetValuationInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	if out.ForOwner {
		return view{body: ownersValuation(out.Valuation, out.Reference)}, nil
	}
	return view{body: encodeValuation(out.Valuation)}, nil
}

func (s *server) GetReport(ctx context.Context, r gen.GetReportRequestObject) (gen.GetReportResponseObject, error) {
	report, err := s.UseCases.GetReport.Execute(ctx, valuation.GetReportInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	name := map[string]string{"filename": string(report.Reference) + ".pdf"}
	return gen.GetReport200ApplicationPdfResponse{
		Body: report.PDF, ContentLength: report.Bytes,
		Headers: gen.GetReport200ResponseHeaders{
			ContentDisposition: mime.FormatMediaType("attachment", name), ETag: `"` + report.SHA256 + `"`,
		},
	}, nil
}

func (s *server) RetryReport(ctx context.Context, r gen.RetryReportRequestObject) (gen.RetryReportResponseObject, error) {
	property, err := s.UseCases.RetryReport.Execute(ctx, valuation.RetryReportInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), PropertyID: domain.PropertyID(r.PropertyID),
	})
	if err != nil {
		return nil, err
	}
	return gen.RetryReport200JSONResponse{
		Body: s.show(property), Headers: gen.RetryReport200ResponseHeaders{ETag: etag(property.Version)},
	}, nil
}
