package assurance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DefaultGrace is the age above which an object that no record names is an orphan. A younger
// one may belong to an upload or a deletion in progress.
const DefaultGrace = 24 * time.Hour

// deadJobsNamed is the maximum number of jobs that one check reports as given up.
const deadJobsNamed = 1000

// CheckInvariants compares everything that is stored with the rules that it must obey. It only
// reads, page by page, and may run while the product is in use, because what looks wrong is
// looked at twice more and reported only if it stays wrong.
type CheckInvariants struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// CheckInvariantsInput selects what is checked, and receives the findings.
type CheckInvariantsInput struct {
	// PropertyID limits the check to one property; empty means all.
	PropertyID domain.PropertyID
	// Deep also reads the objects in full and compares their checksums.
	Deep bool
	// Grace is the age above which an object that no record names is an orphan; 0 means
	// DefaultGrace.
	Grace time.Duration
	// Found is called with each finding. It must not be nil.
	Found func(Finding)
}

// invariants check what must be true of each property, in the order in which faults are
// reported.
var invariants = []func(*dossier){
	checkChain, checkRegister, checkUncommitted, checkHistory, checkClaims, checkRecords, checkLinks, checkConditions, checkHolder, checkValuations, checkGate, checkReports, checkPhotos, checkBlobs,
	checkNotifications, checkSteps,
}

// Execute returns how much it read and how much of it was wrong. Errors: those of the stores;
// the check is then incomplete.
func (uc CheckInvariants) Execute(ctx context.Context, in CheckInvariantsInput) (Tally, error) {
	if in.Grace <= 0 {
		in.Grace = DefaultGrace
	}
	c := &check{CheckInvariants: uc, in: in, objects: &lister{blobs: uc.Blobs}, broken: make(map[domain.PropertyID]bool)}
	if in.PropertyID != "" {
		c.objects.prefix = domain.PropertyFolder(in.PropertyID).String()
	}
	err := c.run(ctx)
	c.tally.Blobs = c.objects.count
	return c.tally, err
}

// check is one run.
type check struct {
	CheckInvariants
	in      CheckInvariantsInput
	tally   Tally
	objects *lister
	broken  map[domain.PropertyID]bool // chains whose faults were reported
	adopted time.Time                  // when the adoption of what earlier releases had written ended, zero if it has not
}

func (c *check) run(ctx context.Context) error {
	rounds, err := ports.InTx(ctx, c.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		return tx.Audit.Chain(ctx, domain.AdoptionRegister)
	})
	if err != nil {
		return err
	}
	if domain.AdoptionEnded(rounds) {
		c.adopted = rounds[len(rounds)-1].At
	}
	if err := c.others(ctx, domain.BlobRoot); err != nil {
		return err
	}
	if err := walk(ctx, c.UnitOfWork, c.in.PropertyID, c.page); err != nil {
		return err
	}
	left, err := c.objects.until(ctx, behind(domain.BlobRoot))
	if err != nil {
		return err
	}
	if err := c.examine(ctx, c.dossiers(nil, left)); err != nil {
		return err
	}
	if err := c.others(ctx, ""); err != nil {
		return err
	}
	anchors := &anchorCheck{UnitOfWork: c.UnitOfWork, Blobs: c.Blobs, now: c.Clock.Now(), only: c.in.PropertyID, broken: c.broken}
	if err := anchors.run(ctx, &c.tally, c.in.Found); err != nil {
		return err
	}
	if c.in.PropertyID != "" {
		return nil
	}
	if err := verifySecurityLog(ctx, c.UnitOfWork, c.Clock.Now(), &c.tally, c.in.Found); err != nil {
		return err
	}
	return c.rest(ctx)
}

// others reports the objects before the key that belong to no property, unless they are
// anchors or younger than the grace.
func (c *check) others(ctx context.Context, key string) error {
	others, err := c.objects.until(ctx, key)
	for _, b := range others {
		if anchorNumber(b.Key) == 0 && c.Clock.Now().Sub(b.ModifiedAt) > c.in.Grace {
			c.tally.report(c.in.Found, Finding{Rule: RuleBlobUnknown, Subject: b.Key, Note: "nothing of PropFlow lies there"})
		}
	}
	return err
}

// page examines some properties, in order, and the objects up to the last of them.
func (c *check) page(ctx context.Context, ids []domain.PropertyID) error {
	objects, err := c.objects.until(ctx, behind(domain.PropertyFolder(ids[len(ids)-1]).String()))
	if err != nil {
		return err
	}
	return c.examine(ctx, c.dossiers(ids, objects))
}

