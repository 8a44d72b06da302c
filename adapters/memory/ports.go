package memory

import (
	"time"

	"github.com/propflow/propflow/ports"
)

// Ports is one of everything, for tests of use cases.
type Ports struct {
	Clock  *Clock
	IDs    *IDs
	Faults *Faults

	Store  *Store  // ports.UnitOfWork
	Runner *Runner // the Store's
	Feed   *Feed   // the Store's

	Entropy          *Entropy
	PhoneNumbers     PhoneNumbers
	LoginAttempts    *LoginAttempts
	AccessTokens     *AccessTokens
	SecondFactors    *SecondFactors
	SecretBox        *SecretBox
	RateLimiter      *RateLimiter
	Quotas           *Quotas
	Afterwards       *Afterwards
	CodeSends        *CodeSends
	Blobs            *Blobs
	Inbox            *Inbox // ports.Messenger
	PhotoInspector   *PhotoInspector
	ImageAnalyzer    *ImageAnalyzer
	ReportRenderer   *ReportRenderer
	SecurityRecorder *SecurityRecorder
}

// Every port has an implementation here.
var (
	_ ports.Clock          = (*Clock)(nil)
	_ ports.IDs            = (*IDs)(nil)
	_ ports.Entropy        = (*Entropy)(nil)
	_ ports.UnitOfWork     = (*Store)(nil)
	_ ports.JobRunner      = (*Runner)(nil)
	_ ports.EventFeed      = (*Feed)(nil)
	_ ports.PhoneNumbers   = PhoneNumbers{}
	_ ports.LoginAttempts  = (*LoginAttempts)(nil)
	_ ports.AccessTokens   = (*AccessTokens)(nil)
	_ ports.SecondFactors  = (*SecondFactors)(nil)
	_ ports.SecretBox      = (*SecretBox)(nil)
	_ ports.RateLimiter    = (*RateLimiter)(nil)
	_ ports.Quotas         = (*Quotas)(nil)
	_ ports.Afterwards     = (*Afterwards)(nil)
	_ ports.CodeSends      = (*CodeSends)(nil)
	_ ports.Blobs          = (*Blobs)(nil)
	_ ports.Messenger      = (*Inbox)(nil)
	_ ports.PhotoInspector = (*PhotoInspector)(nil)
	_ ports.ImageAnalyzer  = (*ImageAnalyzer)(nil)
	_ ports.ReportRenderer = (*ReportRenderer)(nil)
)

// ForTest returns empty ports that share one clock, which begins on 23 November 2026 at
// noon in India, and one set of faults. Every second transaction is rerun; ids, entropy and
// reruns are the same in every run of a test. Options come after the store's own.
func ForTest(opts ...Option) *Ports {
	clock, faults := NewClock(time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)), NewFaults()
	entropy := NewEntropy(1)
	store := New(append([]Option{WithClock(clock), WithFaults(faults), WithReruns(0.5, 1)}, opts...)...)
	return &Ports{
		Clock: clock, IDs: NewIDs(clock), Faults: faults,
		Store: store, Runner: store.Runner, Feed: store.Feed,
		Entropy:          entropy,
		LoginAttempts:    NewLoginAttempts(faults),
		AccessTokens:     NewAccessTokens([]byte("a secret for tests only")),
		SecondFactors:    NewSecondFactors(entropy),
		SecretBox:        NewSecretBox(entropy, "a key for tests only"),
		RateLimiter:      NewRateLimiter(faults),
		Quotas:           NewQuotas(faults),
		Afterwards:       NewAfterwards(faults),
		CodeSends:        NewCodeSends(),
		Blobs:            NewBlobs(clock, faults, "http://blobs.test"),
		Inbox:            NewInbox(clock, faults),
		PhotoInspector:   NewPhotoInspector(faults),
		ImageAnalyzer:    NewImageAnalyzer(faults),
		ReportRenderer:   NewReportRenderer(faults),
		SecurityRecorder: NewSecurityRecorder(clock),
	}
}
