package valuation

import (
	"context"
	"io"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetReport opens the report of a property's current valuation.
type GetReport struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// GetReportInput names the property, and the actor who must be allowed to see it.
type GetReportInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// GetReportOutput is the report. The caller must close the PDF.
type GetReportOutput struct {
	PDF       io.ReadCloser
	Bytes     int64
	SHA256    string // lower-case hex of the PDF
	Reference domain.Reference
}

// Execute opens the stored report. Errors: KindNotFound "property_not_found", and
// "report_not_found" if the case can get no report any more, or is still a draft;
// KindConflict "report_not_ready" while a report may still come, and "report_failed" once
// every attempt failed, until a supervisor retries it; KindUnavailable; KindInternal
// "report_lost" if the object store no longer has the file.
func (uc GetReport) Execute(ctx context.Context, in GetReportInput) (GetReportOutput, error) {
	type file struct {
		domain.Report
		reference domain.Reference
	}
	stored, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (file, error) {
		property, err := tx.GetVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return file{}, err
		}
		v, _, err := currentValuation(ctx, tx, property)
		if err == nil && v.Report.StoredAt.IsZero() {
			err = missing(property.State, v.Report)
		}
		if err == nil {
			event := domain.SecurityBy(in.Actor, domain.SecurityReportViewed, uc.Clock.Now())
			event.TargetID, event.PropertyID, event.Detail = property.OwnerID, property.ID, string(v.ID)
			err = tx.Security.Append(ctx, event)
		}
		return file{v.Report, property.Reference}, err
	})
	if err != nil {
		return GetReportOutput{}, err
	}
	size, err := uc.Blobs.Size(ctx, stored.Key)
	if err != nil {
		return GetReportOutput{}, lost(err)
	}
	pdf, err := uc.Blobs.Open(ctx, stored.Key)
	if err != nil {
		return GetReportOutput{}, lost(err)
	}
	return GetReportOutput{PDF: pdf, Bytes: size, SHA256: stored.SHA256, Reference: stored.reference}, nil
}

// missing returns the error for a report that is not stored. A client that polls should go on
// only after "report_not_ready".
func missing(state domain.State, report domain.Report) error {
	switch {
	case slices.Contains([]domain.State{domain.Draft, domain.Rejected, domain.Withdrawn}, state):
		return domain.NotFound("report")
	case !report.FailedAt.IsZero():
		return domain.Conflict("report_failed", "the report could not be made; a supervisor can have it made again")
	}
	return domain.Conflict("report_not_ready", "the report is not ready yet")
}

// lost returns KindInternal "report_lost" for KindNotFound, and any other error as it is. A
// stored report whose file is gone is our fault, so it must not look like one that is not made
// yet.
func lost(err error) error {
	if !domain.IsKind(err, domain.KindNotFound) {
		return err
	}
	return &domain.Error{Kind: domain.KindInternal, Code: "report_lost", Message: "the stored report is gone", Cause: err}
}
