package app

import (
	"context"
	"net/http"
	"time"

	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Adapters is one implementation of every port: what makes the product run on memory in a
// demo and on real servers in production.
type Adapters struct {
	UnitOfWork     ports.UnitOfWork
	JobRunner      ports.JobRunner
	EventFeed      ports.EventFeed
	Clock          ports.Clock
	IDs            ports.IDs
	Entropy        ports.Entropy
	PhoneNumbers   ports.PhoneNumbers
	OTPs           ports.OTPs
	Sessions       ports.Sessions
	AccessTokens   ports.AccessTokens
	SecondFactors  ports.SecondFactors
	RateLimiter    ports.RateLimiter
	Blobs          ports.Blobs
	Messengers     ports.Messengers
	PhotoInspector ports.PhotoInspector
	ImageAnalyzer  ports.ImageAnalyzer
	ReportRenderer ports.ReportRenderer

	// DeliveryReports returns the handler of what the provider of a Messenger reports of messages
	// that it took, which calls report; nil where it reports nothing.
	DeliveryReports func(report func(ctx context.Context, providerID string, delivery domain.Delivery) error) http.Handler

	// Relay brings events to the broker that EventFeed reads, until ctx ends; nil where it
	// reads none.
	Relay func(ctx context.Context) error

	// JobsPage returns a page of the jobs for operators, which looks at them until ctx ends; nil
	// where there is none.
	JobsPage func(ctx context.Context) (http.Handler, error)

	// Watch follows requests and jobs; nil where nobody watches.
	Watch *observe.Process

	// Vitals reads the product's vital signs as of now; nil where nobody watches them.
	Vitals func(ctx context.Context, now time.Time) (ports.Vitals, error)

	// PingDatabase and PingRedis ask whether the stores answer.
	PingDatabase, PingRedis func(context.Context) error
}
