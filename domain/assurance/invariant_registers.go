package assurance

import (
	"context"
	"math"
	"strconv"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// register is what a register is about: a user or the settings.
type register struct {
	user     *domain.UserRecords // nil if there is no such user
	settings domain.SettingsRecords
	inForce  int64
}

// settingsPage is the maximum number of versions of the settings that are read together.
const settingsPage = 1000

// The rule of registers.
const (
	// RuleUncommitted: what is stored was committed to when it was written, or adopted from a
	// release without commitments.
	RuleUncommitted Rule = "UNCOMMITTED"
)

// checkUncommitted: once the adoption has ended, everything has a commitment, and every entry makes
// those that it must.
func checkUncommitted(d *dossier) {
	if d.adopted.IsZero() {
		return
	}
	for _, e := range d.chain {
		if !e.Commits() && e.At.After(d.adopted) {
			d.fault(RuleUncommitted, strconv.FormatInt(e.Seq, 10), "the entry makes no commitments, and the adoption has ended")
		}
	}
	for _, r := range d.uncommitted() {
		d.fault(RuleUncommitted, r.Subject(), "the audit chain does not commit to it, and its adoption has ended")
	}
}

// loadRegister reads what the register is about. It leaves register nil if it is none: the chain of a
// deleted draft.
func (d *dossier) loadRegister(ctx context.Context, tx ports.Tx) error {
	d.register = nil
	switch d.id {
	case domain.SettingsRegister:
		return d.loadSettings(ctx, tx)
	case domain.AdoptionRegister:
		d.register = &register{}
		return nil
	}
	if len(d.chain) > 0 && !domain.IsRegister(d.chain) {
		return nil
	}
	id := domain.UserID(d.id)
	user, err := tx.Users.Get(ctx, id)
	switch {
	case domain.IsKind(err, domain.KindNotFound):
		if len(d.chain) > 0 {
			d.register = &register{}
		}
		return nil
	case err != nil:
		return err
	}
	consents, err := tx.Consents.ByUser(ctx, id)
	d.register = &register{user: &domain.UserRecords{User: user, Consents: consents}}
	return err
}

func (d *dossier) loadSettings(ctx context.Context, tx ports.Tx) error {
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return err
	}
	d.register = &register{settings: domain.SettingsRecords{settings}, inForce: settings.Version}
	for below := int64(math.MaxInt64); ; {
		page, err := tx.Settings.History(ctx, below, settingsPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, change := range page {
			d.register.settings = append(d.register.settings, change.After)
		}
		below = page[len(page)-1].After.Version
	}
}

// uncommitted returns the records that no entry commits to.
func (d *dossier) uncommitted() []domain.Record {
	switch {
	case d.stored:
		return d.records().Uncommitted(d.chain)
	case d.register == nil:
		return nil
	case d.register.user != nil:
		return d.register.user.Uncommitted(d.chain)
	}
	return d.register.settings.Uncommitted(d.chain) // none of another register
}

// checkRegister: role and access of the user, their consents, or the settings, are as the register
// commits to them.
func checkRegister(d *dossier) {
	if d.register == nil {
		return
	}
	var faults []domain.RecordFault
	switch {
	case d.register.user != nil:
		faults = d.register.user.Faults(d.chain)
	case d.id == domain.AdoptionRegister:
	case d.id == domain.SettingsRegister:
		faults = d.register.settings.Faults(d.register.inForce, d.chain)
	case !domain.UserErased(d.chain):
		faults = []domain.RecordFault{{Record: "user:" + string(d.id), Field: "row"}}
	}
	for _, f := range faults {
		d.fault(RuleCommitmentDiffers, f.Record+" "+f.Field, f.String())
	}
}
