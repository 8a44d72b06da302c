package portstest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Committed checks that a ports.UnitOfWork passes its transactions through ports.Committed, and that
// what a store gives back is what was committed to. open returns an empty store.
func Committed(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"commits to a case":                  commitsToACase,
		"commits once to what is unchanged":  commitsOnce,
		"refuses what it does not commit to": refusesUncommitted,
		"commits to role and access":         commitsToUsers,
		"commits to consents":                commitsToConsents,
		"commits to settings":                commitsToSettings,
	})
}

// committing returns the names of the records to which the entry commits.
func committing(e domain.AuditEntry) []string {
	var names []string
	for _, f := range e.Facts {
		if name, ok := strings.CutPrefix(f.Name, "record."); ok {
			names = append(names, name)
		}
	}
	return names
}

// refusesUncommitted changes a property, with an entry for it and without.
func refusesUncommitted(t *testing.T, c *cast) {
	for _, recorded := range []bool{true, false} {
		err := ports.AllCommitted(c.uow).Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, c.property.ID)
			if err != nil {
				return err
			}
			p.ExternalRef += "x"
			if err := tx.Properties.Update(ctx, &p); err != nil || !recorded {
				return err
			}
			return c.record(ctx, tx, p)
		})
		if recorded {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "property:"+string(c.property.ID))
		}
	}
	require.Equal(t, "x", c.stored(c.property.ID).Property.ExternalRef, "what was left out is rolled back")
}

// record records a change of the property.
func (c *cast) record(ctx context.Context, tx ports.Tx, p domain.Property) error {
	change := domain.Change{Action: domain.ActionEdited, From: p.State, To: p.State, At: p.UpdatedAt}
	return tx.RecordChange(ctx, p, change, idsFunc(newID))
}

type idsFunc func() string

func (f idsFunc) New() string { return f() }

func (c *cast) stored(id domain.PropertyID) domain.CaseRecords {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.CaseRecords, error) {
		p, err := tx.Properties.Get(ctx, id)
		if err != nil {
			return domain.CaseRecords{}, err
		}
		return tx.CaseRecords(ctx, p)
	})
}

// commitsToACase writes a case in which every field has a value, and compares it with the chain.
func commitsToACase(t *testing.T, c *cast) {
	f := c.filler(1)
	property, photo, valuation := fill[domain.Property](f), fill[domain.Photo](f), fill[domain.Valuation](f)
	property.OwnerID = c.owner.ID
	photo.PropertyID, valuation.PropertyID = property.ID, property.ID
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, property); err != nil {
			return err
		}
		if err := tx.Photos.Add(ctx, photo); err != nil {
			return err
		}
		if err := tx.Valuations.Add(ctx, valuation); err != nil {
			return err
		}
		return c.record(ctx, tx, property)
	})
	chain := c.chain(property.ID)
	require.ElementsMatch(t, []string{"property:" + string(property.ID), "photo:" + string(photo.ID), "valuation:" + string(valuation.ID)}, committing(chain[0]))
	require.Empty(t, c.stored(property.ID).Faults(chain))
	require.Empty(t, c.stored(property.ID).Uncommitted(chain))

	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		v, err := tx.Valuations.Get(ctx, valuation.ID)
		if err != nil {
			return err
		}
		v.Amount++
		return tx.Valuations.Update(ctx, &v)
	})
	require.Equal(t, []domain.RecordFault{{Record: "valuation:" + string(valuation.ID), Field: "amount"}}, c.stored(property.ID).Faults(chain))
}

func commitsOnce(t *testing.T, c *cast) {
	write := func(change func(p *domain.Property)) []string {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, c.property.ID)
			if err != nil {
				return err
			}
			change(&p)
			if err := tx.Properties.Update(ctx, &p); err != nil {
				return err
			}
			if err := tx.Properties.Update(ctx, &p); err != nil {
				return err
			}
			return c.record(ctx, tx, p)
		})
		chain := c.chain(c.property.ID)
		return committing(chain[len(chain)-1])
	}
	require.Empty(t, write(func(*domain.Property) {}))
	require.Equal(t, []string{"property:" + string(c.property.ID)}, write(func(p *domain.Property) { p.Details.AreaSqFt = 77 }))
	require.Empty(t, write(func(*domain.Property) {}))
}

func commitsToUsers(t *testing.T, c *cast) {
	register := func() []domain.AuditEntry { return c.chain(domain.UserRegister(c.valuer.ID)) }
	require.Len(t, register(), 1)
	set := func(alter func(u *domain.User)) {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			u, err := tx.Users.Lock(ctx, c.valuer.ID)
			if err != nil {
				return err
			}
			alter(&u)
			return tx.Users.Update(ctx, &u)
		})
	}
	set(func(u *domain.User) { u.Name = "Asha" })
	require.Len(t, register(), 1, "the name is no access")
	set(func(u *domain.User) { u.Role = domain.RoleAdmin })
	set(func(u *domain.User) { u.Disabled = true })
	require.Len(t, register(), 3)
	require.True(t, domain.IsRegister(register()))
	user := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.Get(ctx, c.valuer.ID) })
	require.Empty(t, domain.UserRecords{User: user}.Faults(register()))
	user.Disabled = false
	require.Equal(t, []domain.RecordFault{{Record: "user:" + string(user.ID), Field: "disabled"}}, domain.UserRecords{User: user}.Faults(register()))
	require.Empty(t, c.chain(domain.UserRegister(c.owner.ID)), "a mere customer has none")
}

func commitsToConsents(t *testing.T, c *cast) {
	consent := fill[domain.Consent](c.filler(1))
	consent.UserID = c.owner.ID
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Consents.Add(ctx, consent) })
	records := domain.UserRecords{User: c.owner}
	records.Consents = read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Consent, error) {
		return tx.Consents.ByUser(ctx, c.owner.ID)
	})
	register := c.chain(domain.UserRegister(c.owner.ID))
	require.Empty(t, records.Faults(register))
	require.Empty(t, records.Uncommitted(register))
	require.Equal(t, []domain.RecordFault{{Record: "consent:" + string(consent.ID), Field: "row"}}, domain.UserRecords{User: c.owner}.Faults(register))
}

func commitsToSettings(t *testing.T, c *cast) {
	for amount := domain.Crore; amount < 3*domain.Crore; amount += domain.Crore {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			s, err := tx.Settings.Get(ctx)
			if err != nil {
				return err
			}
			s.SignOffAmount, s.UpdatedAt, s.UpdatedBy = amount, noon, c.supervisor.ID
			return tx.Settings.Update(ctx, &s)
		})
	}
	inForce := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) { return tx.Settings.Get(ctx) })
	history := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SettingsChange, error) {
		return tx.Settings.History(ctx, 100, 100)
	})
	records := domain.SettingsRecords{inForce}
	for _, h := range slices.Backward(history) {
		records = append(records, h.After)
	}
	register := c.chain(domain.SettingsRegister)
	require.Len(t, register, 2)
	require.Empty(t, records.Faults(inForce.Version, register))
	require.Empty(t, records.Uncommitted(register))
	records[0].SignOffAmount++
	require.Equal(t, []domain.RecordFault{{Record: "settings:2", Field: "sign_off_amount"}}, records.Faults(2, register))
	require.Equal(t, []domain.RecordFault{{Record: "settings:2", Field: "version"}, {Record: "settings:2", Field: "row"}},
		records[1:2].Faults(1, register), "the version before was put back")
}
