package portstest

import (
	"testing"

	"github.com/propflow/propflow/ports"
)

// Stores runs the suite of every port of ports.Tx except Jobs and Events, whose effects are
// visible only outside the transaction (JobRunner, EventFeed). open returns an empty store.
func Stores(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	for _, suite := range []struct {
		name string
		run  func(t *testing.T, open func(t *testing.T) ports.UnitOfWork)
	}{
		{"UserStore", UserStore},
		{"ProposalStore", ProposalStore},
		{"ConsentStore", ConsentStore},
		{"PropertyStore", PropertyStore},
		{"Queue", Queue},
		{"LinkStore", LinkStore},
		{"ChallengeStore", ChallengeStore},
		{"PhotoStore", PhotoStore},
		{"ComparableStore", ComparableStore},
		{"ValuationStore", ValuationStore},
		{"NotificationStore", NotificationStore},
		{"StepStore", StepStore},
		{"SettingsStore", SettingsStore},
		{"AuditLog", AuditLog},
		{"Idempotency", Idempotency},
		{"Inventory", Inventory},
		{"AuditChains", AuditChains},
		{"Retention", Retention},
		{"SecurityLog", SecurityLog},
		{"SecurityChain", SecurityChain},
		{"PrivacyRequestStore", PrivacyRequestStore},
		{"LegalHoldStore", LegalHoldStore},
		{"ErasureStore", ErasureStore},
		{"ExportStore", ExportStore},
		{"CustomerUseStore", CustomerUseStore},
	} {
		t.Run(suite.name, func(t *testing.T) {
			t.Parallel()
			suite.run(t, open)
		})
	}
}

// parts runs the checks of a suite, each with a store and a cast of its own.
func parts(t *testing.T, open func(t *testing.T) ports.UnitOfWork, checks map[string]func(t *testing.T, c *cast)) {
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, populate(t, open(t)))
		})
	}
}
