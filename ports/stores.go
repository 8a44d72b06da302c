package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// All stores keep copies: changing a value that a store returned does not change the store.
// Update compares the Version of its argument with the stored one and returns KindStale if
// they differ. Otherwise it stores the value with the Version increased by one, and increases
// it in the argument too. Lock is like Get but also prevents other transactions from changing
// the value until this one ends. Every method may return KindUnavailable.

// UserStore keeps users.
type UserStore interface {
	// Add stores a new user. Errors: KindConflict "phone_taken".
	Add(ctx context.Context, user domain.User) error
	// Get returns a user. Errors: KindNotFound "user_not_found".
	Get(ctx context.Context, id domain.UserID) (domain.User, error)
	// Lock returns a user for change. Errors: as Get.
	Lock(ctx context.Context, id domain.UserID) (domain.User, error)
	// LockAdmins returns the ids of the ADMINs who are not disabled, in order, and keeps other
	// transactions from LockAdmins until this one ends. A transaction that takes the role or the
	// access of an ADMIN calls it after it locked that user, and asks domain.KeepAnAdmin.
	LockAdmins(ctx context.Context) ([]domain.UserID, error)
	// ByPhone returns the owner of a number. Errors: KindNotFound "user_not_found".
	ByPhone(ctx context.Context, phone domain.Phone) (domain.User, error)
	// Update stores a changed user. Errors: KindStale, KindNotFound "user_not_found", KindConflict
	// "phone_taken".
	Update(ctx context.Context, user *domain.User) error
	// Staff lists the lender's staff, oldest first.
	Staff(ctx context.Context, page domain.Page) (domain.List[domain.User], error)
	// Reviewers lists the staff who may review now, oldest first, each with the number of
	// properties that are UNDER_REVIEW by them.
	Reviewers(ctx context.Context, page domain.Page) (domain.List[domain.Reviewer], error)
}

// SessionStore keeps logins.
type SessionStore interface {
	// Add stores a new session.
	Add(ctx context.Context, session domain.Session) error
	// Lock returns a session for change. Errors: KindNotFound "session_not_found".
	Lock(ctx context.Context, id domain.SessionID) (domain.Session, error)
	// Update stores a changed session. Errors: KindStale, KindNotFound "session_not_found".
	Update(ctx context.Context, session *domain.Session) error
	// Spend records that the session's refresh token with the hash was exchanged.
	Spend(ctx context.Context, id domain.SessionID, hash string) error
	// Spent reports whether the session's refresh token with the hash was exchanged before.
	Spent(ctx context.Context, id domain.SessionID, hash string) (bool, error)
	// Live lists the sessions of a user that go on at now, newest first.
	Live(ctx context.Context, user domain.UserID, now time.Time) ([]domain.Session, error)
	// ByUser lists every session of a user that is kept, also those that ended, newest first.
	ByUser(ctx context.Context, user domain.UserID) ([]domain.Session, error)
	// EndAll ends every session of the user but one (empty: none is excepted) and returns how
	// many it ended.
	EndAll(ctx context.Context, user domain.UserID, except domain.SessionID, by domain.SessionEnd, now time.Time) (int, error)
	// EndEverybody ends every session of every user and returns how many it ended.
	EndEverybody(ctx context.Context, by domain.SessionEnd, now time.Time) (int, error)
	// Standings returns how those of the sessions stand that exist, in no order.
	Standings(ctx context.Context, ids []domain.SessionID) ([]domain.SessionStanding, error)
	// Purge deletes at most limit sessions that ended or expired before the time, with what
	// was spent of them, and returns how many.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}

// ConsentStore keeps consents, which are never changed.
type ConsentStore interface {
	// Add stores a consent.
	Add(ctx context.Context, consent domain.Consent) error
	// ByUser lists a user's consents and withdrawals, newest first.
	ByUser(ctx context.Context, user domain.UserID) ([]domain.Consent, error)
	// Hold is ByUser for a transaction that relies on them: another one that locks the user, as
	// every withdrawal does, waits until it ends.
	Hold(ctx context.Context, user domain.UserID) ([]domain.Consent, error)
}

// Sweep names a set of properties that a periodic job works through.
type Sweep string

// The sweeps. Each includes at least every property that is due. It may include others,
// because the domain checks again under lock. To SweepIdleClaims belong also the properties that
// a member of staff has who can no longer review, by the claim or by a reservation.
const (
	SweepIdleClaims      Sweep = "idle_claims"
	SweepFollowUpExpiry  Sweep = "follow_up_expiry"
	SweepFollowUpRemind  Sweep = "follow_up_reminder"
	SweepSLA             Sweep = "sla"
	SweepAbandonedDrafts Sweep = "abandoned_drafts"
	SweepRetention       Sweep = "retention" // without cases that a hold covers
)

// Sweeps lists every Sweep.
var Sweeps = []Sweep{SweepIdleClaims, SweepFollowUpExpiry, SweepFollowUpRemind, SweepSLA, SweepAbandonedDrafts, SweepRetention}

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
	// ReserveExternalRef returns nil if no undecided property of the owner other than except
	// has this external reference, and keeps it so until the transaction ends: another
	// transaction that reserves the same one waits for that. It does nothing for the empty
	// reference. Properties that have the same one already may keep it. Errors: KindConflict
	// "external_ref_taken".
	ReserveExternalRef(ctx context.Context, owner domain.UserID, ref string, except domain.PropertyID) error
	// Delete removes a draft. Errors: KindNotFound "property_not_found".
	Delete(ctx context.Context, id domain.PropertyID) error
	// HasPincode reports whether a property of the owner has this pincode.
	HasPincode(ctx context.Context, owner domain.UserID, pincode string) (bool, error)
	// ByOwner lists an owner's properties, newest first.
	ByOwner(ctx context.Context, owner domain.UserID, page domain.Page) (domain.List[domain.Property], error)
	// Queue lists the properties that match the filter, in the filter's order.
	Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error)
	// LockNext locks and returns the SUBMITTED property that the valuer should review next:
	// those reserved for the valuer come first, then others by due time. It skips properties
	// that are reserved for another valuer, belong to the valuer, or are locked by another
	// transaction. Errors: KindNotFound "queue_empty" if none is left.
	LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error)
	// HeldBy lists at most limit properties with ids greater than after that are UNDER_REVIEW by
	// the valuer, or SUBMITTED and reserved for the valuer until after now, in order of their ids.
	// An empty after lists from the first.
	HeldBy(ctx context.Context, valuer domain.UserID, now time.Time, after domain.PropertyID, limit int) ([]domain.PropertyID, error)
	// Due lists at most limit properties of the sweep, oldest first.
	Due(ctx context.Context, sweep Sweep, now time.Time, limit int) ([]domain.PropertyID, error)
	// CountByState counts the properties in each state.
	CountByState(ctx context.Context) (map[domain.State]int, error)
}

