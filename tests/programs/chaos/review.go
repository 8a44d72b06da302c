package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// review has the staff decide the case as the story wants it.
func (j *journeyRunner) review(ctx context.Context) error {
	valuer, err := j.claim(ctx)
	if err != nil {
		return err
	}
	if err := j.resolve(ctx, valuer); err != nil {
		return err
	}
	me := valuer.User.ID
	switch j.ending {
	case rejected:
		if _, err := valuer.Reject(ctx, j.property, propflow.RejectRequestCodeOTHER, "Not what it claims to be."); err != nil {
			return err
		}
		j.acted("review.rejected", me, j.fact("state", "", "REJECTED"), j.notified("REJECTED", "SMS"), j.notified("REJECTED", "WHATSAPP"))
		return nil
	case answered:
		if err := j.followUp(ctx, valuer); err != nil {
			return err
		}
	case plainly, withdrawn, discarded:
	case signedOff, returned:
		if err := valuer.Flag(ctx, j.property, "A second pair of eyes, please."); err != nil {
			return err
		}
		j.acted("review.flagged", me)
	}
	valued, err := j.value(ctx, valuer)
	if err != nil {
		return err
	}
	if j.ending == returned {
		supervisor := j.supervisor()
		if _, err := supervisor.Return(ctx, j.property, "Please look again at the kitchen."); err != nil {
			return err
		}
		j.ledger.replace(j.property, "valuation", valued.ID)
		j.acted("valuation.returned", supervisor.User.ID, j.fact("valuation", valued.ID, amount(valued)+" RETURNED"))
		if valued, err = j.value(ctx, valuer); err != nil {
			return err
		}
	}
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		supervisor := j.supervisor()
		if _, err := supervisor.SignOff(ctx, j.property); err != nil {
			return err
		}
		j.ledger.replace(j.property, "valuation", valued.ID)
		j.acted("valuation.signed_off", supervisor.User.ID, j.fact("valuation", valued.ID, amount(valued)+" APPROVED"))
	}
	return j.collect(ctx)
}

func amount(v propflow.Valuation) string { return fmt.Sprint(v.Amount.Amount) }

// claim claims the property for a valuer. If two race, exactly one must win.
func (j *journeyRunner) claim(ctx context.Context) (*journey.Reviewer, error) {
	racers := []*journey.Reviewer{j.staff[j.number%valuers]}
	if j.races {
		racers = append(racers, j.staff[(j.number+1)%valuers])
	}
	faults := make([]error, len(racers))
	var race sync.WaitGroup
	for i, racer := range racers {
		race.Go(func() { _, faults[i] = racer.Claim(ctx, j.property) })
	}
	race.Wait()
	var winner *journey.Reviewer
	for i, fault := range faults {
		switch {
		case fault == nil && winner != nil:
			return nil, fmt.Errorf("property %s was claimed twice", j.property)
		case fault == nil:
			winner = racers[i]
		}
	}
	if winner == nil {
		return nil, fmt.Errorf("nobody could claim: %w", errors.Join(faults...))
	}
	j.acted("review.claimed", winner.User.ID, j.notified("REVIEW_STARTED", "WHATSAPP"))
	return winner, nil
}

func (j *journeyRunner) supervisor() *journey.Reviewer { return j.staff[valuers+j.number%supervisors] }

// resolve accepts every flagged photo.
func (j *journeyRunner) resolve(ctx context.Context, valuer *journey.Reviewer) error {
	photos, err := valuer.Photos(ctx, j.property)
	if err != nil {
		return err
	}
	for _, p := range photos {
		if p.Status != propflow.PhotoStatusFLAGGED || p.Resolution != nil {
			continue
		}
		reason := fmt.Sprintf("Looked at it, case %d.", j.number)
		_, err := valuer.Client.ResolveFlagWithResponse(ctx, j.property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
			propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: reason})
		if err != nil {
			return fmt.Errorf("resolve a flag: %w", err)
		}
		j.acted("photo.resolved", valuer.User.ID, j.fact("resolution", p.ID, "ACCEPTED "+reason))
	}
	return nil
}

// followUp has the owner answer a question and the valuer claim the case again.
func (j *journeyRunner) followUp(ctx context.Context, valuer *journey.Reviewer) error {
	asked, err := valuer.AskFollowUp(ctx, j.property, propflow.FollowUpItemRequest{
		Kind: propflow.FollowUpKindANSWERQUESTION, Message: "Which way does the kitchen face?",
	})
	if err != nil {
		return err
	}
	j.acted("review.follow_up_asked", valuer.User.ID, j.notified("FOLLOW_UP_ASKED", "SMS"), j.notified("FOLLOW_UP_ASKED", "WHATSAPP"))
	item, text := asked.FollowUps[0].Items[0].ID, fmt.Sprintf("East, as in case %d.", j.number)
	if _, err := j.owner.Answer(ctx, j.property, propflow.FollowUpAnswer{ItemID: item, Text: &text}); err != nil {
		return err
	}
	j.acted("review.follow_up_answered", j.owner.User.ID, j.fact("answer", item, text))
	if _, err := valuer.Claim(ctx, j.property); err != nil {
		return err
	}
	j.acted("review.claimed", valuer.User.ID)
	return nil
}

// value values the property as the model suggests.
func (j *journeyRunner) value(ctx context.Context, valuer *journey.Reviewer) (propflow.Valuation, error) {
	suggestion, err := valuer.Suggestion(ctx, j.property)
	if err != nil {
		return propflow.Valuation{}, err
	}
	if suggestion.Amount == nil {
		return propflow.Valuation{}, errors.New("there are too few sales to value by")
	}
	valued, err := valuer.Value(ctx, j.property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
	if err != nil {
		return propflow.Valuation{}, err
	}
	action := "valuation.approved"
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		action = "valuation.sign_off_asked"
	}
	j.acted(action, valuer.User.ID, j.fact("valuation", valued.ID, amount(valued)+" "+string(valued.Status)))
	return valued, nil
}
