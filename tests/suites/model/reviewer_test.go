package model

import (
	"context"
	"errors"
	"slices"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
)

func errorOf(err error) *domain.Error {
	var e *domain.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

func (w *world) claim(rt *rapid.T) *move {
	k := w.pick(rt, domain.Submitted)
	if k == nil {
		return nil
	}
	by := w.reviewer(rt)
	return call(w, rt, by, "claimProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.ClaimProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ClaimPropertyInput{Actor: by, Key: key, PropertyID: k.ID})
	})
}

func (w *world) claimNext(rt *rapid.T) *move {
	by := w.reviewer(rt)
	return call(w, rt, by, "claimNextProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.ClaimNextProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ClaimNextPropertyInput{Actor: by, Key: key})
	})
}

func (w *world) release(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil {
		return nil
	}
	by := w.claimant(rt, k)
	return call(w, rt, by, "releaseClaim", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.ReleaseClaim{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ReleaseClaimInput{Actor: by, Key: key, PropertyID: k.ID})
	})
}

func (w *world) heartbeat(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil {
		return nil
	}
	by := w.claimant(rt, k)
	return &move{what: "heartbeatClaim", do: func(ctx context.Context) (any, error) {
		return nil, review.HeartbeatClaim{UnitOfWork: w.uow, Clock: w.Clock}.Execute(ctx, review.HeartbeatClaimInput{Actor: by, PropertyID: k.ID})
	}}
}

func (w *world) revoke(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview, domain.Submitted)
	if k == nil {
		return nil
	}
	by := w.reviewer(rt, domain.RoleSupervisor)
	return call(w, rt, by, "revokeClaim", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.RevokeClaim{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.RevokeClaimInput{Actor: by, Key: key, PropertyID: k.ID, Reason: "the shift is over"})
	})
}

func (w *world) reassign(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview, domain.Submitted)
	if k == nil {
		return nil
	}
	by, to := w.reviewer(rt, domain.RoleSupervisor), w.reviewer(rt)
	return call(w, rt, by, "reassignClaim", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.ReassignClaim{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ReassignClaimInput{
			Actor: by, Key: key, PropertyID: k.ID, ValuerID: to.ID, Reason: "the shift is over",
		})
	})
}

func (w *world) flag(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil || often(rt, "not now") {
		return nil
	}
	by := w.claimant(rt, k)
	return call(w, rt, by, "flagProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.FlagProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.FlagPropertyInput{Actor: by, Key: key, PropertyID: k.ID, Reason: "an unusual plot"})
	})
}

// resolve decides on a photo: mostly a flagged one, which is mostly accepted.
func (w *world) resolve(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil || len(k.photos) == 0 {
		return nil
	}
	photo, decision := oneOf(rt, "photo", k.photos), domain.FlagAccepted
	if i := slices.IndexFunc(k.photos, unresolved); i >= 0 && often(rt, "flagged") {
		photo = k.photos[i]
	}
	if below(rt, "refuse", 6) == 5 {
		decision = domain.FlagRefused
	}
	by := w.claimant(rt, k)
	return call(w, rt, by, "resolveFlag", func(ctx context.Context, key domain.IdempotencyKey) (domain.Photo, error) {
		return capture.ResolveFlag{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.ResolveFlagInput{
			Actor: by, Key: key, PropertyID: k.ID, PhotoID: photo.ID, Decision: decision, Reason: "as it looks",
		})
	})
}

func unresolved(p domain.Photo) bool {
	return p.Status == domain.PhotoFlagged && p.Resolution == nil && p.ReplacedBy == ""
}

func (w *world) takeBack(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil {
		return nil
	}
	i := slices.IndexFunc(k.photos, func(p domain.Photo) bool { return p.Resolution != nil })
	if i < 0 {
		return nil
	}
	by, photo := w.claimant(rt, k), k.photos[i]
	return call(w, rt, by, "takeBackResolution", func(ctx context.Context, key domain.IdempotencyKey) (domain.Photo, error) {
		return capture.TakeBackResolution{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, capture.TakeBackResolutionInput{Actor: by, Key: key, PropertyID: k.ID, PhotoID: photo.ID})
	})
}

// ask draws up to three items.
func (w *world) ask(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil {
		return nil
	}
	var items []domain.FollowUpItem
	for range 1 + below(rt, "items", 3) {
		it := domain.FollowUpItem{Kind: oneOf(rt, "kind", domain.FollowUpKinds), Message: "Please help us here."}
		switch it.Kind {
		case domain.RetakePhoto:
			if len(k.photos) > 0 {
				it.PhotoID = oneOf(rt, "photo", k.photos).ID
			}
		case domain.AddPhoto:
			it.Subject = oneOf(rt, "subject", subjects)
		case domain.CorrectField:
			it.Field = domain.FieldLocation
			if !often(rt, "the pin") {
				it.Field = oneOf(rt, "field", domain.Fields)
			}
		case domain.AnswerQuestion:
		}
		items = append(items, it)
	}
	by := w.claimant(rt, k)
	return call(w, rt, by, "askFollowUp", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.AskFollowUp{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.AskFollowUpInput{Actor: by, Key: key, PropertyID: k.ID, Items: items})
	})
}

