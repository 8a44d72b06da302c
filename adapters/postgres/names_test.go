package postgres_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Valuations of releases that kept no names have those that their users had before they were
// renamed, whichever release renamed them.
func TestValuationsWithoutNamesHaveThoseBefore(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store, database := open(t, url, postgres.Options{MaxConns: 2}), owner(t, url)
	property, valuer := seed(t, store)
	signer := newUser(domain.RoleSupervisor)
	signer.Name = "Sunita Sharma"
	v := domain.Valuation{
		ID: domain.ValuationID(newID()), PropertyID: property.ID, Number: 1, ValuerID: valuer.ID, ValuerName: "Vikram Nair", Amount: 1,
		Methodology: domain.CostApproach, Status: domain.ValuationApproved, CreatedAt: noon, SignOff: &domain.SignOff{By: signer.ID, Name: "Sunita S.", At: noon},
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, signer); err != nil {
			return err
		}
		return tx.Valuations.Add(ctx, v)
	}))
	names := func() (string, string) {
		got, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) (domain.Valuation, error) { return tx.Valuations.Get(ctx, v.ID) })
		require.NoError(t, err)
		all, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) ([]domain.Valuation, error) {
			return tx.Valuations.ByProperty(ctx, property.ID)
		})
		require.NoError(t, err)
		assert.Equal(t, got, all[0])
		return got.ValuerName, got.SignOff.Name
	}
	expect := func(wantValuer, wantSigner string) {
		t.Helper()
		gotValuer, gotSigner := names()
		assert.Equal(t, []string{wantValuer, wantSigner}, []string{gotValuer, gotSigner})
	}
	run := func(statement string, args ...any) {
		t.Helper()
		_, err := database.Exec(t.Context(), statement, args...)
		require.NoError(t, err)
	}
	run("UPDATE users SET name = 'V. Nair' WHERE id = $1", valuer.ID)
	expect("Vikram Nair", "Sunita S.")

	run("UPDATE valuations SET valuer_name = NULL, sign_off_name = NULL")
	expect("V. Nair", "Sunita Sharma")
	run("UPDATE users SET language = 'hi', name = name")
	run("UPDATE users SET name = 'Mallory' WHERE id = ANY($1)", []string{string(valuer.ID), string(signer.ID)})
	run("UPDATE users SET name = 'Mallory the second' WHERE id = ANY($1)", []string{string(valuer.ID), string(signer.ID)})
	expect("V. Nair", "Sunita Sharma")
}
