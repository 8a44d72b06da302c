package assurance

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of the security log. The subject is the number of a batch, or the id of a row.
const (
	// RuleSecurityEdited: the rows of a batch are those that were sealed.
	RuleSecurityEdited Rule = "SECURITY_EDITED"
	// RuleSecurityDeleted: no row of a batch is gone, and no batch.
	RuleSecurityDeleted Rule = "SECURITY_DELETED"
	// RuleSecurityAdded: no row was added to a batch later, or dated back.
	RuleSecurityAdded Rule = "SECURITY_ADDED"
	// RuleSecurityUnsealed: every row older than domain.SecuritySealGrace is in a batch.
	RuleSecurityUnsealed Rule = "SECURITY_UNSEALED"
	// RuleSecurityReplaced: a batch has the hash that an anchor names.
	RuleSecurityReplaced Rule = "SECURITY_REPLACED"
	// RuleSecurityPurged: no batch was purged before its time.
	RuleSecurityPurged Rule = "SECURITY_PURGED_EARLY"
)

const (
	// batchesPerPage is the maximum number of batches whose rows are read in one transaction.
	batchesPerPage = 100
	// rowsPerPage is about how many rows are read in one transaction.
	rowsPerPage = 5000
	// straysNamed is the maximum number of unsealed rows that are reported.
	straysNamed = 100
	// strayWindow is the part of the log that is searched for unsealed rows in one transaction.
	strayWindow = 7 * 24 * time.Hour
)

// securityCheck verifies the security log.
type securityCheck struct {
	uow   ports.UnitOfWork
	now   time.Time
	tally *Tally
	found []Finding
}

// verifySecurityLog reports what is wrong with the security log in several looks in a row, because
// it grows meanwhile.
func verifySecurityLog(ctx context.Context, uow ports.UnitOfWork, now time.Time, tally *Tally, report func(Finding)) error {
	var found []Finding
	for look := range looks {
		c := securityCheck{uow: uow, now: now, tally: &Tally{}}
		if err := c.run(ctx); err != nil {
			return err
		}
		if look == 0 {
			found = c.found
		} else {
			found = both(found, c.found)
		}
		tally.SecurityRows, tally.SecurityBatches = c.tally.SecurityRows, c.tally.SecurityBatches
		if len(found) == 0 {
			break
		}
	}
	for _, f := range found {
		tally.report(report, f)
	}
	return nil
}

func (c *securityCheck) fault(rule Rule, subject, note string, args ...any) {
	c.found = append(c.found, Finding{Rule: rule, Subject: subject, Note: fmt.Sprintf(note, args...)})
}

// run follows the chain from its start, then searches for rows that it lacks.
func (c *securityCheck) run(ctx context.Context) error {
	purge, err := ports.InTx(ctx, c.uow, func(ctx context.Context, tx ports.Tx) (domain.SecurityPurge, error) {
		return tx.SecurityChain.Purged(ctx)
	})
	if err != nil {
		return err
	}
	last, oldest := domain.SecurityBatch{Seq: purge.Through, Hash: purge.Hash}, c.now
	for {
		page, rows, err := c.page(ctx, last.Seq)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return c.strays(ctx, oldest)
		}
		for _, b := range page {
			c.batch(last, b, rows[b.Seq])
			last = b
			if b.At.Before(oldest) {
				oldest = b.At
			}
		}
	}
}

// page reads the batches after a number, as many as have few enough rows, with these rows.
func (c *securityCheck) page(ctx context.Context, after int64) ([]domain.SecurityBatch, map[int64][]domain.SecurityEvent, error) {
	var rows map[int64][]domain.SecurityEvent
	page, err := ports.InTx(ctx, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SecurityBatch, error) {
		page, err := tx.SecurityChain.Batches(ctx, after, batchesPerPage)
		if err != nil || len(page) == 0 {
			return nil, err
		}
		n, total := 1, page[0].Rows
		for n < len(page) && total+page[n].Rows <= rowsPerPage {
			total += page[n].Rows
			n++
		}
		page = page[:n]
		rows, err = tx.SecurityChain.Sealed(ctx, page[0].Seq, page[n-1].Seq)
		return page, err
	})
	return page, rows, err
}

