package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func TestGetMeKeepsTheSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	staff := h.hire(domain.RoleValuer)
	uc := identity.GetMe{UnitOfWork: h.Store}
	me, err := uc.Execute(t.Context(), identity.GetMeInput{Actor: staff.Actor()})
	require.NoError(t, err)
	assert.Empty(t, me.TOTP.Secret)
	staff.TOTP.Secret = ""
	assert.Equal(t, staff, me)
	_, err = uc.Execute(t.Context(), identity.GetMeInput{Actor: domain.Actor{ID: "nobody"}})
	assertCode(t, err, domain.KindNotFound, "user_not_found")
}

func TestUpdateMe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleValuer)
	uc := identity.UpdateMe{UnitOfWork: h.Store, Clock: h.Clock}
	customer := h.login(asha).User
	h.Clock.Advance(time.Minute)
	changed, err := uc.Execute(t.Context(), identity.UpdateMeInput{Actor: customer.Actor(), Name: ptr("Asha Rao")})
	require.NoError(t, err)
	assert.Equal(t, h.user(asha), changed)
	assert.Equal(t, "Asha Rao", changed.Name)
	assert.Equal(t, domain.English, changed.Language, "what is not named stays")
	assert.Equal(t, h.Clock.Now(), changed.UpdatedAt)

	staff, err := uc.Execute(t.Context(), identity.UpdateMeInput{Actor: h.user(vikram).Actor(), Language: ptr(domain.Hindi)})
	require.NoError(t, err)
	assert.Equal(t, domain.Hindi, staff.Language)
	assert.Empty(t, staff.TOTP.Secret)
	assert.Equal(t, secret, h.opened(), "but it is kept")

	_, err = uc.Execute(t.Context(), identity.UpdateMeInput{Actor: staff.Actor(), Name: ptr("Mallory")})
	assertCode(t, err, domain.KindForbidden, "name_set_by_admin")
	assert.Equal(t, "Vikram Singh", h.user(vikram).Name)

	for _, in := range []identity.UpdateMeInput{
		{Actor: customer.Actor(), Name: ptr("")},
		{Actor: customer.Actor(), Language: ptr(domain.Language("fr"))},
	} {
		_, err = uc.Execute(t.Context(), in)
		assert.True(t, domain.IsKind(err, domain.KindInvalid))
	}
	_, err = uc.Execute(t.Context(), identity.UpdateMeInput{Actor: domain.Actor{ID: "nobody"}, Name: ptr("Nobody")})
	assertCode(t, err, domain.KindNotFound, "user_not_found")
	h.change(asha, disable)
	_, err = uc.Execute(t.Context(), identity.UpdateMeInput{Actor: customer.Actor(), Name: ptr("Asha")})
	assertCode(t, err, domain.KindForbidden, "user_disabled")
	assert.Equal(t, "Asha Rao", h.user(asha).Name)
}

func TestUpdateMeFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		customer := h.login(asha).User
		return func() error {
			_, err := identity.UpdateMe{UnitOfWork: h.Store, Clock: h.Clock}.Execute(t.Context(), identity.UpdateMeInput{
				Actor: customer.Actor(), Name: ptr("Asha Rao"),
			})
			return err
		}, func() { assert.Equal(t, customer, h.user(asha)) }
	})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	get, update := identity.GetSettings{UnitOfWork: h.Store}, identity.UpdateSettings{UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, OneAdmin: true}
	before, err := get.Execute(t.Context(), identity.GetSettingsInput{Actor: admin})
	require.NoError(t, err)
	assert.Equal(t, domain.DefaultSettings(), before)

	wanted := before
	wanted.MinConfidence, wanted.SignOffAmount = 60, 20*domain.Crore
	wanted.UpdatedBy, wanted.UpdatedAt, wanted.Version = "somebody else", time.Time{}, 99 // not the client's to say
	after, err := update.Execute(t.Context(), identity.UpdateSettingsInput{Actor: admin, Version: before.Version, Settings: wanted})
	require.NoError(t, err)
	assert.Equal(t, 60, after.MinConfidence)
	assert.Equal(t, 20*domain.Crore, after.SignOffAmount)
	assert.Equal(t, admin.ID, after.UpdatedBy)
	assert.Equal(t, h.Clock.Now(), after.UpdatedAt)
	assert.Equal(t, before.Version+1, after.Version)

	_, err = update.Execute(t.Context(), identity.UpdateSettingsInput{Actor: admin, Version: before.Version, Settings: wanted})
	assert.True(t, domain.IsKind(err, domain.KindStale))
	wanted.MinConfidence = 101
	_, err = update.Execute(t.Context(), identity.UpdateSettingsInput{Actor: admin, Version: after.Version, Settings: wanted})
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
	now, err := get.Execute(t.Context(), identity.GetSettingsInput{Actor: admin})
	require.NoError(t, err)
	assert.Equal(t, after.Settings, now)
}

func TestUpdateSettingsFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		wanted := domain.DefaultSettings()
		wanted.MinConfidence = 60
		return func() error {
				_, err := identity.UpdateSettings{UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, OneAdmin: true}.Execute(t.Context(), identity.UpdateSettingsInput{Actor: admin, Settings: wanted})
				return err
			}, func() {
				now, err := identity.GetSettings{UnitOfWork: h.Store}.Execute(t.Context(), identity.GetSettingsInput{Actor: admin})
				require.NoError(t, err)
				assert.Equal(t, domain.DefaultSettings(), now)
			}
	})
}