// LinkStore finds the cases that may be linked to another.
type LinkStore interface {
	// Candidates lists the cases that the search asks for and domain.LinkSearch.Finds, each once,
	// in order of their ids: the domain.MaxNamesakes newest with the external reference, the
	// domain.MaxNeighbours newest within domain.LinkMaxDistanceM of the place, and those
	// named. The newest are those submitted last.
	Candidates(ctx context.Context, search domain.LinkSearch) ([]domain.LinkCandidate, error)
}

// ChallengeStore keeps capture challenges.
type ChallengeStore interface {
	// Add stores a new challenge.
	Add(ctx context.Context, challenge domain.Challenge) error
	// Lock returns a challenge for change. Errors: KindNotFound "challenge_not_found".
	Lock(ctx context.Context, id domain.ChallengeID) (domain.Challenge, error)
	// MarkUsed stores when the challenge was used, which is possible once. Errors:
	// KindNotFound "challenge_not_found", KindConflict "challenge_replayed".
	MarkUsed(ctx context.Context, id domain.ChallengeID, at time.Time) error
	// ByProperty lists a property's challenges, oldest first.
	ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Challenge, error)
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
	// SameBytes lists the properties other than except that have a photo with this measured
	// SHA-256, each once, in order of their ids.
	SameBytes(ctx context.Context, sha256 string, except domain.PropertyID) ([]domain.PropertyID, error)
	// Similar lists at most limit photos of properties other than except, nearest first,
	// whose facts are recognisable and have a perceptual hash within
	// domain.PictureHashDistance bits of the hash of these facts in any orientation. Hashes
	// may match by chance: domain.SamePicture decides whether two photos are the same.
	Similar(ctx context.Context, facts domain.ImageFacts, except domain.PropertyID, limit int) ([]domain.Photo, error)
	// StaleUploads lists at most limit photos that have awaited their upload since before
	// the given time, oldest first.
	StaleUploads(ctx context.Context, before time.Time, limit int) ([]domain.Photo, error)
}

// Around is a place and the type of property whose comparables are wanted there.
type Around struct {
	Type   domain.PropertyType
	Centre domain.Point
}