func (w *world) reject(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil || often(rt, "not now") {
		return nil
	}
	by := w.claimant(rt, k)
	return call(w, rt, by, "rejectProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.RejectProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.RejectPropertyInput{
			Actor: by, Key: key, PropertyID: k.ID, Code: domain.RejectedOther, Note: "a houseboat",
		})
	})
}

// approve asks first: the answer of previewValuation is what approveProperty does.
func (w *world) approve(rt *rapid.T) *move {
	k := w.pick(rt, domain.UnderReview)
	if k == nil {
		return nil
	}
	by, a := w.claimant(rt, k), w.appraisal(rt, k)
	said, asked := valuation.PreviewValuation{UnitOfWork: w.uow, Clock: w.Clock}.Execute(context.Background(), valuation.PreviewValuationInput{Actor: by, PropertyID: k.ID, Appraisal: a})
	var risks []domain.Risk
	m := call(w, rt, by, "approveProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Valuation, error) {
		v, err := valuation.ApproveProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, valuation.ApprovePropertyInput{
			Actor: by, Key: key, PropertyID: k.ID, Appraisal: a,
		})
		risks = v.Risks
		return v, err
	})
	m.after = func(rt *rapid.T, err error) {
		switch {
		case asked != nil:
			if domain.CodeOf(asked) != domain.CodeOf(err) {
				rt.Fatalf("previewValuation answers %v, approveProperty %v", asked, err)
			}
			return
		case err == nil && !slices.Equal(said.Risks, risks):
			rt.Fatalf("previewValuation finds %v, approveProperty %v", said.Risks, risks)
		}
		agree(rt, "previewValuation", said.Blocking, err)
		w.tally.blocked(said.Blocking)
	}
	return m
}

// appraisal draws what a valuer decides: mostly something sound.
func (w *world) appraisal(rt *rapid.T, k *kase) domain.Appraisal {
	by := reviewers[0]
	if k.Claim != nil {
		by.ID = k.Claim.ValuerID
	}
	suggested, _ := valuation.SuggestValuation{UnitOfWork: w.Store, Clock: w.Clock}.Execute(context.Background(), valuation.SuggestValuationInput{Actor: by, PropertyID: k.ID})
	a := domain.Appraisal{Amount: max(1, suggested.Amount), Methodology: domain.SalesComparison, Rationale: "At the level of the sales around it."}
	if suggested.Amount == 0 {
		a.Amount = domain.Crore
	}
	// Those that may have been withdrawn come first: now and then a valuer overlooks it.
	first := withdrawable
	if rarely(rt, "overlooked") {
		first = 0
	}
	for i := range max(3, w.oracle.now.settings.MinComparables) {
		a.Comparables = append(a.Comparables, saleID(k.Type, first+i))
	}
	if rapid.Bool().Draw(rt, "sound") {
		return a
	}
	switch below(rt, "how", 10) {
	case 0:
		a.Amount = a.Amount * 3 / 2
	case 1:
		a.Amount = 60 * domain.Crore
	case 2:
		a.Methodology = domain.IncomeCapitalisation
		if often(rt, "argued") {
			a.Rationale = "The rent of the neighbours, capitalised at the rate of the bank, leads to it."
		}
	case 3:
		a.Rationale = "..........."
	case 4:
		a.Comparables, a.FewerReason = a.Comparables[:1], "the only one of its kind"
	case 5:
		a.Comparables = a.Comparables[:2]
	case 6: // one sale twice
		a.Comparables[0], a.Comparables[1] = saleID(k.Type, 7), saleID(k.Type, 8)
	case 7, 9:
		a.Comparables[0] = saleID(k.Type, oneOf(rt, "odd", []int{9, 9, 9, 10, 11}))
	case 8:
		a.Comparables = nil
	}
	return a
}

func (w *world) signOff(rt *rapid.T) *move {
	k := w.pick(rt, domain.AwaitingSignOff)
	if k == nil {
		return nil
	}
	by := w.reviewer(rt, domain.RoleSupervisor)
	return call(w, rt, by, "signOffValuation", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.SignOffValuation{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.SignOffValuationInput{Actor: by, Key: key, PropertyID: k.ID})
	})
}

func (w *world) giveBack(rt *rapid.T) *move {
	k := w.pick(rt, domain.AwaitingSignOff)
	if k == nil {
		return nil
	}
	by := w.reviewer(rt, domain.RoleSupervisor)
	return call(w, rt, by, "returnValuation", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return review.ReturnValuation{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.ReturnValuationInput{Actor: by, Key: key, PropertyID: k.ID, Reason: "look again"})
	})
}
