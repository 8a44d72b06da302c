package snapshot

import "time"

// Snapshot is what a release stored until At.
type Snapshot struct {
	// Release and Commit are of the product that stored it.
	Release string `json:"release"`
	Commit  string `json:"commit"`
	// Schema is the version of its newest migration.
	Schema int64 `json:"schema"`
	// At is when it was taken. A clock on which the stored cases are as old as they were then
	// starts here.
	At      time.Time `json:"at"`
	Tables  []Table   `json:"tables"`
	Replays []Replay  `json:"replays"`
	Objects []Object  `json:"-"`
}

// Table is the content of a table.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	// Rows are in the text format of COPY.
	Rows []byte `json:"-"`
}

// Object is an object of the bucket.
type Object struct {
	Key string
	// Data is empty for a derivative of a photo until Derive makes it.
	Data []byte
}

// Replay is a request with an Idempotency-Key, and its answer. If it is sent again, it must get
// that answer again.
type Replay struct {
	Operation   string `json:"operation"`
	UserID      string `json:"user_id"`
	Role        string `json:"role"`
	Path        string `json:"path"` // of a POST, without /api/v1
	Key         string `json:"key"`
	ContentType string `json:"content_type,omitempty"` // of the body; empty for JSON
	Body        string `json:"body,omitempty"`
	Status      int    `json:"status"`
	Answer      string `json:"answer"`
}
