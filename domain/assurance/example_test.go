package assurance_test

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// A case was moved to another state behind the back of the domain: its history does not say so.
func Example() {
	m, ctx := memory.ForTest(), context.Background()
	owner := domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	property, created, _ := domain.NewProperty("p", owner, domain.House, "", domain.DetailsChange{}, "salt", m.Clock.Now())
	_ = m.Store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property.State, property.DecidedAt = domain.Withdrawn, m.Clock.Now()
		_ = tx.Properties.Add(ctx, property)
		return tx.RecordChange(ctx, property, created, m.IDs)
	})

	check := assurance.CheckInvariants{UnitOfWork: m.Store, Blobs: m.Blobs, Clock: m.Clock}
	tally, _ := check.Execute(ctx, assurance.CheckInvariantsInput{Found: func(f assurance.Finding) {
		fmt.Println(f.Rule, f.PropertyID, f.Note)
	}})
	fmt.Println(tally.Properties, "property,", tally.Faults, "fault")

	// Output:
	// STATE_DIFFERS p is WITHDRAWN, its history ends in DRAFT
	// 1 property, 1 fault
}
