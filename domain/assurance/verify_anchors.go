package assurance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of anchors.
const (
	// RuleAnchorDeleted: every anchor that was recorded, or that has a successor, exists.
	RuleAnchorDeleted Rule = "ANCHOR_DELETED"
	// RuleAnchorEdited: an anchor has the hash that was recorded and that its successor names.
	RuleAnchorEdited Rule = "ANCHOR_EDITED"
	// RuleAnchorUnrecorded: the database has a record of every anchor.
	RuleAnchorUnrecorded Rule = "ANCHOR_UNRECORDED"
	// RuleAnchorLate is a warning: the newest anchor is so old that it covers little of the
	// recent history.
	RuleAnchorLate Rule = "ANCHOR_LATE"
)

// anchorsPerPage is the maximum number of anchors that are listed at a time.
const anchorsPerPage = 100

// anchorLate is the age of the newest anchor at which somebody should look: two periods.
const anchorLate = 48 * time.Hour

// anchorCheck verifies the anchors, and the chains against them.
type anchorCheck struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	now        time.Time
	only       domain.PropertyID          // whose chain is compared; empty for all
	broken     map[domain.PropertyID]bool // chains whose faults were reported already
	tally      *Tally
	found      func(Finding)
	before     string // hash of the anchor before, empty if it is not known
	known      bool   // whether before is known
	security   bool   // whether a fault of the security log was reported
}

// traces is what exists of one anchor: a record, an object, or both.
type traces struct {
	record   domain.AuditAnchor
	recorded bool
	modified time.Time // of the object
	there    bool
}

// run verifies all anchors, in order. An anchor is stored before it is recorded, so that one
// without a record is a fault only if its object is older than an hour (anchorOverlap).
func (c *anchorCheck) run(ctx context.Context, tally *Tally, found func(Finding)) error {
	c.tally, c.found, c.known = tally, found, true
	all, err := c.list(ctx)
	if err != nil {
		return err
	}
	last := int64(0)
	for _, number := range slices.Sorted(maps.Keys(all)) {
		if number > last+1 {
			c.fault(RuleAnchorDeleted, last+1, fmt.Sprintf("the objects and the records of anchors %d to %d are gone", last+1, number-1))
			c.known = false
		}
		last = number
		if err := c.anchor(ctx, number, *all[number]); err != nil {
			return err
		}
	}
	c.age()
	return nil
}

// list returns the traces of every anchor, by number. They are few enough to keep in memory:
// one for each run, or for each 10,000 heads of a larger one.
func (c *anchorCheck) list(ctx context.Context) (map[int64]*traces, error) {
	all := make(map[int64]*traces)
	of := func(number int64) *traces {
		if all[number] == nil {
			all[number] = &traces{}
		}
		return all[number]
	}
	for after := int64(0); ; {
		page, err := ports.InTx(ctx, c.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditAnchor, error) {
			return tx.AuditChains.Anchors(ctx, after, anchorsPerPage)
		})
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			t := of(a.Number)
			t.record, t.recorded, after = a, true, a.Number
		}
	}
	objects := lister{blobs: c.Blobs, prefix: anchorFolder}
	listed, err := objects.until(ctx, "")
	for _, b := range listed {
		if number := anchorNumber(b.Key); number > 0 {
			t := of(number)
			t.modified, t.there = b.ModifiedAt, true
		}
	}
	return all, err
}

func (c *anchorCheck) fault(rule Rule, number int64, note string) {
	c.tally.report(c.found, Finding{Rule: rule, Subject: strconv.FormatInt(number, 10), Note: note})
}

// age warns if the newest recorded anchor is older than anchorLate. It does not warn if there
// is none.
func (c *anchorCheck) age() {
	if newest := c.tally.NewestAnchor; !newest.IsZero() && c.now.Sub(newest) > anchorLate {
		c.tally.report(c.found, Finding{Rule: RuleAnchorLate, Warning: true, Note: "the newest anchor is of " + newest.UTC().Format(time.RFC3339)})
	}
}

// anchor verifies one anchor and, if it can be trusted, the chains against it.
func (c *anchorCheck) anchor(ctx context.Context, number int64, t traces) error {
	previous, known := c.before, c.known
	c.before, c.known = t.record.Hash, t.recorded
	if t.recorded && t.record.At.After(c.tally.NewestAnchor) {
		c.tally.NewestAnchor = t.record.At
	}
	if !t.there {
		c.fault(RuleAnchorDeleted, number, "its object is gone")
		return nil
	}
	anchor, measured, err := readAnchor(ctx, c.Blobs, number)
	switch {
	case domain.IsKind(err, domain.KindInvalid):
		c.fault(RuleAnchorEdited, number, "it cannot be read")
		return nil
	case domain.IsKind(err, domain.KindNotFound):
		c.fault(RuleAnchorDeleted, number, "its object is gone")
		return nil
	case err != nil:
		return err
	}
	c.tally.Anchors++
	switch {
	case t.recorded && measured.Hash != t.record.Hash:
		c.fault(RuleAnchorEdited, number, "it is not what the database recorded")
		return nil
	case known && anchor.Previous != previous:
		c.fault(RuleAnchorEdited, number, "it does not follow the one before")
		return nil
	case !t.recorded && c.now.Sub(t.modified) > anchorOverlap:
		c.fault(RuleAnchorUnrecorded, number, "the database does not know of it")
	}
	c.before, c.known = measured.Hash, true
	if err := c.securityHead(ctx, anchor); err != nil {
		return err
	}
	return c.heads(ctx, anchor)
}

// heads compares the chains with the anchor.
func (c *anchorCheck) heads(ctx context.Context, anchor Anchor) error {
	for page := range slices.Chunk(anchor.Heads, headsPerPage) {
		wanted := make([]domain.AuditHead, 0, len(page))
		for _, h := range page {
			if c.only == "" || h.PropertyID == c.only {
				wanted = append(wanted, domain.AuditHead(h))
			}
		}
		if len(wanted) == 0 {
			continue
		}
		stored, err := ports.InTx(ctx, c.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditHead, error) {
			return tx.AuditChains.Stored(ctx, wanted)
		})
		if err != nil {
			return err
		}
		type place struct {
			id  domain.PropertyID
			seq int64
		}
		hashes := make(map[place]string, len(stored))
		for _, s := range stored {
			hashes[place{s.PropertyID, s.Seq}] = s.Hash
		}
		for _, w := range wanted {
			hash := hashes[place{w.PropertyID, w.Seq}]
			if hash == w.Hash || c.broken[w.PropertyID] {
				continue
			}
			if err := c.differs(ctx, anchor, w, hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// differs reports what became of an anchored entry that is not stored with its hash: it was
// replaced by another, or it is gone.
func (c *anchorCheck) differs(ctx context.Context, anchor Anchor, w domain.AuditHead, hash string) error {
	f := domain.AuditFault{PropertyID: w.PropertyID, Kind: domain.AuditReplaced, From: w.Seq, To: w.Seq}
	if hash == "" {
		head, err := ports.InTx(ctx, c.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.AuditHead, error) {
			return tx.AuditChains.Head(ctx, w.PropertyID)
		})
		if err != nil {
			return err
		}
		f.Kind, f.From = domain.AuditTruncated, head.Seq+1
		if head.Seq == 0 {
			f.Kind = domain.AuditDeleted
		}
	}
	c.broken[w.PropertyID] = true
	finding := auditFinding(f)
	finding.Note += fmt.Sprintf(", as anchor %d of %s shows", anchor.Number, anchor.At.UTC().Format(time.RFC3339))
	c.tally.report(c.found, finding)
	return nil
}
