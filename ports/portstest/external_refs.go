package portstest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func reservesExternalRefs(t *testing.T, c *cast) {
	owner, other := c.user(domain.RoleCustomer, noon), c.user(domain.RoleCustomer, noon)
	reserve := func(by domain.User, ref string, except domain.PropertyID) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Properties.ReserveExternalRef(ctx, by.ID, ref, except)
		})
	}
	for _, state := range domain.States {
		p := newDraft(owner, noon)
		if state != domain.Draft {
			p = c.inState(state, noon)
			p.OwnerID = owner.ID
		}
		p.ExternalRef = "LOS-" + string(state)
		first := c.keep(p)
		require.NoError(t, reserve(owner, p.ExternalRef, first.ID), "its own, %s", state)
		require.NoError(t, reserve(other, p.ExternalRef, first.ID), "another owner's, %s", state)
		require.NoError(t, reserve(owner, p.ExternalRef+" ", newDraft(owner, noon).ID), "another reference, %s", state)
		err := reserve(owner, p.ExternalRef, newDraft(owner, noon).ID)
		if state.Decided() {
			require.NoError(t, err, state)
		} else {
			isError(t, err, domain.KindConflict, "external_ref_taken")
		}

		// Of an earlier release: each may change, but a third cannot get it.
		p = newDraft(owner, noon)
		p.ExternalRef = first.ExternalRef
		second := c.keep(p)
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			changed := second
			changed.Details.AreaSqFt++
			return tx.Properties.Update(ctx, &changed)
		})
		isError(t, reserve(owner, p.ExternalRef, newDraft(owner, noon).ID), domain.KindConflict, "external_ref_taken")
	}
	blank := c.keep(newDraft(owner, noon))
	require.Empty(t, blank.ExternalRef)
	require.NoError(t, reserve(owner, "", newDraft(owner, noon).ID), "no reference")
}

func oneGetsAnExternalRef(t *testing.T, c *cast) {
	owner := c.user(domain.RoleCustomer, noon)
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			p := newDraft(owner, noon)
			p.ExternalRef = "LOS-1"
			if err := tx.Properties.ReserveExternalRef(ctx, owner.ID, p.ExternalRef, p.ID); err != nil {
				return err
			}
			return tx.Properties.Add(ctx, p)
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
}
