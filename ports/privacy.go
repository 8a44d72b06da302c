package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// PrivacyRequestFilter restricts a list of requests. Fields with zero values are ignored.
type PrivacyRequestFilter struct {
	UserID domain.UserID
	Kind   domain.PrivacyRequestKind
	State  domain.PrivacyRequestState
}

// PrivacyRequestStore keeps what people ask about their data.
type PrivacyRequestStore interface {
	// Add stores a new request.
	Add(ctx context.Context, request domain.PrivacyRequest) error
	// Get returns a request. Errors: KindNotFound "privacy_request_not_found".
	Get(ctx context.Context, id domain.PrivacyRequestID) (domain.PrivacyRequest, error)
	// Lock returns a request for change. Errors: as Get.
	Lock(ctx context.Context, id domain.PrivacyRequestID) (domain.PrivacyRequest, error)
	// Update stores a changed request. Errors: KindStale, KindNotFound "privacy_request_not_found".
	Update(ctx context.Context, request *domain.PrivacyRequest) error
	// List lists the requests that match the filter. Those due first come first.
	List(ctx context.Context, filter PrivacyRequestFilter, page domain.Page) (domain.List[domain.PrivacyRequest], error)
	// CountOpen counts a person's open requests.
	CountOpen(ctx context.Context, user domain.UserID) (int, error)
	// Silence removes the words of a person, and those of the answers to the person, from all their
	// requests.
	Silence(ctx context.Context, user domain.UserID) error
}

// LegalHoldFilter restricts a list of holds. Fields with zero values are ignored.
type LegalHoldFilter struct {
	PropertyID domain.PropertyID
	UserID     domain.UserID
	InForce    bool // without those that were lifted
}

// LegalHoldStore keeps orders to keep data.
type LegalHoldStore interface {
	// Add stores a new hold.
	Add(ctx context.Context, hold domain.LegalHold) error
	// Get returns a hold. Errors: KindNotFound "hold_not_found".
	Get(ctx context.Context, id domain.LegalHoldID) (domain.LegalHold, error)
	// Lock returns a hold for change. Errors: as Get.
	Lock(ctx context.Context, id domain.LegalHoldID) (domain.LegalHold, error)
	// Update stores a changed hold. Errors: KindStale, KindNotFound "hold_not_found".
	Update(ctx context.Context, hold *domain.LegalHold) error
	// List lists the holds that match the filter, newest first.
	List(ctx context.Context, filter LegalHoldFilter, page domain.Page) (domain.List[domain.LegalHold], error)
	// Covers reports whether a hold in force covers the case or the person, of whom one may be
	// empty.
	Covers(ctx context.Context, property domain.PropertyID, user domain.UserID) (bool, error)
}

// ErasureStore keeps the people who asked for erasure.
type ErasureStore interface {
	// Add stores that a person asked. Errors: KindConflict "erasure_requested" if they did before.
	Add(ctx context.Context, erasure domain.Erasure) error
	// Get returns the erasure of a person. Errors: KindNotFound "user_not_found".
	Get(ctx context.Context, user domain.UserID) (domain.Erasure, error)
	// Lock returns it for change. Errors: as Get.
	Lock(ctx context.Context, user domain.UserID) (domain.Erasure, error)
	// Update stores a changed erasure. Errors: KindStale, KindNotFound "user_not_found".
	Update(ctx context.Context, erasure *domain.Erasure) error
	// Ready lists at most limit people with ids greater than after whose erasure is not finished
	// although they have no case left and no hold covers them, in order of their ids.
	Ready(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error)
}

// ExportStore keeps what is known of the copies made for people.
type ExportStore interface {
	// Add stores a new export.
	Add(ctx context.Context, export domain.Export) error
	// Get returns an export. Errors: KindNotFound "export_not_found".
	Get(ctx context.Context, id domain.ExportID) (domain.Export, error)
	// Lock returns an export for change. Errors: as Get.
	Lock(ctx context.Context, id domain.ExportID) (domain.Export, error)
	// Update stores a changed export. Errors: KindStale, KindNotFound "export_not_found".
	Update(ctx context.Context, export *domain.Export) error
	// Delete removes an export. Errors: KindNotFound "export_not_found".
	Delete(ctx context.Context, id domain.ExportID) error
	// ByUser lists a person's exports, newest first.
	ByUser(ctx context.Context, user domain.UserID) ([]domain.Export, error)
}