// batch compares a batch with the one before and with its rows.
func (c *securityCheck) batch(last, b domain.SecurityBatch, rows []domain.SecurityEvent) {
	c.tally.SecurityBatches++
	c.tally.SecurityRows += len(rows)
	subject := strconv.FormatInt(b.Seq, 10)
	switch {
	case b.Seq > last.Seq+1:
		c.fault(RuleSecurityDeleted, subject, "the batches %d to %d before it are gone", last.Seq+1, b.Seq-1)
	case b.Previous != last.Hash:
		c.fault(RuleSecurityEdited, subject, "it does not follow the batch before")
	}
	switch {
	case len(rows) < b.Rows:
		c.fault(RuleSecurityDeleted, subject, "%d of its %d rows are gone", b.Rows-len(rows), b.Rows)
	case len(rows) > b.Rows:
		c.fault(RuleSecurityAdded, subject, "%d rows were added to its %d", len(rows)-b.Rows, b.Rows)
	case !b.Seals(rows):
		c.fault(RuleSecurityEdited, subject, "a row of it, or the batch itself, differs from what was sealed")
	}
	for _, e := range rows {
		if e.At.Before(sealedFrom(last)) {
			c.fault(RuleSecurityAdded, string(e.ID), "batch %d sealed it although it is dated before the end of the batch before", b.Seq)
		}
	}
}

// strays reports rows that are in no batch although they are old enough. oldest is the time of the
// first batch.
func (c *securityCheck) strays(ctx context.Context, oldest time.Time) error {
	since, end := time.Time{}, c.now.Add(-domain.SecuritySealGrace)
	until := oldest
	for named := 0; since.Before(end) && named < straysNamed; {
		if until.After(end) {
			until = end
		}
		page, err := ports.InTx(ctx, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SecurityEvent, error) {
			return tx.SecurityChain.Unsealed(ctx, since, until, straysNamed-named)
		})
		if err != nil {
			return err
		}
		for _, e := range page {
			c.fault(RuleSecurityUnsealed, string(e.ID), "the row of %s (%s) is in no batch", e.At.Format(time.RFC3339), e.Code)
		}
		named += len(page)
		since, until = until, until.Add(strayWindow)
	}
	return nil
}

// securityHead compares the chain over the security log with the anchor. A chain that was computed
// anew is consistent in itself, so only this finds it.
func (c *anchorCheck) securityHead(ctx context.Context, anchor Anchor) error {
	want := anchor.Security
	if want == nil || c.only != "" || c.security {
		return nil
	}
	var stored domain.SecurityBatch
	purge, err := ports.InTx(ctx, c.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.SecurityPurge, error) {
		page, err := tx.SecurityChain.Batches(ctx, want.Seq-1, 1)
		if err != nil {
			return domain.SecurityPurge{}, err
		}
		if stored = (domain.SecurityBatch{}); len(page) > 0 {
			stored = page[0]
		}
		return tx.SecurityChain.Purged(ctx)
	})
	if err != nil {
		return err
	}
	f := Finding{Subject: strconv.FormatInt(want.Seq, 10)}
	switch {
	case want.Seq == purge.Through && want.Hash != purge.Hash, stored.Seq == want.Seq && stored.Hash != want.Hash:
		f.Rule, f.Note = RuleSecurityReplaced, "the batch was replaced"
	case want.Seq <= purge.Through && c.now.Sub(anchor.At) < domain.SecurityRetention:
		f.Rule, f.Note = RuleSecurityPurged, "the batch was purged before its time"
	case want.Seq > purge.Through && stored.Seq != want.Seq:
		f.Rule, f.Note = RuleSecurityDeleted, "the batch is gone"
	default:
		return nil
	}
	f.Note += fmt.Sprintf(", as anchor %d of %s shows", anchor.Number, anchor.At.UTC().Format(time.RFC3339))
	c.security = true
	c.tally.report(c.found, f)
	return nil
}
