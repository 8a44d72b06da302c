package assurance

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// adoptedPerRun is how many cases and registers one run looks at; a job of its own goes on from
	// there, because a job may not take long.
	adoptedPerRun = 1000
	// adoptionPause is the least time between the two rounds of an adoption: while the first one
	// goes on, processes of the release before may still write.
	adoptionPause = 20 * time.Hour
)

// AdoptEvidence is the periodic job domain.JobAdoptEvidence. It commits to what only releases without
// commitments have written, as it is now, so that a later change of it is found. It goes round twice,
// a day apart, and does nothing after that: what has no commitment then was not written by PropFlow,
// and must not get one.
type AdoptEvidence struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	// PerRun is how many cases and registers one run looks at; 0 means 1,000.
	PerRun int
}

// Execute adopts what comes after the subject, which is the id of a case or register; an empty one
// begins a round if one is due. It may be repeated. Errors: those of the stores.
func (uc AdoptEvidence) Execute(ctx context.Context, subject string) error {
	after := domain.PropertyID(subject)
	if after == "" {
		due, err := uc.due(ctx)
		if err != nil || !due {
			return err
		}
	}
	most := uc.PerRun
	if most == 0 {
		most = adoptedPerRun
	}
	for seen := 0; seen < most; {
		ids, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return idsAfter(ctx, tx, after)
		})
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return uc.finish(ctx)
		}
		for _, id := range ids {
			if err := uc.adopt(ctx, id); err != nil {
				return err
			}
		}
		after, seen = ids[len(ids)-1], seen+len(ids)
	}
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		return tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobAdoptEvidence, Subject: string(after), Key: string(after), RunAt: uc.Clock.Now()})
	})
}

// due reports whether a round is due.
func (uc AdoptEvidence) due(ctx context.Context) (bool, error) {
	rounds, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		return tx.Audit.Chain(ctx, domain.AdoptionRegister)
	})
	if err != nil || domain.AdoptionEnded(rounds) {
		return false, err
	}
	return len(rounds) == 0 || uc.Clock.Now().Sub(rounds[len(rounds)-1].At) >= adoptionPause, nil
}

// adopt commits to what of the case or register has no commitment.
func (uc AdoptEvidence) adopt(ctx context.Context, id domain.PropertyID) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		d := &dossier{id: id}
		if err := d.loadProperty(ctx, tx, true); err != nil {
			return err
		}
		if err := d.loadChain(ctx, tx); err != nil {
			return err
		}
		if !d.stored {
			return uc.adoptRegister(ctx, tx, d)
		}
		stored, err := tx.CaseRecords(ctx, d.property)
		if err != nil {
			return err
		}
		missing := stored.Uncommitted(d.chain)
		if len(missing) == 0 {
			return nil
		}
		facts := domain.Commit(d.property.Salt, missing)
		for _, photo := range stored.Photos {
			if slices.ContainsFunc(missing, func(r domain.Record) bool { return r.Name() == photo.Record().Name() }) {
				facts = append(facts, domain.LinkFact(photo))
			}
		}
		_, err = tx.Audit.Append(ctx, domain.AuditEntry{
			PropertyID: id, At: uc.Clock.Now(), ActorRole: domain.RoleSystem, Action: domain.ActionAdopted,
			From: d.property.State, To: d.property.State, Facts: facts,
		})
		return err
	})
}

func (uc AdoptEvidence) adoptRegister(ctx context.Context, tx ports.Tx, d *dossier) error {
	if err := d.loadRegister(ctx, tx); err != nil || d.register == nil {
		return err
	}
	if user := d.register.user; user != nil { // it must not change until this has ended
		if _, err := tx.Users.Lock(ctx, user.User.ID); err != nil {
			return err
		}
		if err := d.loadRegister(ctx, tx); err != nil {
			return err
		}
	}
	missing := d.uncommitted()
	if d.register.user != nil {
		made, access := domain.CommitmentsOf(d.chain), d.register.user.User.AccessRecord()
		if made.Has(access) && len(made.Faults("", access)) > 0 { // a release without commitments changed it since
			missing = append(missing, access)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	entry := domain.RegisterEntry(d.id, domain.RegisterAdopted, domain.System, missing...)
	entry.At = uc.Clock.Now()
	_, err := tx.Audit.Append(ctx, entry)
	return err
}

// errRoundEnded is why the end of a round is recorded only once.
var errRoundEnded = errors.New("this round has ended already")

// finish records the end of a round, once: a job that is delivered twice, or a round that lasts into
// the next, must not stand for another one.
func (uc AdoptEvidence) finish(ctx context.Context) error {
	err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		entry := domain.RegisterEntry(domain.AdoptionRegister, domain.RegisterAdopted, domain.System)
		entry.At = uc.Clock.Now()
		if _, err := tx.Audit.Append(ctx, entry); err != nil { // which locks the register
			return err
		}
		rounds, err := tx.Audit.Chain(ctx, domain.AdoptionRegister)
		if n := len(rounds); err == nil && n > 1 && entry.At.Sub(rounds[n-2].At) < adoptionPause {
			return errRoundEnded
		}
		return err
	})
	if errors.Is(err, errRoundEnded) {
		return nil
	}
	return err
}
