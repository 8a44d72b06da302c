package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	propflow "github.com/propflow/propflow/sdk/go"
)

// observe reads the trail of every property in the books through the API, as a supervisor, or
// as its owner if it was never submitted.
func (w *world) observe(ctx context.Context) (seen, error) {
	s := make(seen)
	owners := w.books.properties()
	for _, property := range slices.Sorted(maps.Keys(owners)) {
		for _, reader := range []*person{w.staff[valuers], owners[property]} {
			trail, err := reader.Client.GetAuditTrailWithResponse(ctx, property)
			if code := propflow.CodeOf(err); code == "property_not_found" || code == "session_ended" {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("read the trail of %s: %w", property, err)
			}
			if !trail.JSON200.Intact {
				w.blame("every trail is intact", property+": "+*trail.JSON200.Fault)
			}
			s[property] = make(map[string]int)
			for _, e := range trail.JSON200.Entries {
				if e.ActorID != nil {
					s[property][string(e.Action)]++
				}
			}
			break
		}
	}
	return s, nil
}
