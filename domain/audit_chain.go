package domain

import (
	"fmt"
	"time"
)

// AuditHead says where the audit chain of a property ends.
type AuditHead struct {
	PropertyID PropertyID
	Seq        int64  // of the last entry
	Hash       string // of the last entry
}

// AuditMark is a chain's end and when it was made: a place in the order in which chains grew.
type AuditMark struct {
	AuditHead
	At time.Time
}

// AuditAnchor records that the heads of audit chains were written down outside the database.
type AuditAnchor struct {
	Number int64  // 1 for the first, without gaps
	Hash   string // hex SHA-256 of the object
	At     time.Time
	// Through is the time up to which the heads of the chains that grew are anchored.
	Through time.Time
}

// AuditFaultKind is what was done to an audit chain.
type AuditFaultKind string

// The kinds of tampering.
const (
	AuditEdited    AuditFaultKind = "EDITED"    // an entry says something else than was sealed
	AuditDeleted   AuditFaultKind = "DELETED"   // entries in the middle, the whole chain or its recorded head are gone
	AuditReordered AuditFaultKind = "REORDERED" // an entry stands in another's place
	AuditTruncated AuditFaultKind = "TRUNCATED" // the last entries are gone
	AuditAdded     AuditFaultKind = "ADDED"     // entries that PropFlow did not append
	AuditReplaced  AuditFaultKind = "REPLACED"  // sound in itself, and not the chain that was anchored
)

// AuditFault is one fault of a chain: what happened to which entries.
type AuditFault struct {
	PropertyID PropertyID
	Kind       AuditFaultKind
	// From and To are the first and the last entry concerned. From is 0 where the recorded
	// head is concerned, To is 0 where nobody knows how far the fault goes.
	From, To int64
}

// String names the entries and what happened to them.
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
// with the recorded head of the chain (zero where none is recorded). It returns what was done
// to them, nil where the chain is sound. A chain that somebody computed anew together with
// its head is sound: only an anchor tells.
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
// was sealed with, as far as the links hold.
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
		x.fault(AuditEdited, e.Seq-1, e.Seq-1) // and sealed anew, but this one knows the old hash
	}
}

// sealedAs reports whether the entry's hash is that of its fields under the number.
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
