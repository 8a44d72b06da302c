package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	propflow "github.com/propflow/propflow/sdk/go"
)

// why is the reason of the supervisor who reads every trail.
var why = "Is everything as it was before?"

// observe reads the trail of every property in the books through the API, as a supervisor, or
// as its owner if it was never submitted.
func (w *world) observe(ctx context.Context) (seen, error) {
	s := make(seen)
	owners := w.books.properties()
	for _, property := range slices.Sorted(maps.Keys(owners)) {
		for _, reader := range []*person{w.staff[valuers], owners[property]} {
			trail, err := reader.Client.GetAuditTrailWithResponse(ctx, property, &propflow.GetAuditTrailParams{PropFlowReason: &why})
			if code := propflow.CodeOf(err); code == "property_not_found" || code == "session_ended" {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("read the trail of %s: %w", property, err)
			}
			intact, acted, err := actions(*trail.JSON200)
			if err != nil {
				return nil, fmt.Errorf("read the trail of %s: %w", property, err)
			}
			if !intact {
				w.blame("every trail is intact", property)
			}
			s[property] = acted
			break
		}
	}
	return s, nil
}

// actions counts what people did by a trail, as reviewers see it or as the owner does.
func actions(view propflow.AuditTrailView) (intact bool, done map[string]int, err error) {
	done = make(map[string]int)
	of, err := view.Discriminator()
	if err != nil {
		return false, nil, err
	}
	if of == string(propflow.OwnerViewOWNER) {
		trail, err := view.AsOwnerAuditTrail()
		for _, e := range trail.Entries {
			if e.Actor != propflow.OwnerActorSYSTEM {
				done[string(e.Action)]++
			}
		}
		return trail.Intact, done, err
	}
	trail, err := view.AsAuditTrail()
	for _, e := range trail.Entries {
		if e.ActorID != nil {
			done[string(e.Action)]++
		}
	}
	return trail.Intact, done, err
}
