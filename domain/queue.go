package domain

import (
	"slices"
	"strings"
	"time"
)

// QueueSort orders the review queue.
type QueueSort string

// The orders. The queue's default is SortDue: the most pressing case first.
const (
	SortDue       QueueSort = "due_at"
	SortSubmitted QueueSort = "submitted_at"
	SortNewest    QueueSort = "-submitted_at"
)

// QueueFilter narrows the review queue. Zero values do not narrow.
type QueueFilter struct {
	States  []State // SUBMITTED where empty
	Types   []PropertyType
	Pincode string // a prefix of 1…6 digits
	Level   SLALevel
	// Claimant keeps only what this valuer claims.
	Claimant UserID
	Sort     QueueSort
	// Now dates the levels; due times of paused cases count from it.
	Now time.Time
}

// Matches reports whether the property passes the filter.
func (f QueueFilter) Matches(p Property) bool {
	states := f.States
	if len(states) == 0 {
		states = []State{Submitted}
	}
	switch {
	case !slices.Contains(states, p.State),
		len(f.Types) > 0 && !slices.Contains(f.Types, p.Type),
		len(f.Pincode) > 0 && !strings.HasPrefix(p.Details.Address.Pincode, f.Pincode),
		f.Level != "" && p.SLA.Level(f.Now) != f.Level,
		f.Claimant != "" && (p.Claim == nil || p.Claim.ValuerID != f.Claimant):
		return false
	}
	return true
}
