package inspect

import (
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// Context is what is known of the case for which a file is meant. Findings that would need an
// unknown fact are left out; the zero value leaves out all of them.
type Context struct {
	// AskedAt is when the photo was requested, zero if unknown. The file is judged as if it had
	// been uploaded when its challenge expired.
	AskedAt time.Time
	// Property is the location of the property, nil if unknown.
	Property *domain.Point
	// Document judges the file as a photo of type DOCUMENT.
	Document bool
}

// Verdict is the outcome for one file.
type Verdict string

// The verdicts, from best to worst. Unreadable means that there was no file to judge.
const (
	Passed     Verdict = "PASSED"
	Flagged    Verdict = "FLAGGED"
	Failed     Verdict = "FAILED"
	Unreadable Verdict = "UNREADABLE"
)

// verdicts are in the order of their exit codes.
var verdicts = []Verdict{Passed, Flagged, Failed, Unreadable}

// ExitCode returns 0 for Passed, 1 for Flagged, 2 for Failed and 3 for Unreadable.
func (v Verdict) ExitCode() int { return slices.Index(verdicts, v) }

// At returns the point at a latitude and a longitude in degrees. It returns an error if there is
// no such point on Earth, or if it is 0,0.
func At(latitude, longitude float64) (*domain.Point, error) {
	at := domain.Point{Lat: latitude, Lng: longitude}
	if !at.Valid() {
		return nil, fmt.Errorf("%v, %v is no place on Earth", latitude, longitude)
	}
	return &at, nil
}

// Files inspects one file after the other. A file that cannot be read yields an Unreadable
// report; the only error is that of ctx, which ends the sequence.
func Files(ctx context.Context, paths []string, known Context) iter.Seq2[Report, error] {
	inspector := imaging.New()
	return func(yield func(Report, error) bool) {
		for _, path := range paths {
			report, err := file(ctx, inspector, path, known)
			if !yield(report, err) || err != nil {
				return
			}
		}
	}
}

// file inspects the file at path and judges it by the known facts of the case.
func file(ctx context.Context, inspector ports.PhotoInspector, path string, known Context) (Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return unreadable(path, err), nil
	}
	defer f.Close()
	found, err := inspector.Inspect(ctx, f)
	if ctx.Err() != nil {
		return Report{}, fmt.Errorf("inspect %s: %w", path, ctx.Err())
	}
	if err != nil {
		return unreadable(path, err), nil
	}
	return newReport(path, found, judge(found.Facts, known), known), nil
}

// judge applies the photo table to the facts, as far as the known facts of the case allow.
func judge(facts domain.ImageFacts, known Context) []domain.Finding {
	evidence := photocheck.Evidence{Facts: facts, Property: known.Property}
	if known.Document {
		evidence.Photo.Subject.Type = domain.PhotoDocument
	}
	if known.AskedAt.IsZero() {
		evidence.Facts.EXIF.TakenAt = nil
	} else {
		evidence.Photo.ChallengedAt, evidence.Photo.CreatedAt = known.AskedAt, known.AskedAt.Add(domain.ChallengeTTL)
	}
	return slices.DeleteFunc(evidence.Inspect(), func(f domain.Finding) bool {
		switch f.Code {
		case domain.FindingNoDevice: // a device might have reported it
			return true
		case domain.FindingNoLocation:
			return known.Property == nil
		default:
			return false
		}
	})
}

func unreadable(path string, err error) Report {
	return Report{File: path, Verdict: Unreadable, Findings: []Finding{}, Error: err.Error()}
}