// dossiers returns the dossiers of the properties, and of those of which only objects exist.
func (c *check) dossiers(ids []domain.PropertyID, objects []ports.Blob) []*dossier {
	byID := make(map[domain.PropertyID]*dossier, len(ids))
	var all []*dossier
	dossierOf := func(id domain.PropertyID, orphan bool) *dossier {
		d := byID[id]
		if d == nil {
			d = &dossier{id: id, orphan: orphan, adopted: c.adopted, at: c.Clock.Now(), grace: c.in.Grace}
			byID[id] = d
			all = append(all, d)
		}
		return d
	}
	for _, id := range ids {
		dossierOf(id, false)
	}
	for _, b := range objects {
		d := dossierOf(domain.PropertyOfBlob(b.Key), true)
		d.blobs = append(d.blobs, b)
	}
	return all
}

// examine looks at dossiers for the first time and confirms what it finds.
func (c *check) examine(ctx context.Context, dossiers []*dossier) error {
	known := slices.DeleteFunc(slices.Clone(dossiers), func(d *dossier) bool { return d.orphan })
	err := c.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		for _, d := range known {
			if err := d.load(ctx, tx, false); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range dossiers {
		if err := c.judge(ctx, d); err != nil {
			return err
		}
		c.count(d)
		if len(d.found) == 0 {
			continue
		}
		if err := c.confirm(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// judge checks a loaded dossier against the invariants, or reports why it could not be read.
func (c *check) judge(ctx context.Context, d *dossier) error {
	if d.spoilt != nil {
		d.found = []Finding{*d.spoilt}
		return nil
	}
	if d.hasUnnamed() {
		if err := c.UnitOfWork.Do(ctx, d.loadDeletions); err != nil {
			return err
		}
	}
	d.found = nil
	for _, invariant := range invariants {
		invariant(d)
	}
	if !c.in.Deep {
		return nil
	}
	read, err := d.compareSums(ctx, c.Blobs)
	c.tally.BlobsRead += read
	return err
}

func (c *check) count(d *dossier) {
	if d.stored {
		c.tally.Properties++
	}
	if d.register != nil {
		c.tally.Registers++
	} else if len(d.chain) > 0 {
		c.tally.Chains++
	}
	c.tally.Entries += len(d.chain)
	if v := d.decided(); v != nil && v.RuleBook < domain.GateRuleBook {
		c.tally.EarlierRules++
	}
	c.tally.Uncommitted += len(d.uncommitted())
	c.tally.Photos += len(d.photos)
	c.tally.Valuations += len(d.valuations)
	c.tally.Notifications += len(d.notifications)
	c.tally.Steps += len(d.steps)
}

// looks is the number of times in a row that something must look wrong before it is reported.
// Every look after the first reads the case again under its lock, then its objects, so that what
// was in progress at one look is complete at the next.
const looks = 3

// confirm reports what looks wrong in every further look too.
func (c *check) confirm(ctx context.Context, d *dossier) error {
	found := d.found
	for range looks - 1 {
		again := &dossier{id: d.id, orphan: d.orphan, adopted: c.adopted, at: c.Clock.Now(), grace: c.in.Grace}
		if err := c.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error { return again.load(ctx, tx, true) }); err != nil {
			return err
		}
		var err error
		objects := lister{blobs: c.Blobs, prefix: domain.PropertyFolder(d.id).String()}
		if again.blobs, err = objects.until(ctx, ""); err != nil {
			return err
		}
		if err := c.judge(ctx, again); err != nil {
			return err
		}
		if found = both(found, again.found); len(found) == 0 {
			return nil
		}
	}
	for _, f := range found {
		if strings.HasPrefix(string(f.Rule), string(ruleAudit)) {
			c.broken[d.id] = true
		}
		c.tally.report(c.in.Found, f)
	}
	return nil
}

// RuleJobDead is a warning: a job was given up.
const RuleJobDead Rule = "JOB_DEAD"

// RuleEventMissing is broken if the feed that live clients follow has gaps.
const RuleEventMissing Rule = "EVENT_MISSING"

// rest checks what belongs to no case: jobs that were given up, and the feed of events.
func (c *check) rest(ctx context.Context) error {
	var dead []ports.DeadJob
	var missing int
	err := c.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) (err error) {
		if missing, err = tx.Inventory.MissingEvents(ctx); err != nil {
			return err
		}
		dead, err = tx.Inventory.DeadJobs(ctx, deadJobsNamed)
		return err
	})
	if err != nil {
		return err
	}
	if missing != 0 {
		c.tally.report(c.in.Found, Finding{Rule: RuleEventMissing, Note: fmt.Sprintf("%d events are missing from the feed", missing)})
	}
	c.tally.DeadJobs = len(dead)
	for _, j := range dead {
		c.tally.report(c.in.Found, Finding{
			Rule: RuleJobDead, Warning: true, Subject: string(j.Kind) + " " + j.Subject, Note: "it was given up at " + j.At.UTC().Format(time.RFC3339),
		})
	}
	return nil
}
