package identity_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// staffInTheClear adds n members of staff as the release before stored them, and returns their ids.
func staffInTheClear(h *house, n int) []domain.UserID {
	h.t.Helper()
	ids := make([]domain.UserID, n)
	require.NoError(h.t, h.Store.Do(h.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i := range ids {
			ids[i] = domain.UserID(fmt.Sprintf("staff-%03d", i))
			user, err := domain.NewStaff(ids[i], domain.Phone(fmt.Sprintf("+91990001%04d", i)), "Staff", domain.RoleValuer, h.Clock.Now())
			if err != nil {
				return err
			}
			user.TOTP = domain.TOTP{Secret: secret, Confirmed: true}
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
		}
		return nil
	}))
	return ids
}

func (h *house) stored(id domain.UserID) domain.User {
	h.t.Helper()
	user, err := ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, id)
	})
	require.NoError(h.t, err)
	return user
}

func TestSealSecretsSealsWhatTheReleaseBeforeStored(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ids := staffInTheClear(h, 205) // more than two pages
	seal := identity.SealSecrets{UnitOfWork: h.Store, SecretBox: h.SecretBox}
	require.NoError(t, seal.Execute(t.Context(), ""))
	texts := make(map[string]bool)
	for _, id := range ids {
		user := h.stored(id)
		require.NotContains(t, user.TOTP.Secret, secret)
		require.False(t, texts[user.TOTP.Secret])
		texts[user.TOTP.Secret] = true
		opened, err := h.SecretBox.Open(user.TOTP.Secret, string(id))
		require.NoError(t, err)
		require.Equal(t, secret, opened)
	}
	before := h.stored(ids[0])
	require.NoError(t, seal.Execute(t.Context(), ""))
	assert.Equal(t, before, h.stored(ids[0]), "what is sealed is left alone")
}

func TestSealSecretsRotatesKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.join()
	h.change(vikram, func(u *domain.User) { u.TOTP.Next = secret })
	rotated := memory.NewSecretBox(h.Entropy, "the new key", "a key for tests only")
	require.NoError(t, identity.SealSecrets{UnitOfWork: h.Store, SecretBox: rotated}.Execute(t.Context(), ""))
	user := h.user(vikram)
	for _, text := range []string{user.TOTP.Secret, user.TOTP.Next} {
		assert.True(t, rotated.Current(text))
		_, err := memory.NewSecretBox(h.Entropy, "the new key").Open(text, string(user.ID))
		require.NoError(t, err, "the old key can go")
	}
}

func TestSealSecretsWaitsForTheReleaseBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := staffInTheClear(h, 1)[0]
	older, down := true, errors.New("down")
	seal := identity.SealSecrets{UnitOfWork: h.Store, SecretBox: h.SecretBox, Older: func(context.Context) (bool, error) { return older, down }}
	require.ErrorIs(t, seal.Execute(t.Context(), ""), down)
	down = nil
	require.NoError(t, seal.Execute(t.Context(), ""))
	assert.Equal(t, secret, h.stored(id).TOTP.Secret, "its processes must go on reading it")
	older = false
	require.NoError(t, seal.Execute(t.Context(), ""))
	assert.True(t, h.SecretBox.Current(h.stored(id).TOTP.Secret))
}

func TestSealSecretsReportsWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ids := staffInTheClear(h, 3)
	lost := memory.NewSecretBox(h.Entropy, "a key that is lost")
	require.NoError(t, identity.SealSecrets{UnitOfWork: h.Store, SecretBox: lost}.Execute(t.Context(), ""))
	require.NoError(t, h.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, ids[2])
		user.TOTP.Secret = secret
		return errors.Join(err, tx.Users.Update(ctx, &user))
	}))
	err := identity.SealSecrets{UnitOfWork: h.Store, SecretBox: h.SecretBox}.Execute(t.Context(), "")
	assert.Equal(t, "secret_key_unavailable", domain.CodeOf(err))
	assert.True(t, h.SecretBox.Current(h.stored(ids[2]).TOTP.Secret), "the others are sealed")
	assert.True(t, lost.Current(h.stored(ids[0]).TOTP.Secret))
}

func TestASecretThatCannotBeOpenedKeepsNoOtherInTheClear(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := staffInTheClear(h, 1)[0]
	lost, err := memory.NewSecretBox(h.Entropy, "a key that is lost").Seal(secret, string(id))
	require.NoError(t, err)
	for _, c := range []struct{ broken, sealed func(*domain.TOTP) *string }{
		{func(f *domain.TOTP) *string { return &f.Next }, func(f *domain.TOTP) *string { return &f.Secret }},
		{func(f *domain.TOTP) *string { return &f.Secret }, func(f *domain.TOTP) *string { return &f.Next }},
	} {
		require.NoError(t, h.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			user, err := tx.Users.Lock(ctx, id)
			*c.broken(&user.TOTP), *c.sealed(&user.TOTP) = lost, secret
			return errors.Join(err, tx.Users.Update(ctx, &user))
		}))
		err := identity.SealSecrets{UnitOfWork: h.Store, SecretBox: h.SecretBox}.Execute(t.Context(), "")
		assert.Equal(t, "secret_key_unavailable", domain.CodeOf(err))
		factor := h.stored(id).TOTP
		assert.Equal(t, lost, *c.broken(&factor))
		assert.True(t, h.SecretBox.Current(*c.sealed(&factor)))
	}
}

func TestSealSecretsFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		ids := staffInTheClear(h, 2)
		seal := identity.SealSecrets{UnitOfWork: h.Store, SecretBox: h.SecretBox}
		return func() error { return seal.Execute(t.Context(), "") }, func() {
			require.NoError(t, seal.Execute(t.Context(), ""))
			for _, id := range ids {
				assert.True(t, h.SecretBox.Current(h.stored(id).TOTP.Secret))
			}
		}
	})
}
