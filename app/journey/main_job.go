package journey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Plan describes one run of the main job.
type Plan struct {
	URL    string
	Photos []Photo
	Codes  Codes
	// Owner, Valuer and Supervisor are phone numbers in E.164 format.
	Owner, Valuer, Supervisor string
	Property                  propflow.CreatePropertyRequest
	// Report is the file to which the PDF is written; if empty, it is named by the case's
	// reference and written to the current folder.
	Report string
	// Progress gets a line per step.
	Progress io.Writer
	Doer     propflow.HttpRequestDoer
	// Timeout bounds the whole run; 0 means no bound.
	Timeout time.Duration
}

// Outcome is the result of the main job.
type Outcome struct {
	Property  propflow.OwnerProperty
	Valuation propflow.OwnerValuation
	Report    string // the file's name
}

// ist is India's time zone, in which dates are printed.
var ist = time.FixedZone("IST", 5*60*60+30*60)

// DefaultProperty returns an apartment for which the demo has comparables.
func DefaultProperty() propflow.CreatePropertyRequest {
	return propflow.CreatePropertyRequest{
		Type: propflow.PropertyTypeAPARTMENT, AreaSqft: ptr(1250), Bedrooms: ptr(3), Bathrooms: ptr(2), Floor: ptr(4), YearBuilt: ptr(2014),
		Address: &propflow.Address{
			Line1: "12, 4th Cross", Locality: ptr("Indiranagar"), City: "Bengaluru", State: "Karnataka", Pincode: "560038",
		},
		Location: &propflow.Location{Lat: 12.9719, Lng: 77.6412, AccuracyM: ptr(10.0)},
	}
}

