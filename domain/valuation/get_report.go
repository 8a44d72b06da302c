package valuation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// maxReportBytes bounds what is read of a report: more was not made here.
const maxReportBytes = 64 << 20

// Execute opens the stored report, once it has proved to be the one of the audit chain. Nothing of
// another one is sent: its reader would rely on it. Errors: KindNotFound "property_not_found", and
// "report_not_found" if the case can get no report any more, or is still a draft; KindForbidden
// "reason_required";
// KindConflict "report_not_ready" while a report may still come, "report_failed" once every attempt
// failed, until a supervisor retries it, and "report_differs" if the file is not the one whose
// checksum is in the audit chain; KindUnavailable; KindInternal "report_lost" if the object store no
// longer has the file.
func (uc GetReport) Execute(ctx context.Context, in GetReportInput) (GetReportOutput, error) {
	stored, err := uc.find(ctx, in)
	if err != nil {
		return GetReportOutput{}, err
	}
	pdf, err := uc.read(ctx, stored.Key)
	if err != nil {
		return GetReportOutput{}, lost(err)
	}
	if sum := sha256.Sum256(pdf); hex.EncodeToString(sum[:]) != stored.committed || stored.SHA256 != stored.committed {
		return GetReportOutput{}, uc.refuse(ctx, in)
	}
	return GetReportOutput{
		PDF: io.NopCloser(bytes.NewReader(pdf)), Bytes: int64(len(pdf)), SHA256: stored.SHA256, Reference: stored.reference,
	}, nil
}

// storedReport is a report with the checksum that the audit chain has of it, "" if that is broken.
type storedReport struct {
	domain.Report
	reference domain.Reference
	committed string
}

func (uc GetReport) find(ctx context.Context, in GetReportInput) (storedReport, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (storedReport, error) {
		now := uc.Clock.Now()
		property, _, err := tx.OpenCase(ctx, in.Actor, in.PropertyID, now)
		if err != nil {
			return storedReport{}, err
		}
		v, _, err := currentValuation(ctx, tx, property)
		if err == nil && v.Report.StoredAt.IsZero() {
			err = missing(property.State, v.Report)
		}
		if err != nil {
			return storedReport{}, err
		}
		chain, err := tx.Audit.Chain(ctx, property.ID)
		if err == nil {
			event := domain.SecurityBy(in.Actor, domain.SecurityReportViewed, now)
			event.TargetID, event.PropertyID, event.Detail = property.OwnerID, property.ID, string(v.ID)
			err = tx.Security.Append(ctx, event)
		}
		return storedReport{v.Report, property.Reference, domain.CommittedReport(chain)}, err
	})
}

func (uc GetReport) read(ctx context.Context, key string) (pdf []byte, err error) {
	file, err := uc.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	return io.ReadAll(io.LimitReader(file, maxReportBytes))
}

// refuse records that the report is not the one that was made, and returns the error.
func (uc GetReport) refuse(ctx context.Context, in GetReportInput) error {
	err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		event := domain.SecurityBy(in.Actor, domain.SecurityEvidenceDiffers, uc.Clock.Now())
		event.PropertyID, event.Detail = in.PropertyID, "report_differs"
		return tx.Security.Append(ctx, event)
	})
	if err != nil {
		return err
	}
	return domain.Conflict("report_differs", "the stored report is not the one that was made of this case; rely on no copy of it until the lender has looked into it")
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
