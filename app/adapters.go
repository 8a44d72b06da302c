package app

import (
	"context"
	"net/http"
	"time"

	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Adapters has one implementation of every port. The demo runs on adapters in memory, production
// on real servers.
type Adapters struct {
	UnitOfWork    ports.UnitOfWork
	JobRunner     ports.JobRunner
	EventFeed     ports.EventFeed
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	PhoneNumbers  ports.PhoneNumbers
	LoginAttempts ports.LoginAttempts
	AccessTokens  ports.AccessTokens
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
	RateLimiter   ports.RateLimiter
	Quotas        ports.Quotas
	// Afterwards runs what answers do not wait for; the API waits for it at a shutdown.
	Afterwards     ports.Afterwards
	CodeSends      ports.CodeSends
	Blobs          ports.Blobs
	Messengers     ports.Messengers
	PhotoInspector ports.PhotoInspector
	ImageAnalyzer  ports.ImageAnalyzer
	ReportRenderer ports.ReportRenderer
	// SecurityRecorder is made by each process that answers requests if it is nil.
	SecurityRecorder ports.SecurityRecorder

	// DeliveryReports returns the handler to which a messaging provider reports the fate of
	// messages that it accepted. The handler calls report. It is nil if no provider reports
	// anything.
	DeliveryReports func(report func(ctx context.Context, providerID string, delivery domain.Delivery) error) http.Handler

	// Relay copies events to the broker that EventFeed reads, until ctx ends; nil if EventFeed
	// reads no broker.
	Relay func(ctx context.Context) error

	// JobsPage returns the operators' page of jobs, which refreshes its data until ctx ends; nil
	// if there is none.
	JobsPage func(ctx context.Context) (http.Handler, error)

	// Watch follows requests and jobs; it may be nil.
	Watch *observe.Process

	// Vitals reads the product's vital signs as of now; it may be nil.
	Vitals func(ctx context.Context, now time.Time) (ports.Vitals, error)

	// OlderRelease reports whether a process is connected of a release that reads secrets in the
	// clear only; it may be nil.
	OlderRelease func(context.Context) (bool, error)

	// PingDatabase and PingRedis check whether the stores answer.
	PingDatabase, PingRedis func(context.Context) error
}