// Run does the main job from login to the signed report: an owner captures and submits, a valuer
// reviews, values and flags the case, and a supervisor signs off. After Timeout it returns a
// *TimeoutError.
func (p Plan) Run(ctx context.Context) (Outcome, error) {
	r := run{Plan: p}
	if p.Timeout == 0 {
		return r.mainJob(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, p.Timeout, errTimeout)
	defer cancel()
	outcome, err := r.mainJob(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errTimeout) {
		return outcome, &TimeoutError{After: p.Timeout, Awaited: r.awaited, Err: err}
	}
	return outcome, err
}

// run is a running Plan.
type run struct {
	Plan
	// awaited is what the run waits for now, worded to follow "waiting for".
	awaited string
}

func (r *run) mainJob(ctx context.Context) (Outcome, error) {
	owner, err := r.login(ctx)
	if err != nil {
		return Outcome{}, fmt.Errorf("owner: %w", err)
	}
	defer owner.leave()
	property, err := r.capture(ctx, owner)
	if err != nil {
		return Outcome{}, fmt.Errorf("owner: %w", err)
	}
	if err := r.review(ctx, property.ID); err != nil {
		return Outcome{}, err
	}
	if err := r.awaitReport(ctx, owner, property.ID); err != nil {
		return Outcome{}, fmt.Errorf("owner: %w", err)
	}
	return r.collect(ctx, owner, property)
}

// capture drafts, photographs and submits the case.
func (r *run) capture(ctx context.Context, owner *Owner) (propflow.OwnerProperty, error) {
	r.awaited = "the owner's draft"
	if err := owner.Consent(ctx); err != nil {
		return propflow.OwnerProperty{}, err
	}
	r.say("consent recorded")
	draft, err := owner.Draft(ctx, r.Property)
	if err != nil {
		return propflow.OwnerProperty{}, err
	}
	r.say("draft opened")
	place := propflow.Point{Lat: r.Property.Location.Lat, Lng: r.Property.Location.Lng}
	for _, photo := range r.Photos {
		r.awaited = "the upload of photo " + photo.Name
		announced, err := owner.Upload(ctx, draft.ID, photo, place, "")
		if err != nil {
			return propflow.OwnerProperty{}, err
		}
		judged, err := r.verdict(ctx, owner, announced, photo.Name)
		if err != nil {
			return propflow.OwnerProperty{}, err
		}
		r.say("photo %s: %s%s", photo.Name, judged.Status, reasons(judged))
		if judged.Status == propflow.PhotoStatusFAILED {
			if _, err := owner.Client.DeletePhotoWithResponse(ctx, draft.ID, judged.ID); err != nil {
				return propflow.OwnerProperty{}, fmt.Errorf("remove the failed photo: %w", err)
			}
		}
	}
	r.awaited = "the submission"
	submitted, err := owner.Submit(ctx, draft.ID)
	if err != nil {
		return propflow.OwnerProperty{}, err
	}
	r.say("submitted as %s, due %s", *submitted.Reference, submitted.SLA.DueAt.In(ist).Format("15:04 MST"))
	return submitted, nil
}

func reasons(p propflow.OwnerPhoto) string {
	var codes []string
	for _, f := range p.Findings {
		codes = append(codes, string(f.Code))
	}
	if len(codes) == 0 {
		return ""
	}
	return " (" + strings.Join(codes, ", ") + ")"
}

// review claims, values and signs off the case.
func (r *run) review(ctx context.Context, property string) error {
	r.awaited = "the valuer's review"
	valuer, err := NewReviewer(ctx, r.URL, r.Valuer, r.Codes, r.Doer)
	if err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	if _, err := valuer.Claim(ctx, property); err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	r.say("valuer logged in and claimed the property")
	resolved, err := valuer.ResolveFlags(ctx, property, "Looked at it: shows what it claims to show.")
	if err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	suggestion, err := valuer.Suggestion(ctx, property)
	if err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	if suggestion.Amount == nil {
		return errors.New("valuer: there are too few comparables near the property to value it")
	}
	r.say("%d flags resolved; model suggests %s from %d comparables", resolved, rupees(suggestion.Amount.Amount), len(suggestion.Comparables))
	if err := valuer.Flag(ctx, property, "A second pair of eyes, please: first case of this owner."); err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	valuation, err := valuer.Value(ctx, property, *suggestion.Amount, suggestion,
		"Sales of similar size close by, adjusted for time, size and age of the building.")
	if err != nil {
		return fmt.Errorf("valuer: %w", err)
	}
	r.say("valued at %s with confidence %d of 100: %s %s", rupees(valuation.Amount.Amount), valuation.Confidence, valuation.Status, valuation.Risks)
	r.awaited = "the supervisor's signature"
	supervisor, err := NewReviewer(ctx, r.URL, r.Supervisor, r.Codes, r.Doer)
	if err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	if _, err := supervisor.SignOff(ctx, property); err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	r.say("supervisor logged in and signed off")
	return nil
}

// collect reads the result as the owner, and saves the report.
func (r *run) collect(ctx context.Context, owner *Owner, property propflow.OwnerProperty) (Outcome, error) {
	r.awaited = "the result"
	valuation, pdf, err := owner.Result(ctx, property.ID)
	if err != nil {
		return Outcome{}, fmt.Errorf("owner: %w", err)
	}
	now, err := owner.Property(ctx, property.ID)
	if err != nil {
		return Outcome{}, fmt.Errorf("owner: %w", err)
	}
	file := r.Report
	if file == "" {
		file = *property.Reference + ".pdf"
	}
	if err := os.WriteFile(filepath.Clean(file), pdf, 0o600); err != nil {
		return Outcome{}, fmt.Errorf("save the report: %w", err)
	}
	r.say("report of %d KB saved to %s", len(pdf)/1024, file)
	r.say("%s valued at %s", *property.Reference, rupees(valuation.Amount.Amount))
	return Outcome{Property: now, Valuation: valuation, Report: file}, nil
}

func (r *run) say(format string, args ...any) {
	if r.Progress != nil {
		_, _ = fmt.Fprintf(r.Progress, "  "+format+"\n", args...)
	}
}

// rupees formats an amount with Indian grouping, e.g. ₹1,23,45,678.
func rupees(amount int64) string {
	digits := strconv.FormatInt(amount, 10)
	for i := len(digits) - 3; i > 0; i -= 2 {
		digits = digits[:i] + "," + digits[i:]
	}
	return "₹" + digits
}
