package memory

import "time"

// expiring is a map whose values end. It drops the ended ones whenever it has doubled, so
// that they never pile up and a put is cheap on average. Its owner's mutex guards it.
type expiring[K comparable, V any] struct {
	held    map[K]V
	ended   func(v V, now time.Time) bool
	purgeAt int
}

func newExpiring[K comparable, V any](ended func(v V, now time.Time) bool) *expiring[K, V] {
	return &expiring[K, V]{held: make(map[K]V), ended: ended, purgeAt: purgeFrom}
}

// get returns the value of a key unless it has ended.
func (e *expiring[K, V]) get(key K, now time.Time) (V, bool) {
	v, ok := e.held[key]
	if !ok || e.ended(v, now) {
		var none V
		return none, false
	}
	return v, true
}

func (e *expiring[K, V]) put(key K, value V, now time.Time) {
	e.held[key] = value
	if len(e.held) < e.purgeAt {
		return
	}
	for k, v := range e.held {
		if e.ended(v, now) {
			delete(e.held, k)
		}
	}
	e.purgeAt = max(purgeFrom, 2*len(e.held))
}
