package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// GetConsentNotice shows the notice that an owner must agree to before a submission.
type GetConsentNotice struct{}

// GetConsentNoticeInput selects the language.
type GetConsentNoticeInput struct {
	Actor    domain.Actor
	Language domain.Language // English is used if there is no such translation
}

// Execute returns the notice in force. It returns no error.
func (GetConsentNotice) Execute(_ context.Context, in GetConsentNoticeInput) (domain.ConsentNotice, error) {
	return domain.CurrentNotice(in.Language), nil
}