// ComparableStore keeps comparables. They are never changed nor deleted, only withdrawn.
type ComparableStore interface {
	// Add stores a new comparable, which is not withdrawn. Errors: KindConflict
	// "comparable_exists" if there is one with its number from its source, withdrawn or not.
	Add(ctx context.Context, comparable domain.Comparable) error
	// AddNew stores those comparables that Add would not refuse, at once, and returns their ids
	// in order. Of two with the same number from the same source it stores the first.
	AddNew(ctx context.Context, comparables []domain.Comparable) ([]domain.ComparableID, error)
	// Get returns a comparable. Errors: KindNotFound "comparable_not_found".
	Get(ctx context.Context, id domain.ComparableID) (domain.Comparable, error)
	// ByIDs returns those of the comparables that exist, withdrawn or not, each once, in the order
	// of ids.
	ByIDs(ctx context.Context, ids []domain.ComparableID) ([]domain.Comparable, error)
	// Withdraw stores that a comparable was withdrawn, which is possible once. Errors:
	// KindNotFound "comparable_not_found", KindConflict "comparable_withdrawn".
	Withdraw(ctx context.Context, id domain.ComparableID, withdrawal domain.Withdrawal) error
	// Near lists at most limit comparables of a type that are within radiusKM of the centre,
	// were sold on or after the day soldSince and are not withdrawn, nearest first.
	Near(ctx context.Context, kind domain.PropertyType, centre domain.Point, radiusKM float64, soldSince time.Time, limit int) ([]domain.Comparable, error)
	// NearEach returns what Near lists at each of the places, at once.
	NearEach(ctx context.Context, places []Around, radiusKM float64, soldSince time.Time, limit int) ([][]domain.Comparable, error)
	// List lists the comparables that match the filter, newest first.
	List(ctx context.Context, filter domain.ComparableFilter, page domain.Page) (domain.List[domain.Comparable], error)
}

// ValuationStore keeps the versions of valuations.
type ValuationStore interface {
	// Add stores a new version. Errors: KindConflict "valuation_exists" if the property
	// already has a version with this number.
	Add(ctx context.Context, valuation domain.Valuation) error
	// Get returns a valuation. Errors: KindNotFound "valuation_not_found".
	Get(ctx context.Context, id domain.ValuationID) (domain.Valuation, error)
	// Update stores a changed valuation. Errors: KindStale, KindNotFound "valuation_not_found".
	Update(ctx context.Context, valuation *domain.Valuation) error
	// ByProperty lists a property's versions, oldest first.
	ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Valuation, error)
}

// NotificationFilter restricts a list of notifications. Fields with zero values are ignored.
type NotificationFilter struct {
	RecipientID domain.UserID
	PropertyID  domain.PropertyID
}

// NotificationStore keeps the messages to users.
type NotificationStore interface {
	// Add stores a new notification.
	Add(ctx context.Context, notification domain.Notification) error
	// Get returns a notification. Errors: KindNotFound "notification_not_found".
	Get(ctx context.Context, id domain.NotificationID) (domain.Notification, error)
	// LockByProviderID returns for change the notifications with this id of the provider,
	// oldest first: none if the id is unknown or empty, seldom more than one.
	LockByProviderID(ctx context.Context, providerID string) ([]domain.Notification, error)
	// Update stores a changed notification. Errors: KindStale, KindNotFound
	// "notification_not_found".
	Update(ctx context.Context, notification *domain.Notification) error
	// List lists notifications, newest first.
	List(ctx context.Context, filter NotificationFilter, page domain.Page) (domain.List[domain.Notification], error)
}

// StepStore keeps the milestones from which key figures are computed.
type StepStore interface {
	// Append stores a step.
	Append(ctx context.Context, step domain.Step) error
	// Between lists the steps of [from, to), oldest first.
	Between(ctx context.Context, from, to time.Time) ([]domain.Step, error)
}

// SettingsStore keeps the settings, of which there is one set.
type SettingsStore interface {
	// Get returns the settings: domain.DefaultSettings until the first Update.
	Get(ctx context.Context) (domain.Settings, error)
	// Update stores changed settings, and keeps the version before in the history. Errors:
	// KindStale.
	Update(ctx context.Context, settings *domain.Settings) error
	// History lists at most limit changes that made versions below the given one, newest first.
	History(ctx context.Context, below int64, limit int) ([]domain.SettingsChange, error)
}

// ProposalStore keeps proposals. They are never deleted.
type ProposalStore interface {
	// Add stores a new proposal.
	Add(ctx context.Context, proposal domain.Proposal) error
	// Get returns a proposal. Errors: KindNotFound "proposal_not_found".
	Get(ctx context.Context, id domain.ProposalID) (domain.Proposal, error)
	// Lock returns a proposal for change. Errors: as Get.
	Lock(ctx context.Context, id domain.ProposalID) (domain.Proposal, error)
	// Update stores a changed proposal. Errors: KindStale, KindNotFound "proposal_not_found".
	Update(ctx context.Context, proposal *domain.Proposal) error
	// List lists the proposals, newest first.
	List(ctx context.Context, page domain.Page) (domain.List[domain.Proposal], error)
}
