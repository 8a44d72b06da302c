package assurance

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// Rule is the stable code of something that must be true.
type Rule string

// Finding is one violation of a rule. It contains ids, states and numbers, nothing personal.
type Finding struct {
	Rule Rule
	// Warning is set if somebody should look although no promise is broken.
	Warning bool
	// PropertyID is the case concerned, empty if there is none.
	PropertyID domain.PropertyID
	// Subject is the part of it that is wrong: the id of a photo, valuation or notification,
	// the number of an audit entry, a key in the object store. It may be empty.
	Subject string
	// Note describes what is wrong.
	Note string
}

// key is the same for findings of two looks that mean the same.
type key struct {
	rule     Rule
	property domain.PropertyID
	subject  string
}

func (f Finding) key() key { return key{f.Rule, f.PropertyID, f.Subject} }

// both returns the findings of the second look that the first had too.
func both(first, second []Finding) []Finding {
	seen := make(map[key]bool, len(first))
	for _, f := range first {
		seen[f.key()] = true
	}
	var confirmed []Finding
	for _, f := range second {
		if seen[f.key()] {
			confirmed = append(confirmed, f)
		}
	}
	return confirmed
}

// Tally counts what was read and what was found.
type Tally struct {
	Properties    int `json:"properties"`
	Chains        int `json:"chains"`
	Entries       int `json:"entries"`
	Anchors       int `json:"anchors"`
	Photos        int `json:"photos"`
	Valuations    int `json:"valuations"`
	Notifications int `json:"notifications"`
	Steps         int `json:"steps"`
	Blobs         int `json:"blobs"`
	BlobsRead     int `json:"blobs_read"` // in full, to compare their checksums
	DeadJobs      int `json:"dead_jobs"`
	// SecurityRows and SecurityBatches are what was read of the security log.
	SecurityRows    int `json:"security_rows"`
	SecurityBatches int `json:"security_batches"`
	// EarlierRules are the cases that were decided before the present rule book of the evidence
	// gate, which is not asked about them.
	EarlierRules int `json:"earlier_rules"`
	// Uncommitted are the properties, photos and valuations that only releases without commitments
	// have written: the audit chain says less about them.
	Uncommitted int `json:"uncommitted"`
	Faults      int `json:"faults"`
	Warnings    int `json:"warnings"`
	// NewestAnchor is the time of the newest recorded anchor, zero if there is none.
	NewestAnchor time.Time `json:"newest_anchor,omitzero"`
}

// report counts a finding and passes it on.
func (t *Tally) report(to func(Finding), f Finding) {
	if f.Warning {
		t.Warnings++
	} else {
		t.Faults++
	}
	to(f)
}
