package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// cases knows whose the submitted properties are, and who asked about them.
type cases struct {
	mu      sync.Mutex
	owners  map[string]*owner
	valuers map[string]*person
}

func newCases() *cases {
	return &cases{owners: make(map[string]*owner), valuers: make(map[string]*person)}
}

func (c *cases) add(o *owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owners[o.property.ID] = o
}

// claimed returns the ending of a case, and whether it is to be asked about first.
func (c *cases) claimed(property string, by *person) (how ending, ask, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.owners[property]
	if o == nil {
		return 0, false, false
	}
	ask = o.ending == answered && c.valuers[property] == nil
	c.valuers[property] = by
	return o.ending, ask, true
}

// valuer returns who asked about a property.
func (c *cases) valuer(property string) *person {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.valuers[property]
}

// handOver has a valuer take a case after a while: the next one whose turn it is, or one for
// whom a case is reserved. There are as many claims as cases, so that each is taken, by
// whomever.
func (o *owner) handOver(valuer *person) {
	wait := o.about(5 * o.opts.pause)
	o.work.Go(func() {
		ctx, cancel := context.WithTimeoutCause(o.ctx, journeyTime, fmt.Errorf("the review took longer than %v", journeyTime))
		defer cancel()
		rest(ctx, wait)
		turn := int(o.turns.Add(1))
		if valuer == nil {
			valuer = o.valuers[turn%len(o.valuers)]
		}
		o.wire.book.Load().fail("valuer", o.review(ctx, valuer, o.supervisors[turn%len(o.supervisors)]))
	})
}

// review does a valuer's part of whatever is most pressing.
func (c *crowd) review(ctx context.Context, by, supervisor *person) error {
	valuer := journey.Reviewer{Person: by.Person}
	claimed, err := by.Client.ClaimNextPropertyWithResponse(ctx, &propflow.ClaimNextPropertyParams{IdempotencyKey: propflow.NewKey()})
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	property := claimed.JSON200.ID
	how, ask, known := c.cases.claimed(property, by)
	if !known {
		return errors.New("claimed a property that nobody submitted")
	}
	if err := c.look(ctx, by, property); err != nil {
		return err
	}
	switch {
	case ask:
		_, err := valuer.AskFollowUp(ctx, property, propflow.FollowUpItemRequest{
			Kind: propflow.FollowUpKindANSWERQUESTION, Message: "Which way does the kitchen face?",
		})
		return err
	case how == rejected:
		_, err := valuer.Reject(ctx, property, propflow.RejectRequestCodeOTHER, "Not what it claims to be.")
		return err
	case how == signedOff:
		if err := valuer.Flag(ctx, property, "A second pair of eyes, please."); err != nil {
			return err
		}
	}
	return c.value(ctx, valuer, supervisor, property)
}

// look reads the case and looks at every photo, as the dashboard shows them: small, then large.
func (c *crowd) look(ctx context.Context, by *person, property string) error {
	if _, err := by.Client.GetPropertyWithResponse(ctx, property, nil); err != nil {
		return err
	}
	photos, err := by.Client.ListPhotosWithResponse(ctx, property, nil)
	if err != nil {
		return err
	}
	open := false
	listed, err := photos.JSON200.AsPhotoList()
	if err != nil {
		return err
	}
	for _, p := range listed.Items {
		open = open || p.Status == propflow.PhotoStatusFLAGGED && p.Resolution == nil
		if p.Links == nil || p.Links.Thumb == nil || p.Links.Display == nil {
			return fmt.Errorf("photo %s cannot be looked at", p.ID)
		}
		for _, link := range []string{*p.Links.Thumb, *p.Links.Display} {
			if err := by.client.get(ctx, link); err != nil {
				return err
			}
		}
	}
	if open {
		_, err := (&journey.Reviewer{Person: by.Person}).ResolveFlags(ctx, property, "Looked at it: shows what it claims to show.")
		return err
	}
	return nil
}

// get reads a file by its signed link.
func (c *client) get(ctx context.Context, link string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
	if err != nil {
		return err
	}
	response, err := c.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

// value values a case by its comparables; a supervisor signs if the case has a risk.
func (c *crowd) value(ctx context.Context, valuer journey.Reviewer, supervisor *person, property string) error {
	if _, err := valuer.Client.SearchComparablesWithResponse(ctx, property, &propflow.SearchComparablesParams{}); err != nil {
		return err
	}
	suggestion, err := valuer.Suggestion(ctx, property)
	if err != nil {
		return err
	}
	if suggestion.Amount == nil {
		return errors.New("there are too few sales to value by")
	}
	if _, err := valuer.Client.HeartbeatClaimWithResponse(ctx, property); err != nil {
		return err
	}
	valued, err := valuer.Value(ctx, property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
	if err != nil || valued.Status != propflow.ValuationStatusAWAITINGSIGNOFF {
		return err
	}
	if _, err := supervisor.Client.ListValuationsWithResponse(ctx, property, nil); err != nil {
		return err
	}
	if _, err := supervisor.Client.GetAuditTrailWithResponse(ctx, property, nil); err != nil {
		return err
	}
	_, err = (&journey.Reviewer{Person: supervisor.Person}).SignOff(ctx, property)
	return err
}
