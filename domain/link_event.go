package domain

import "time"

// ActionLinked is the action of the event that another case was linked to one. It is in no audit
// chain, because owners read those of their cases and may not know of links.
const ActionLinked Action = "property.linked"

// LinkEvents returns the events of new links for those who review the linked cases: one for each
// that is open.
func LinkEvents(links []Link, now time.Time) []Event {
	var events []Event
	told := make(map[PropertyID]bool)
	for _, link := range links {
		open := LinkCandidate{State: link.State}.Open()
		if open && !told[link.With] {
			events = append(events, Event{
				Action: ActionLinked, PropertyID: link.With, State: link.State, At: now, Roles: audiences[ActionLinked].roles,
			})
			told[link.With] = true
		}
	}
	return events
}
