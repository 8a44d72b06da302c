package privacy_test

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
)

// An owner reads the notice and agrees to it.
func ExampleRecordConsent() {
	ctx, m := context.Background(), memory.ForTest()
	owner := domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	notice, err := privacy.GetConsentNotice{}.Execute(ctx, privacy.GetConsentNoticeInput{Actor: owner, Language: domain.Hindi})
	if err != nil {
		fmt.Println(err)
		return
	}
	consent, err := privacy.RecordConsent{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs}.Execute(ctx, privacy.RecordConsentInput{
		Actor: owner, Version: notice.Version, Language: notice.Language,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(consent.Language, consent.Processors)

	// Output:
	// hi [SMS IMAGE_ANALYSIS]
}
