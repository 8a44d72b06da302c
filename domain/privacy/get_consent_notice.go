package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// GetConsentNotice shows the notice that an owner must agree to before anything is taken in.
type GetConsentNotice struct {
	Grievance domain.GrievanceContact // of this installation
}

// GetConsentNoticeInput selects language and version.
type GetConsentNoticeInput struct {
	Actor    domain.Actor
	Language domain.Language // English is used if there is no such translation
	Version  string          // empty for the notice in force
}

// Execute returns the notice, also one that is no longer in force, with the contact of today. Errors:
// KindNotFound "notice_not_found".
func (uc GetConsentNotice) Execute(_ context.Context, in GetConsentNoticeInput) (domain.ConsentNotice, error) {
	notice, err := domain.NoticeOf(in.Version, in.Language)
	if err != nil {
		return domain.ConsentNotice{}, err
	}
	notice.Grievance = uc.Grievance
	return notice, nil
}
