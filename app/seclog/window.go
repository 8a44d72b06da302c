package seclog

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// Bounds of one process and minute. Together they keep the rows of two processes below 2,000 a
// minute, however many addresses a flood comes from.
const (
	maxRows    = 750  // events with a row of their own
	maxCounted = 200  // pairs of client and code that are counted
	maxClients = 5000 // clients that are told apart
)

// window is what was recorded in one minute, after the first events, which have rows of their own.
type window struct {
	minute  time.Time
	rows    int
	clients map[string]int
	counted map[counter]*domain.SecurityEvent
}

// counter names a row in which events are counted. The client is empty if there are too many.
type counter struct {
	client string
	code   domain.SecurityCode
}

// begin returns an empty window of the minute of now.
func begin(now time.Time) window {
	return window{minute: now.Truncate(time.Minute), clients: make(map[string]int), counted: make(map[counter]*domain.SecurityEvent)}
}

// admit counts the event and reports whether it gets a row of its own.
func (w *window) admit(e domain.SecurityEvent) bool {
	_, known := w.clients[e.Client]
	if known || len(w.clients) < maxClients {
		w.clients[e.Client]++
		if w.rows < maxRows && w.clients[e.Client] <= domain.SecurityPerClient {
			w.rows++
			return true
		}
	}
	key := counter{e.Client, e.Code}
	if w.counted[key] == nil && len(w.counted) >= maxCounted {
		key.client = ""
	}
	row := w.counted[key]
	if row == nil {
		row = &domain.SecurityEvent{Code: e.Code, Client: key.client, Detail: domain.SecurityCounted}
		w.counted[key] = row
	}
	row.At = e.At
	row.Count += max(1, e.Count)
	return false
}

// close returns the rows in which events were counted.
func (w *window) close() []domain.SecurityEvent {
	rows := make([]domain.SecurityEvent, 0, len(w.counted))
	for _, row := range w.counted {
		rows = append(rows, *row)
	}
	return rows
}
