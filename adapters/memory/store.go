package memory

import (
	"log/slog"
	"math/rand/v2"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Store is a ports.UnitOfWork over maps. Transactions run one after the other; if one fails,
// its writes are undone. Runner works the jobs of the Store and Feed publishes its events.
type Store struct {
	Runner *Runner
	Feed   *Feed

	turn   chan struct{} // held by the one transaction that runs
	faults *Faults
	reruns reruns

	users          *table[domain.UserID, domain.User]
	usersByPhone   *index[domain.Phone, domain.UserID, domain.User]
	devices        *table[deviceKey, domain.Device]
	devicesOf      *index[domain.UserID, deviceKey, domain.Device]
	sessions       *table[domain.SessionID, domain.Session]
	sessionsOf     *index[domain.UserID, domain.SessionID, domain.Session]
	spentRefreshes *table[spentRefresh, spentRefresh]
	consents       *table[domain.ConsentID, domain.Consent]
	consentsOf     *index[domain.UserID, domain.ConsentID, domain.Consent]
	properties     *propertyTable
	challenges     *table[domain.ChallengeID, domain.Challenge]
	photos         *photoTable
	comparables    *comparableTable
	valuations     *table[domain.ValuationID, domain.Valuation]
	valuationsOf   *index[domain.PropertyID, domain.ValuationID, domain.Valuation]
	notifications  *notificationTable
	steps          []domain.Step
	proposals      *table[domain.ProposalID, domain.Proposal]
	settings       domain.Settings
	pastSettings   []domain.Settings // oldest first, without those in force
	sent           map[domain.UserID]sent
	audit          map[domain.PropertyID][]domain.AuditEntry
	anchors        []domain.AuditAnchor
	security       []domain.SecurityEvent // in the order of commits
	securityIDs    *IDs
	sealed         map[domain.SecurityEventID]int64 // the batch of each event
	batches        []domain.SecurityBatch
	securityPurge  domain.SecurityPurge
	clock          ports.Clock
	idempotency    *table[idempotencyID, domain.IdempotencyRecord]
	privacy        privacyTables
	purgeAt        int // number of idempotency records at which expired ones are removed
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

// WithClock sets the clock by which jobs become due and events get their ids. With a *Clock,
// jobs become due as tests advance it; with any other, as time passes.
func WithClock(clock ports.Clock) Option { return func(o *options) { o.clock = clock } }

// WithFaults makes the store's calls fail as faults is set to.
func WithFaults(faults *Faults) Option { return func(o *options) { o.faults = faults } }

// WithReruns makes Do run fn again with the given probability, 0…1, as a real store does
// after a conflict. It exposes functions that touch anything outside their transaction. The
// seed makes it repeatable. It is off by default, and on in ForTest.
func WithReruns(rate float64, seed uint64) Option {
	return func(o *options) { o.reruns = reruns{rate: rate, random: rand.New(rand.NewPCG(seed, seed))} }
}

// WithWorkers sets how many jobs one Run works at a time, at least 1. The default is 4.
func WithWorkers(n int) Option { return func(o *options) { o.workers = max(1, n) } }

// WithRetainedEvents sets how many events the feed keeps, at least 1. The default is 10,000.
func WithRetainedEvents(n int) Option { return func(o *options) { o.retain = max(1, n) } }

// WithLogger sets the logger for failed jobs. By default nothing is logged.
func WithLogger(logger *slog.Logger) Option { return func(o *options) { o.logger = logger } }

// New returns an empty store.
func New(opts ...Option) *Store {
	o := options{clock: wallClock{}, faults: NewFaults(), workers: 4, retain: 10_000, logger: slog.New(slog.DiscardHandler)}
	for _, opt := range opts {
		opt(&o)
	}
	s := &Store{
		Runner:         newRunner(o.clock, o.workers, o.logger),
		Feed:           newFeed(o.clock, o.faults, o.retain),
		turn:           make(chan struct{}, 1),
		faults:         o.faults,
		reruns:         o.reruns,
		users:          newTable(func(u *domain.User) domain.UserID { return u.ID }),
		devices:        newTable(func(d *domain.Device) deviceKey { return deviceKey{d.UserID, d.TokenHash} }),
		sessions:       newTable(func(s *domain.Session) domain.SessionID { return s.ID }),
		spentRefreshes: newTable(func(s *spentRefresh) spentRefresh { return *s }),
		consents:       newTable(func(c *domain.Consent) domain.ConsentID { return c.ID }),
		properties:     newPropertyTable(),
		challenges:     newTable(func(c *domain.Challenge) domain.ChallengeID { return c.ID }),
		photos:         newPhotoTable(),
		comparables:    newComparableTable(),
		valuations:     newTable(func(v *domain.Valuation) domain.ValuationID { return v.ID }),
		notifications:  newNotificationTable(),
		proposals:      newTable(func(p *domain.Proposal) domain.ProposalID { return p.ID }),
		settings:       domain.DefaultSettings(),
		sent:           make(map[domain.UserID]sent),
		clock:          o.clock,
		securityIDs:    NewIDs(o.clock),
		sealed:         make(map[domain.SecurityEventID]int64),
		audit:          make(map[domain.PropertyID][]domain.AuditEntry),
		idempotency:    newTable(idOf),
		privacy:        newPrivacyTables(),
		purgeAt:        purgeFrom,
	}
	s.usersByPhone = indexBy(s.users, func(u *domain.User) (domain.Phone, bool) { return u.Phone, u.Phone != "" })
	s.devicesOf = indexBy(s.devices, func(d *domain.Device) (domain.UserID, bool) { return d.UserID, true })
	s.sessionsOf = indexBy(s.sessions, func(s *domain.Session) (domain.UserID, bool) { return s.UserID, true })
	s.consentsOf = indexBy(s.consents, func(c *domain.Consent) (domain.UserID, bool) { return c.UserID, true })
	s.valuationsOf = indexBy(s.valuations, func(v *domain.Valuation) (domain.PropertyID, bool) { return v.PropertyID, true })
	return s
}

// reruns decides at random whether a transaction runs twice, the first time as a rehearsal.
type reruns struct {
	rate   float64
	random *rand.Rand
}
