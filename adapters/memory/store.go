package memory

import (
	"log/slog"
	"math/rand/v2"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Store is a ports.UnitOfWork over maps. Transactions run one after the other; what one
// wrote is undone where it fails. Runner works its jobs and Feed publishes its events.
type Store struct {
	Runner *Runner
	Feed   *Feed

	turn   chan struct{} // held by the one transaction that runs
	faults *Faults
	reruns reruns

	users         *table[domain.UserID, domain.User]
	usersByPhone  *index[domain.Phone, domain.UserID, domain.User]
	consents      *table[domain.ConsentID, domain.Consent]
	consentsOf    *index[domain.UserID, domain.ConsentID, domain.Consent]
	properties    *propertyTable
	challenges    *table[domain.ChallengeID, domain.Challenge]
	photos        *photoTable
	comparables   *comparableTable
	valuations    *table[domain.ValuationID, domain.Valuation]
	valuationsOf  *index[domain.PropertyID, domain.ValuationID, domain.Valuation]
	notifications *notificationTable
	steps         []domain.Step
	settings      domain.Settings
	audit         map[domain.PropertyID][]domain.AuditEntry
	anchors       []domain.AuditAnchor
	idempotency   *table[idempotencyID, domain.IdempotencyRecord]
	purgeAt       int // number of idempotency records at which the expired ones go
}

// Option changes how a Store works.
type Option func(*options)

type options struct {
	clock   ports.Clock
	faults  *Faults
	reruns  reruns
	workers int
	retain  int
	logger  *slog.Logger
}

// WithClock gives the store the time that its jobs are due by and its events are numbered
// by. With a *Clock, jobs become due as tests advance it; with any other, as time passes.
func WithClock(clock ports.Clock) Option { return func(o *options) { o.clock = clock } }

// WithFaults makes the store's calls fail where faults says so.
func WithFaults(faults *Faults) Option { return func(o *options) { o.faults = faults } }

// WithReruns makes Do run fn again with the given probability, 0…1, as a real store does
// after a conflict. It shows functions that touch anything outside their transaction. The
// seed makes it repeatable. New has it off; ForTest on.
func WithReruns(rate float64, seed uint64) Option {
	return func(o *options) { o.reruns = reruns{rate: rate, random: rand.New(rand.NewPCG(seed, seed))} }
}

// WithWorkers says how many jobs one Run works at a time; 4 unless told.
func WithWorkers(n int) Option { return func(o *options) { o.workers = max(1, n) } }

// WithRetainedEvents says how many events the feed keeps; 10,000 unless told.
func WithRetainedEvents(n int) Option { return func(o *options) { o.retain = max(1, n) } }

// WithLogger gives the runner a log for failed jobs; it logs nothing unless told.
func WithLogger(logger *slog.Logger) Option { return func(o *options) { o.logger = logger } }

// New returns an empty store.
func New(opts ...Option) *Store {
	o := options{clock: wallClock{}, faults: NewFaults(), workers: 4, retain: 10_000, logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(&o)
	}
	s := &Store{
		Runner:        newRunner(o.clock, o.workers, o.logger),
		Feed:          newFeed(o.clock, o.faults, o.retain),
		turn:          make(chan struct{}, 1),
		faults:        o.faults,
		reruns:        o.reruns,
		users:         newTable(func(u *domain.User) domain.UserID { return u.ID }),
		consents:      newTable(func(c *domain.Consent) domain.ConsentID { return c.ID }),
		properties:    newPropertyTable(),
		challenges:    newTable(func(c *domain.Challenge) domain.ChallengeID { return c.ID }),
		photos:        newPhotoTable(),
		comparables:   newComparableTable(),
		valuations:    newTable(func(v *domain.Valuation) domain.ValuationID { return v.ID }),
		notifications: newNotificationTable(),
		settings:      domain.DefaultSettings(),
		audit:         make(map[domain.PropertyID][]domain.AuditEntry),
		idempotency:   newTable(idOf),
		purgeAt:       purgeFrom,
	}
	s.usersByPhone = indexBy(s.users, func(u *domain.User) (domain.Phone, bool) { return u.Phone, true })
	s.consentsOf = indexBy(s.consents, func(c *domain.Consent) (domain.UserID, bool) { return c.UserID, true })
	s.valuationsOf = indexBy(s.valuations, func(v *domain.Valuation) (domain.PropertyID, bool) { return v.PropertyID, true })
	return s
}

// reruns decides at random whether a transaction is rehearsed.
type reruns struct {
	rate   float64
	random *rand.Rand
}
