package review_test

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
)

// Two valuers want the same property: the first one gets it.
func Example() {
	m := memory.ForTest()
	property := domain.Property{
		ID: "0190a7c2-0000-7000-8000-000000000001", OwnerID: "owner", State: domain.Submitted, SubmittedAt: m.Clock.Now(),
	}
	err := m.Store.Do(context.Background(), func(ctx context.Context, tx ports.Tx) error {
		for i, name := range []domain.UserID{"Asha", "Ravi"} {
			phone := domain.Phone(fmt.Sprintf("+91990000000%d", i))
			if err := tx.Users.Add(ctx, domain.User{ID: name, Phone: phone, Role: domain.RoleValuer}); err != nil {
				return err
			}
		}
		return tx.Properties.Add(ctx, property)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	claim := review.ClaimProperty{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs}
	for _, name := range []domain.UserID{"Asha", "Ravi"} {
		claimed, err := claim.Execute(context.Background(), review.ClaimPropertyInput{
			Actor: domain.Actor{ID: name, Role: domain.RoleValuer}, PropertyID: property.ID,
		})
		if err != nil {
			fmt.Println(name, "is told", domain.CodeOf(err))
			continue
		}
		fmt.Println(name, "has it", claimed.State)
	}
	// Output:
	// Asha has it UNDER_REVIEW
	// Ravi is told already_claimed
}
