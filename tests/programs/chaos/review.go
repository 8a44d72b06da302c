package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// review has the staff do their part.
func (t *teller) review(ctx context.Context) error {
	valuer, err := t.claim(ctx)
	if err != nil {
		return err
	}
	if err := t.resolve(ctx, valuer); err != nil {
		return err
	}
	me := valuer.User.ID
	switch t.ending {
	case rejected:
		if _, err := valuer.Reject(ctx, t.property, propflow.RejectRequestCodeOTHER, "Not what it claims to be."); err != nil {
			return err
		}
		t.acted("review.rejected", me, t.fact("state", "", "REJECTED"), t.notified("REJECTED", "SMS"), t.notified("REJECTED", "WHATSAPP"))
		return nil
	case answered:
		if err := t.followUp(ctx, valuer); err != nil {
			return err
		}
	case plainly, withdrawn, discarded:
	case signedOff, returned:
		if err := valuer.Flag(ctx, t.property, "A second pair of eyes, please."); err != nil {
			return err
		}
		t.acted("review.flagged", me)
	}
	valued, err := t.value(ctx, valuer)
	if err != nil {
		return err
	}
	if t.ending == returned {
		supervisor := t.supervisor()
		if _, err := supervisor.Return(ctx, t.property, "Please look again at the kitchen."); err != nil {
			return err
		}
		t.ledger.replace(t.property, "valuation", valued.ID)
		t.acted("valuation.returned", supervisor.User.ID, t.fact("valuation", valued.ID, amount(valued)+" RETURNED"))
		if valued, err = t.value(ctx, valuer); err != nil {
			return err
		}
	}
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		supervisor := t.supervisor()
		if _, err := supervisor.SignOff(ctx, t.property); err != nil {
			return err
		}
		t.ledger.replace(t.property, "valuation", valued.ID)
		t.acted("valuation.signed_off", supervisor.User.ID, t.fact("valuation", valued.ID, amount(valued)+" APPROVED"))
	}
	return t.collect(ctx)
}

func amount(v propflow.Valuation) string { return fmt.Sprint(v.Amount.Amount) }

// claim takes the property for a valuer. Where two race, exactly one must win.
func (t *teller) claim(ctx context.Context) (*journey.Reviewer, error) {
	racers := []*journey.Reviewer{t.staff[t.number%valuers]}
	if t.races {
		racers = append(racers, t.staff[(t.number+1)%valuers])
	}
	faults := make([]error, len(racers))
	var race sync.WaitGroup
	for i, racer := range racers {
		race.Go(func() { _, faults[i] = racer.Claim(ctx, t.property) })
	}
	race.Wait()
	var winner *journey.Reviewer
	for i, fault := range faults {
		switch {
		case fault == nil && winner != nil:
			return nil, fmt.Errorf("property %s was claimed twice", t.property)
		case fault == nil:
			winner = racers[i]
		}
	}
	if winner == nil {
		return nil, fmt.Errorf("nobody could claim: %w", errors.Join(faults...))
	}
	t.acted("review.claimed", winner.User.ID, t.notified("REVIEW_STARTED", "WHATSAPP"))
	return winner, nil
}

func (t *teller) supervisor() *journey.Reviewer { return t.staff[valuers+t.number%supervisors] }

// resolve accepts every flagged photo.
func (t *teller) resolve(ctx context.Context, valuer *journey.Reviewer) error {
	photos, err := valuer.Client.ListPhotosWithResponse(ctx, t.property)
	if err != nil {
		return fmt.Errorf("list the photos: %w", err)
	}
	for _, p := range photos.JSON200.Items {
		if p.Status != propflow.PhotoStatusFLAGGED || p.Resolution != nil {
			continue
		}
		reason := fmt.Sprintf("Looked at it, case %d.", t.number)
		_, err := valuer.Client.ResolveFlagWithResponse(ctx, t.property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
			propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: reason})
		if err != nil {
			return fmt.Errorf("resolve a flag: %w", err)
		}
		t.acted("photo.resolved", valuer.User.ID, t.fact("resolution", p.ID, "ACCEPTED "+reason))
	}
	return nil
}

// followUp has the owner answer a question and the valuer claim the case again.
func (t *teller) followUp(ctx context.Context, valuer *journey.Reviewer) error {
	asked, err := valuer.AskFollowUp(ctx, t.property, propflow.FollowUpItemRequest{
		Kind: propflow.FollowUpKindANSWERQUESTION, Message: "Which way does the kitchen face?",
	})
	if err != nil {
		return err
	}
	t.acted("review.follow_up_asked", valuer.User.ID, t.notified("FOLLOW_UP_ASKED", "SMS"), t.notified("FOLLOW_UP_ASKED", "WHATSAPP"))
	item, text := asked.FollowUps[0].Items[0].ID, fmt.Sprintf("East, as in case %d.", t.number)
	if _, err := t.owner.Answer(ctx, t.property, propflow.FollowUpAnswer{ItemID: item, Text: &text}); err != nil {
		return err
	}
	t.acted("review.follow_up_answered", t.owner.User.ID, t.fact("answer", item, text))
	if _, err := valuer.Claim(ctx, t.property); err != nil {
		return err
	}
	t.acted("review.claimed", valuer.User.ID)
	return nil
}

// value values the property as the model suggests.
func (t *teller) value(ctx context.Context, valuer *journey.Reviewer) (propflow.Valuation, error) {
	suggestion, err := valuer.Suggestion(ctx, t.property)
	if err != nil {
		return propflow.Valuation{}, err
	}
	if suggestion.Amount == nil {
		return propflow.Valuation{}, errors.New("there are too few sales to value by")
	}
	valued, err := valuer.Value(ctx, t.property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
	if err != nil {
		return propflow.Valuation{}, err
	}
	action := "valuation.approved"
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		action = "valuation.sign_off_asked"
	}
	t.acted(action, valuer.User.ID, t.fact("valuation", valued.ID, amount(valued)+" "+string(valued.Status)))
	return valued, nil
}
