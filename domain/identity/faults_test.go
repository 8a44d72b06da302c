package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func TestAPlaceInTheHistoryOfSettingsIsAVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	list := func(key string) (domain.List[domain.SettingsChange], error) {
		return identity.ListSettingsChanges{UnitOfWork: h.Store}.Execute(t.Context(), identity.ListSettingsChangesInput{
			Actor: admin, Page: domain.Page{Limit: 1, Cursor: domain.Cursor{Key: key}},
		})
	}
	_, err := list("yesterday")
	assertCode(t, err, domain.KindInvalid, "invalid_input")
	_, err = list("1")
	require.NoError(t, err)
}

// TestOwnAccessFailsWithItsPorts has each call of a port fail in turn in what people do to their own access.
// It can be repeated after a failure.
func TestOwnAccessFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(h *house) func() error{
		"logoutEverywhere": func(h *house) func() error {
			out := h.login(asha)
			return func() error {
				return identity.LogoutEverywhere{UnitOfWork: h.Store, Clock: h.Clock}.Execute(h.t.Context(), identity.LogoutEverywhereInput{Actor: out.User.Actor()})
			}
		},
		"listSettingsChanges": func(h *house) func() error {
			return func() error {
				_, err := identity.ListSettingsChanges{UnitOfWork: h.Store}.Execute(h.t.Context(), identity.ListSettingsChangesInput{Actor: admin, Page: domain.Page{Limit: 1}})
				return err
			}
		},
		"sessions end": func(h *house) func() error {
			h.login(asha)
			return func() error {
				_, err := identity.EndSessions{UnitOfWork: h.Store, Clock: h.Clock, PhoneNumbers: h.PhoneNumbers}.Execute(h.t.Context(), identity.EndSessionsInput{Phone: string(asha)})
				return err
			}
		},
		"sessions end --everybody": func(h *house) func() error {
			h.login(asha)
			return func() error {
				_, err := identity.EndSessions{UnitOfWork: h.Store, Clock: h.Clock, PhoneNumbers: h.PhoneNumbers}.Execute(h.t.Context(), identity.EndSessionsInput{})
				return err
			}
		},
		"replaceTotp": func(h *house) func() error {
			h.hire(domain.RoleSupervisor)
			who := h.user(vikram).Actor()
			return func() error {
				_, err := identity.ReplaceTotp{UnitOfWork: h.Store, SecondFactors: h.SecondFactors, SecretBox: h.SecretBox}.Execute(h.t.Context(), identity.ReplaceTotpInput{Actor: who})
				return err
			}
		},
		"createRecoveryCodes": func(h *house) func() error {
			h.hire(domain.RoleSupervisor)
			who := h.user(vikram).Actor()
			return func() error {
				_, err := identity.CreateRecoveryCodes{UnitOfWork: h.Store, Clock: h.Clock, Entropy: h.Entropy, SecretBox: h.SecretBox}.Execute(h.t.Context(),
					identity.CreateRecoveryCodesInput{Actor: who})
				return err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyFault(t, func(h *house) (func() error, func()) {
				call := prepare(h)
				return call, func() { require.NoError(t, call(), "it can be repeated") }
			})
		})
	}
}
