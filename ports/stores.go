package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// All stores hold copies: changing a value that a store returned changes nothing in it.
// Update compares the Version of what it is given with the stored one, returns KindStale
// where they differ, and otherwise stores it with the Version raised by one, in the
// argument too. Lock is Get that also keeps others from changing the thing until the
// transaction ends. Every method may return KindUnavailable.

// UserStore keeps people.
type UserStore interface {
	// Add stores a new user. Errors: KindConflict "phone_taken".
	Add(ctx context.Context, user domain.User) error
	// Get returns a user. Errors: KindNotFound "user_not_found".
	Get(ctx context.Context, id domain.UserID) (domain.User, error)
	// Lock returns a user for change. Errors: as Get.
	Lock(ctx context.Context, id domain.UserID) (domain.User, error)
	// ByPhone returns the owner of a number. Errors: KindNotFound "user_not_found".
	ByPhone(ctx context.Context, phone domain.Phone) (domain.User, error)
	// Update stores a changed user. Errors: KindStale, KindNotFound "user_not_found".
	Update(ctx context.Context, user *domain.User) error
	// Staff lists the lender's staff, oldest first.
	Staff(ctx context.Context, page domain.Page) (domain.List[domain.User], error)
}

// ConsentStore keeps consents, which are never changed.
type ConsentStore interface {
	// Add stores a consent.
	Add(ctx context.Context, consent domain.Consent) error
	// ByUser lists a user's consents, newest first.
	ByUser(ctx context.Context, user domain.UserID) ([]domain.Consent, error)
}

// Sweep names a set of properties that a periodic job works through.
type Sweep string

// The sweeps. Each holds at least every property that is due, and may hold others: the
// domain decides again under lock.
const (
	SweepIdleClaims      Sweep = "idle_claims"
	SweepFollowUpExpiry  Sweep = "follow_up_expiry"
	SweepFollowUpRemind  Sweep = "follow_up_reminder"
	SweepSLA             Sweep = "sla"
	SweepAbandonedDrafts Sweep = "abandoned_drafts"
)

// Sweeps lists every Sweep.
var Sweeps = []Sweep{SweepIdleClaims, SweepFollowUpExpiry, SweepFollowUpRemind, SweepSLA, SweepAbandonedDrafts}

// PropertyStore keeps properties.
type PropertyStore interface {
	// Add stores a new property.
	Add(ctx context.Context, property domain.Property) error
	// Get returns a property. Errors: KindNotFound "property_not_found".
	Get(ctx context.Context, id domain.PropertyID) (domain.Property, error)
	// Lock returns a property for change. Errors: as Get.
	Lock(ctx context.Context, id domain.PropertyID) (domain.Property, error)
	// Update stores a changed property. Errors: KindStale, KindNotFound
	// "property_not_found", KindConflict "reference_taken".
	Update(ctx context.Context, property *domain.Property) error
	// Delete removes a draft. Errors: KindNotFound "property_not_found".
	Delete(ctx context.Context, id domain.PropertyID) error
	// ByOwner lists an owner's properties, newest first.
	ByOwner(ctx context.Context, owner domain.UserID, page domain.Page) (domain.List[domain.Property], error)
	// Queue lists what the filter lets through, in the filter's order.
	Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error)
	// LockNext locks and returns the SUBMITTED property that the valuer should review next:
	// first those reserved for them, then by due time; never one reserved for another,
	// their own, or one that another transaction holds. Errors: KindNotFound
	// "property_not_found" where there is none.
	LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error)
	// Due lists at most limit properties of the sweep, oldest first.
	Due(ctx context.Context, sweep Sweep, now time.Time, limit int) ([]domain.PropertyID, error)
	// CountByState counts the properties in each state.
	CountByState(ctx context.Context) (map[domain.State]int, error)
}

// ChallengeStore keeps capture challenges.
type ChallengeStore interface {
	// Add stores a new challenge.
	Add(ctx context.Context, challenge domain.Challenge) error
	// Lock returns a challenge for change. Errors: KindNotFound "challenge_not_found".
	Lock(ctx context.Context, id domain.ChallengeID) (domain.Challenge, error)
	// MarkUsed stores when the challenge was used, once. Errors: KindNotFound
	// "challenge_not_found", KindConflict "challenge_replayed".
	MarkUsed(ctx context.Context, id domain.ChallengeID, at time.Time) error
}

