package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PropertyStore checks a ports.PropertyStore except the methods that Queue checks. open
// returns an empty store.
func PropertyStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.PropertyID, domain.Property]{
		thing: "property",
		id:    func(p domain.Property) domain.PropertyID { return p.ID },
		make: func(c *cast) (first, second, bare domain.Property) {
			first, second = fill[domain.Property](c.filler(1)), fill[domain.Property](c.filler(2))
			bare = newDraft(c.owner, noon)
			first.ID, first.OwnerID = bare.ID, bare.OwnerID
			second.ID, second.OwnerID = first.ID, first.OwnerID
			second.Salt, second.CreatedAt = first.Salt, first.CreatedAt
			bare.Salt, bare.CreatedAt = first.Salt, first.CreatedAt
			return first, second, bare
		},
		fixed: []string{"ID", "OwnerID", "Salt", "CreatedAt"},
		add:   func(ctx context.Context, tx ports.Tx, p domain.Property) error { return tx.Properties.Add(ctx, p) },
		get: func(ctx context.Context, tx ports.Tx, id domain.PropertyID) (domain.Property, error) {
			return tx.Properties.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.PropertyID) (domain.Property, error) {
			return tx.Properties.Lock(ctx, id)
		},
		update: func(ctx context.Context, tx ports.Tx, p *domain.Property) error { return tx.Properties.Update(ctx, p) },
		remove: func(ctx context.Context, tx ports.Tx, id domain.PropertyID) error {
			return tx.Properties.Delete(ctx, id)
		},
		version: func(p *domain.Property) *int64 { return &p.Version },
		tally:   func(p *domain.Property, n int) int { p.Details.AreaSqFt += n; return p.Details.AreaSqFt },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"knows the pincodes of an owner":                           knowsPincodes,
		"lists an owner's, newest first":                           listsByOwner,
		"a reference names one property":                           referenceNamesOne,
		"an owner's open cases have different external references": reservesExternalRefs,
		"one of many racing cases gets an external reference":      oneGetsAnExternalRef,
		"counts by state":                                          countsByState,
		"lists what a valuer has":                                  listsHeld,
		"one of many racing claims wins":                           oneClaimWins,
		"a follow-up survives its answer":                          keepsFollowUps,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Properties.ByOwner(ctx, c.owner.ID, page)
				return err
			})
		},
	})
}

func knowsPincodes(t *testing.T, c *cast) {
	has := func(owner domain.UserID, pincode string) bool {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (bool, error) {
			return tx.Properties.HasPincode(ctx, owner, pincode)
		})
	}
	c.draft(c.owner, noon)
	c.keep(c.submitted(noon))
	require.True(t, has(c.owner.ID, "560001"))
	require.False(t, has(c.owner.ID, "560002"))
	require.False(t, has(c.owner.ID, ""), "no pincode is none")
	require.False(t, has(c.valuer.ID, "560001"))
}

func listsByOwner(t *testing.T, c *cast) {
	owner := c.user(domain.RoleCustomer, noon)
	byOwner := func(page domain.Page) domain.List[domain.Property] {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
			return tx.Properties.ByOwner(ctx, owner.ID, page)
		})
	}
	require.Empty(t, byOwner(domain.Page{Limit: 10}).Items)
	var mine []domain.Property
	for i := range 7 {
		p := fill[domain.Property](c.filler(i + 1))
		p.ID, p.OwnerID, p.CreatedAt = domain.PropertyID(newID()), owner.ID, noon.Add(time.Duration(i/3)*time.Hour)
		mine = append(mine, p)
	}
	for _, p := range shuffled(mine) {
		c.keep(p)
	}
	slices.SortFunc(mine, byTime(func(p domain.Property) time.Time { return p.CreatedAt }, propertyID))
	slices.Reverse(mine)
	paged(t, mine, byOwner)
}

func propertyID(p domain.Property) domain.PropertyID { return p.ID }

func referenceNamesOne(t *testing.T, c *cast) {
	taken := c.keep(c.submitted(noon)).Reference
	fails(t, c.uow, domain.KindConflict, "reference_taken", func(ctx context.Context, tx ports.Tx) error {
		p := c.property
		p.Reference = taken
		err := tx.Properties.Update(ctx, &p)
		assert.Equal(t, c.property.Version, p.Version, "a refused update leaves the version of its argument")
		return err
	})
	same(t, c.property, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.Get(ctx, c.property.ID)
	}))
}

func countsByState(t *testing.T, c *cast) {
	count := func() map[domain.State]int {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (map[domain.State]int, error) {
			return tx.Properties.CountByState(ctx)
		})
	}
	want := map[domain.State]int{domain.Draft: 2} // those of the cast
	for i, state := range domain.States {
		for range i {
			p := newDraft(c.owner, noon)
			if state != domain.Draft {
				p = c.inState(state, noon)
			}
			c.keep(p)
			want[state]++
		}
	}
	got := count()
	for _, state := range domain.States {
		assert.Equal(t, want[state], got[state], state)
	}
	isolated(t, count)
}

// oneClaimWins races valuers for one property, claiming it as the use case does.
func oneClaimWins(t *testing.T, c *cast) {
	target := c.keep(c.submitted(noon))
	valuers := make([]domain.User, racers)
	for i := range valuers {
		valuers[i] = c.user(domain.RoleValuer, noon)
	}
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Properties.Lock(ctx, target.ID)
			if err != nil {
				return err
			}
			if _, err := p.ClaimFor(valuers[i].Actor(), noon); err != nil {
				return err
			}
			return tx.Properties.Update(ctx, &p)
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
	after := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.Get(ctx, target.ID)
	})
	winner := slices.IndexFunc(errs, func(err error) bool { return err == nil })
	require.Equal(t, valuers[winner].ID, after.Claim.ValuerID)
	require.Equal(t, int64(1), after.Version)
}

func keepsFollowUps(t *testing.T, c *cast) {
	p := c.submitted(noon)
	for i := range 3 {
		p.FollowUps = append(p.FollowUps, fill[domain.FollowUp](c.filler(i+1)))
	}
	c.keep(p)
	p.FollowUps[1].Items = append(p.FollowUps[1].Items, fill[domain.FollowUpItem](c.filler(9)))
	p.FollowUps[2].Items = p.FollowUps[2].Items[:1]
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { v := p; return tx.Properties.Update(ctx, &v) })
	got := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Property, error) { return tx.Properties.Get(ctx, p.ID) })
	same(t, p.FollowUps, got.FollowUps)
}
