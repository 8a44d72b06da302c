package domain

import (
	"slices"
	"strings"
	"time"
)

// QueueSort is an order of the review queue.
type QueueSort string

// The orders. The default is SortDue: the most pressing case first.
const (
	SortDue       QueueSort = "due_at"
	SortSubmitted QueueSort = "submitted_at"
	SortNewest    QueueSort = "-submitted_at"
)

// QueueFilter narrows the review queue. Fields with zero values do not narrow it, except States.
type QueueFilter struct {
	States  []State // SUBMITTED if empty
	Types   []PropertyType
	Pincode string // a prefix of 1…6 digits
	Level   SLALevel
	// Claimant selects the cases that this valuer has claimed.
	Claimant UserID
	Sort     QueueSort
	// Now is the time at which levels, and the due times of paused cases, are computed.
	Now time.Time
}

// Matches reports whether the property passes the filter. One that is restricted never does.
func (f QueueFilter) Matches(p Property) bool {
	states := f.States
	if len(states) == 0 {
		states = []State{Submitted}
	}
	switch {
	case !slices.Contains(states, p.State), p.Restricted(),
		len(f.Types) > 0 && !slices.Contains(f.Types, p.Type),
		len(f.Pincode) > 0 && !strings.HasPrefix(p.Details.Address.Pincode, f.Pincode),
		f.Level != "" && p.SLA.Level(f.Now) != f.Level,
		f.Claimant != "" && (p.Claim == nil || p.Claim.ValuerID != f.Claimant):
		return false
	}
	return true
}
