package postgres_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// TestTheReleaseBeforeKnowsNoAddresses runs that release's own statements on this one's schema, as
// it does while a deployment is under way or was taken back.
func TestTheReleaseBeforeKnowsNoAddresses(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store, database := open(t, url, postgres.Options{MaxConns: 2}), owner(t, url)
	id := newID()
	_, err := database.Exec(t.Context(), `
		INSERT INTO users (id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version)
		VALUES ($1, '+919812345678', 'Sunita Sharma', 'SUPERVISOR', 'en', false, '', false, 0, now(), now(), 1)
		ON CONFLICT (phone) DO NOTHING`, id)
	require.NoError(t, err)
	change := func(f func(*domain.User)) domain.User {
		t.Helper()
		user, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
			user, err := tx.Users.Lock(ctx, domain.UserID(id))
			if err != nil {
				return user, err
			}
			f(&user)
			return user, tx.Users.Update(ctx, &user)
		})
		require.NoError(t, err)
		return user
	}
	require.Empty(t, change(func(*domain.User) {}).Email)
	written := change(func(u *domain.User) { u.Email = "sunita@bank.example.in" })
	tag, err := database.Exec(t.Context(), `
		UPDATE users
		SET id = $1, phone = '+919812345678', name = 'Sunita S.', role = 'SUPERVISOR', language = 'en', disabled = false, totp_secret = '',
			totp_confirmed = false, totp_last_step = 0, created_at = now(), updated_at = now(), version = version + 1
		WHERE id = $1 AND version = $2`, id, written.Version)
	require.NoError(t, err)
	require.EqualValues(t, 1, tag.RowsAffected())
	after := change(func(*domain.User) {})
	require.Equal(t, "Sunita S.", after.Name)
	require.Equal(t, domain.Email("sunita@bank.example.in"), after.Email, "it leaves what it does not know")
}
