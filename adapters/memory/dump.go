package memory

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
)

// Dump returns everything that the store keeps as JSON, for tests that search it.
func (s *Store) Dump() ([]byte, error) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.Feed.mu.Lock()
	defer s.Feed.mu.Unlock()
	return json.Marshal(map[string]any{
		"users": dumped(s.users), "sessions": dumped(s.sessions), "consents": dumped(s.consents),
		"properties": dumped(s.properties.table), "challenges": dumped(s.challenges), "photos": dumped(s.photos.table),
		"comparables": dumped(s.comparables.table), "valuations": dumped(s.valuations), "notifications": dumped(s.notifications.table),
		"steps": s.steps, "settings": s.settings, "past_settings": s.pastSettings, "audit": s.audit, "anchors": s.anchors,
		"security": s.security, "results": results(s.idempotency), "privacy_requests": dumped(s.privacy.requests),
		"legal_holds": dumped(s.privacy.holds), "erasures": dumped(s.privacy.erasures), "exports": dumped(s.privacy.exports),
		"jobs": s.Runner.Pending(), "events": s.Feed.events,
	})
}

func dumped[K comparable, V any](t *table[K, V]) []*V { return slices.Collect(maps.Values(t.held)) }

// results are the remembered results of requests, which JSON would encode as base64.
func results(t *table[idempotencyID, domain.IdempotencyRecord]) []string {
	var texts []string
	for _, record := range t.held {
		texts = append(texts, string(record.Result))
	}
	return texts
}
