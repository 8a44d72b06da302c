package domain

import (
	"fmt"
	"time"
)

// AuditHead is the last entry of a property's audit chain.
type AuditHead struct {
	PropertyID PropertyID
	Seq        int64
	Hash       string
}

// AuditMark is a chain's head with the time of that entry. Chains are listed in the order of
// these times, so a mark is also a place to continue from.
type AuditMark struct {
	AuditHead
	At time.Time
}

// AuditAnchor records that the heads of audit chains were written to an object outside the
// database.
type AuditAnchor struct {
	Number int64  // 1 for the first, without gaps
	Hash   string // hex SHA-256 of the object
	At     time.Time
	// Through is the time up to which the heads of the chains that grew are anchored.
	Through time.Time
}

// AuditFaultKind is the kind of tampering with an audit chain.
type AuditFaultKind string

// The kinds of tampering.
const (
	AuditEdited    AuditFaultKind = "EDITED"    // an entry differs from what was sealed
	AuditDeleted   AuditFaultKind = "DELETED"   // entries in the middle, the whole chain or its recorded head are gone
	AuditReordered AuditFaultKind = "REORDERED" // an entry has the number of another
	AuditTruncated AuditFaultKind = "TRUNCATED" // the last entries are gone
	AuditAdded     AuditFaultKind = "ADDED"     // entries that PropFlow did not append
	AuditReplaced  AuditFaultKind = "REPLACED"  // consistent, but not the chain that was anchored
)

// AuditFault is one fault of a chain: what happened to which entries.
type AuditFault struct {
	PropertyID PropertyID
	Kind       AuditFaultKind
	// From and To are the first and the last entry concerned. From is 0 if the recorded head is
	// concerned, To is 0 if it is not known how far the fault extends.
	From, To int64
}

// String describes the fault, e.g. "DELETED entries 3 to 5".
func (f AuditFault) String() string {
	switch {
	case f.From == 0:
		return fmt.Sprintf("%s the chain's recorded head", f.Kind)
	case f.To == 0:
		return fmt.Sprintf("%s every entry from %d on", f.Kind, f.From)
	case f.From == f.To:
		return fmt.Sprintf("%s entry %d", f.Kind, f.From)
	}
	return fmt.Sprintf("%s entries %d to %d", f.Kind, f.From, f.To)
}

// ExamineChain compares a property's entries, in order of their numbers, with each other and
// with the recorded head of the chain (zero if none is recorded). It returns what was done to
// them, nil if the chain is consistent. It cannot detect a chain that was recomputed together
// with its head: only an anchor reveals that.
func ExamineChain(head AuditHead, entries []AuditEntry) []AuditFault {
	x := chainExam{property: head.PropertyID, entries: entries, places: truePlaces(entries)}
	if len(entries) > 0 {
		x.property = entries[0].PropertyID
	}
	for i := range entries {
		x.entry(i)
	}
	x.end(head)
	return x.faults
}

type chainExam struct {
	property PropertyID
	entries  []AuditEntry
	places   map[int]int64
	faults   []AuditFault
	last     int64 // number of the entry before
}

// truePlaces follows the links from the first entry and returns the number that each entry
// was sealed with, up to the first broken link.
func truePlaces(entries []AuditEntry) map[int]int64 {
	after := make(map[string]int, len(entries))
	for i := range entries {
		after[entries[i].PrevHash] = i
	}
	places := make(map[int]int64, len(entries))
	hash := ""
	for n := int64(1); ; n++ {
		i, ok := after[hash]
		if _, seen := places[i]; !ok || seen {
			return places
		}
		places[i], hash = n, entries[i].Hash
	}
}

func (x *chainExam) fault(kind AuditFaultKind, from, to int64) {
	x.faults = append(x.faults, AuditFault{PropertyID: x.property, Kind: kind, From: from, To: to})
}

// entry examines one entry, and the gap before it.
func (x *chainExam) entry(i int) {
	e := x.entries[i]
	if e.Seq > x.last+1 {
		x.fault(AuditDeleted, x.last+1, e.Seq-1)
	}
	gap := e.Seq != x.last+1
	x.last = e.Seq
	sealed := e.sealedAs(e.Seq)
	switch {
	case !sealed && e.sealedAs(x.places[i]):
		x.fault(AuditReordered, e.Seq, e.Seq)
	case !sealed:
		x.fault(AuditEdited, e.Seq, e.Seq)
	case gap || i == 0:
	case e.PrevHash != x.entries[i-1].Hash && x.entries[i-1].sealedAs(e.Seq-1):
		x.fault(AuditEdited, e.Seq-1, e.Seq-1) // and sealed again, but this one has the old hash
	}
}

// sealedAs reports whether the entry was sealed with these fields and the number seq.
func (e AuditEntry) sealedAs(seq int64) bool {
	e.Seq = seq
	return e.Hash == e.digest() && e.At.Equal(e.At.Truncate(time.Microsecond))
}

// end compares the last entry with the recorded head.
func (x *chainExam) end(head AuditHead) {
	switch {
	case head.Seq == 0 && x.last > 0:
		x.fault(AuditDeleted, 0, 0)
	case head.Seq == 0:
	case x.last == 0:
		x.fault(AuditDeleted, 1, head.Seq)
	case x.last < head.Seq:
		x.fault(AuditTruncated, x.last+1, head.Seq)
	case x.last > head.Seq:
		x.fault(AuditAdded, head.Seq+1, x.last)
	case x.entries[len(x.entries)-1].Hash != head.Hash && len(x.faults) == 0:
		x.fault(AuditEdited, x.last, x.last)
	}
}
