package journey

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Reviewer is a logged-in valuer or supervisor.
type Reviewer struct {
	*Person
}

// NewReviewer logs in a member of staff.
func NewReviewer(ctx context.Context, url, phone string, codes Codes, doer propflow.HttpRequestDoer) (*Reviewer, error) {
	person, err := Login(ctx, url, phone, codes, doer)
	if err != nil {
		return nil, err
	}
	return &Reviewer{person}, nil
}

// Claim claims the case for review.
func (r *Reviewer) Claim(ctx context.Context, property string) (propflow.Property, error) {
	claimed, err := r.Client.ClaimPropertyWithResponse(ctx, property, &propflow.ClaimPropertyParams{IdempotencyKey: propflow.NewKey()})
	if err != nil {
		return propflow.Property{}, fmt.Errorf("claim: %w", err)
	}
	return *claimed.JSON200, nil
}

// Photos lists the photos of the case.
func (r *Reviewer) Photos(ctx context.Context, property string) ([]propflow.Photo, error) {
	listed, err := r.Client.ListPhotosWithResponse(ctx, property, nil)
	if err != nil {
		return nil, fmt.Errorf("list the photos: %w", err)
	}
	photos, err := listed.JSON200.AsPhotoList()
	return photos.Items, err
}

// ResolveFlags accepts every flagged photo without a resolution, and returns their number.
func (r *Reviewer) ResolveFlags(ctx context.Context, property, reason string) (int, error) {
	photos, err := r.Photos(ctx, property)
	if err != nil {
		return 0, err
	}
	resolved := 0
	for _, p := range photos {
		if p.Status != propflow.PhotoStatusFLAGGED || p.Resolution != nil || p.ReplacedBy != nil {
			continue
		}
		_, err := r.Client.ResolveFlagWithResponse(ctx, property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
			propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: reason})
		if err != nil {
			return resolved, fmt.Errorf("resolve a flag: %w", err)
		}
		resolved++
	}
	return resolved, nil
}

// AskFollowUp sends a follow-up to the owner.
func (r *Reviewer) AskFollowUp(ctx context.Context, property string, items ...propflow.FollowUpItemRequest) (propflow.Property, error) {
	asked, err := r.Client.AskFollowUpWithResponse(ctx, property, &propflow.AskFollowUpParams{IdempotencyKey: propflow.NewKey()},
		propflow.AskFollowUpRequest{Items: items})
	if err != nil {
		return propflow.Property{}, fmt.Errorf("ask a follow-up: %w", err)
	}
	return *asked.JSON200, nil
}

// Reject ends the case without a valuation.
func (r *Reviewer) Reject(ctx context.Context, property string, code propflow.RejectRequestCode, note string) (propflow.Property, error) {
	rejected, err := r.Client.RejectPropertyWithResponse(ctx, property, &propflow.RejectPropertyParams{IdempotencyKey: propflow.NewKey()},
		propflow.RejectRequest{Code: code, Note: note})
	if err != nil {
		return propflow.Property{}, fmt.Errorf("reject: %w", err)
	}
	return *rejected.JSON200, nil
}

// Flag marks the case as needing a supervisor's sign-off.
func (r *Reviewer) Flag(ctx context.Context, property, reason string) error {
	_, err := r.Client.FlagPropertyWithResponse(ctx, property, &propflow.FlagPropertyParams{IdempotencyKey: propflow.NewKey()},
		propflow.ReasonRequest{Reason: reason})
	if err != nil {
		return fmt.Errorf("flag: %w", err)
	}
	return nil
}

// Suggestion reads the model's suggestion.
func (r *Reviewer) Suggestion(ctx context.Context, property string) (propflow.Suggestion, error) {
	suggestion, err := r.Client.SuggestValuationWithResponse(ctx, property, nil)
	if err != nil {
		return propflow.Suggestion{}, fmt.Errorf("read the suggestion: %w", err)
	}
	return *suggestion.JSON200, nil
}

// maxChosen is the maximum number of comparables on which the valuation rests.
const maxChosen = 4

// Value values the property at the amount, with the comparables of the suggestion that are adjusted
// least: one that is adjusted much would ask for a second signature.
func (r *Reviewer) Value(ctx context.Context, property string, amount propflow.Money, s propflow.Suggestion, rationale string) (propflow.Valuation, error) {
	request := propflow.ApprovePropertyRequest{Amount: amount, Methodology: propflow.MethodologySALESCOMPARISON, Rationale: &rationale}
	for _, c := range leastAdjusted(s.Comparables) {
		request.ComparableIds = append(request.ComparableIds, c.Comparable.ID)
	}
	valued, err := r.Client.ApprovePropertyWithResponse(ctx, property, &propflow.ApprovePropertyParams{IdempotencyKey: propflow.NewKey()}, request)
	if err != nil {
		return propflow.Valuation{}, fmt.Errorf("value: %w", err)
	}
	return *valued.JSON201, nil
}

// leastAdjusted returns the maxChosen comparables whose adjustments add up to the least.
func leastAdjusted(all []propflow.AdjustedComparable) []propflow.AdjustedComparable {
	gross := func(c propflow.AdjustedComparable) (sum float64) {
		for _, a := range c.Adjustments {
			sum += math.Abs(a.Percent)
		}
		return sum
	}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b propflow.AdjustedComparable) int { return cmp.Compare(gross(a), gross(b)) })
	return all[:min(maxChosen, len(all))]
}

// SignOff approves a risky valuation.
func (r *Reviewer) SignOff(ctx context.Context, property string) (propflow.Property, error) {
	signed, err := r.Client.SignOffValuationWithResponse(ctx, property, &propflow.SignOffValuationParams{IdempotencyKey: propflow.NewKey()})
	if err != nil {
		return propflow.Property{}, fmt.Errorf("sign off: %w", err)
	}
	return *signed.JSON200, nil
}

// Return sends a risky valuation back to its valuer.
func (r *Reviewer) Return(ctx context.Context, property, reason string) (propflow.Property, error) {
	returned, err := r.Client.ReturnValuationWithResponse(ctx, property, &propflow.ReturnValuationParams{IdempotencyKey: propflow.NewKey()},
		propflow.ReturnRequest{Reason: reason})
	if err != nil {
		return propflow.Property{}, fmt.Errorf("return: %w", err)
	}
	return *returned.JSON200, nil
}
