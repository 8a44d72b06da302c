package valuation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RenderReport is the job that makes the report of an approved valuation, which completes the
// case.
type RenderReport struct {
	UnitOfWork     ports.UnitOfWork
	Blobs          ports.Blobs
	ReportRenderer ports.ReportRenderer
	Clock          ports.Clock
	IDs            ports.IDs
}

// Execute makes the report of the valuation with this id. It changes nothing if the valuation
// no longer awaits one. Everything in the report was settled at the approval, so that making it
// twice, even at the same time, stores the same bytes. Errors: KindNotFound
// "valuation_not_found" and "blob_not_found", KindUnavailable, those of the renderer.
func (uc RenderReport) Execute(ctx context.Context, valuationID string) error {
	document, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (*domain.ReportDocument, error) {
		property, v, err := lockAwaitingReport(ctx, tx, domain.ValuationID(valuationID))
		if err != nil || v == nil {
			return nil, err
		}
		return collect(ctx, tx, property, *v)
	})
	if err != nil || document == nil {
		return err
	}
	for i := range document.Photos {
		if document.Standing(document.Photos[i].Photo) != domain.StandingPictured {
			continue // personal papers, and what is no evidence, is listed without its picture
		}
		if document.Photos[i].JPEG, err = uc.fetch(ctx, document.Photos[i].Photo.DisplayKey()); err != nil {
			return err
		}
	}
	pdf, err := uc.ReportRenderer.Render(ctx, *document)
	if err != nil {
		return fmt.Errorf("render the report of valuation %s: %w", valuationID, err)
	}
	if err := uc.Blobs.Put(ctx, document.Valuation.ReportKey(), "application/pdf", pdf); err != nil {
		return err
	}
	sum, now := sha256.Sum256(pdf), uc.Clock.Now()
	return uc.change(ctx, valuationID, func(property *domain.Property, v *domain.Valuation) (domain.Change, error) {
		return property.CompleteReport(v, hex.EncodeToString(sum[:]), now)
	})
}

// GiveUp records that the report could not be made, for a supervisor to retry.
func (uc RenderReport) GiveUp(ctx context.Context, valuationID string) error {
	now := uc.Clock.Now()
	return uc.change(ctx, valuationID, func(property *domain.Property, v *domain.Valuation) (domain.Change, error) {
		return property.FailReport(v, now)
	})
}

// change applies decide to a case that still awaits its report, and leaves any other as it is.
func (uc RenderReport) change(ctx context.Context, valuationID string, decide func(*domain.Property, *domain.Valuation) (domain.Change, error)) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, v, err := lockAwaitingReport(ctx, tx, domain.ValuationID(valuationID))
		if err != nil || v == nil {
			return err
		}
		change, err := decide(&property, v)
		if err != nil {
			return err
		}
		if err := tx.Valuations.Update(ctx, v); err != nil {
			return err
		}
		return tx.Save(ctx, &property, change, uc.IDs)
	})
}

// fetch reads a photo's derivative from the object store.
func (uc RenderReport) fetch(ctx context.Context, key string) ([]byte, error) {
	file, err := uc.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	jpeg, err := io.ReadAll(file)
	if err != nil {
		err = fmt.Errorf("read %s: %w", key, err)
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return jpeg, err
}
