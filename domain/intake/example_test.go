package intake_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

// A submission that is refused names everything that the draft still needs.
func Example() {
	ctx, m := context.Background(), memory.ForTest()
	owner := domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	create := intake.CreateProperty{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy}
	agree := func(ctx context.Context, tx ports.Tx) error {
		consent, err := domain.GiveConsent("c-1", owner.ID, domain.ConsentVersion, domain.Hindi, nil, m.Clock.Now())
		if err != nil {
			return err
		}
		return tx.Consents.Add(ctx, consent)
	}
	if err := m.Store.Do(ctx, agree); err != nil {
		fmt.Println(err)
		return
	}
	area := 2400
	draft, err := create.Execute(ctx, intake.CreatePropertyInput{
		Actor: owner, Type: domain.Land, Details: domain.DetailsChange{AreaSqFt: &area},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(draft.State)

	submit := intake.SubmitProperty{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy}
	_, err = submit.Execute(ctx, intake.SubmitPropertyInput{Actor: owner, PropertyID: draft.ID})
	var refused *domain.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Code)
		for _, missing := range refused.Fields {
			fmt.Println("-", missing.Message)
		}
	}
	// Output:
	// DRAFT
	// submission_incomplete
	// - Give the address: line, city, state and a 6-digit pincode.
	// - Set the property's place on the map, standing at the property.
	// - At least one FRONT photo that counts is needed.
	// - At least one SIDE photo that counts is needed.
}