// PhotoStore keeps photos.
type PhotoStore interface {
	// Add stores a new photo.
	Add(ctx context.Context, photo domain.Photo) error
	// Get returns a photo. Errors: KindNotFound "photo_not_found".
	Get(ctx context.Context, id domain.PhotoID) (domain.Photo, error)
	// Lock returns a photo for change. Errors: as Get.
	Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error)
	// Update stores a changed photo. Errors: KindStale, KindNotFound "photo_not_found".
	Update(ctx context.Context, photo *domain.Photo) error
	// Delete removes a photo. Errors: KindNotFound "photo_not_found".
	Delete(ctx context.Context, id domain.PhotoID) error
	// ByProperty lists a property's photos, oldest first.
	ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Photo, error)
	// SameBytes lists the other properties that hold a photo whose measured SHA-256 is this
	// one, each once, in order of their ids.
	SameBytes(ctx context.Context, sha256 string, except domain.PropertyID) ([]domain.PropertyID, error)
	// Similar lists the photos of other properties whose recognisable facts hold a
	// perceptual hash within domain.PictureHashDistance bits of that of these facts in any
	// orientation, nearest first, at most limit. A match of hashes proves nothing yet:
	// domain.SamePicture confirms it.
	Similar(ctx context.Context, facts domain.ImageFacts, except domain.PropertyID, limit int) ([]domain.Photo, error)
	// StaleUploads lists at most limit photos that have awaited their upload since before
	// the given time, oldest first.
	StaleUploads(ctx context.Context, before time.Time, limit int) ([]domain.Photo, error)
}

// ComparableStore keeps comparable sales, which are never changed.
type ComparableStore interface {
	// Add stores a new sale. Errors: KindConflict "comparable_exists" where its source
	// already gave one of this number.
	Add(ctx context.Context, comparable domain.Comparable) error
	// Get returns a sale. Errors: KindNotFound "comparable_not_found".
	Get(ctx context.Context, id domain.ComparableID) (domain.Comparable, error)
	// Near lists the sales of a type within radiusKM of the centre and sold since the day,
	// nearest first, at most limit.
	Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error)
}

// ValuationStore keeps the versions of valuations.
type ValuationStore interface {
	// Add stores a new version. Errors: KindConflict "valuation_exists" where the property
	// already has a version of this number.
	Add(ctx context.Context, valuation domain.Valuation) error
	// Get returns a valuation. Errors: KindNotFound "valuation_not_found".
	Get(ctx context.Context, id domain.ValuationID) (domain.Valuation, error)
	// Update stores a changed valuation. Errors: KindStale, KindNotFound "valuation_not_found".
	Update(ctx context.Context, valuation *domain.Valuation) error
	// ByProperty lists a property's versions, oldest first.
	ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Valuation, error)
}

// NotificationFilter narrows a list of notifications. Zero values do not narrow.
type NotificationFilter struct {
	RecipientID domain.UserID
	PropertyID  domain.PropertyID
}

// NotificationStore keeps the messages to people.
type NotificationStore interface {
	// Add stores a new notification.
	Add(ctx context.Context, notification domain.Notification) error
	// Get returns a notification. Errors: KindNotFound "notification_not_found".
	Get(ctx context.Context, id domain.NotificationID) (domain.Notification, error)
	// LockByProviderID returns for change the notifications that the provider calls so, oldest
	// first: none where it is unknown or empty, seldom more than one.
	LockByProviderID(ctx context.Context, providerID string) ([]domain.Notification, error)
	// Update stores a changed one. Errors: KindStale, KindNotFound "notification_not_found".
	Update(ctx context.Context, notification *domain.Notification) error
	// List lists notifications, newest first.
	List(ctx context.Context, filter NotificationFilter, page domain.Page) (domain.List[domain.Notification], error)
}

// StepStore keeps the milestones that analytics are computed from.
type StepStore interface {
	// Append stores a step.
	Append(ctx context.Context, step domain.Step) error
	// Between lists the steps of [from, to), oldest first.
	Between(ctx context.Context, from, to time.Time) ([]domain.Step, error)
}

// SettingsStore keeps the one set of settings.
type SettingsStore interface {
	// Get returns the settings: domain.DefaultSettings until the first Update.
	Get(ctx context.Context) (domain.Settings, error)
	// Update stores changed settings. Errors: KindStale.
	Update(ctx context.Context, settings *domain.Settings) error
}
