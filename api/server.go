package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/analytics"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

// UseCases are all operations of the product, each named as its operationId.
type UseCases struct {
	RequestOtp          identity.RequestOtp
	VerifyOtp           identity.VerifyOtp
	ConfirmPincode      identity.ConfirmPincode
	EnrolTotp           identity.EnrolTotp
	ReplaceTotp         identity.ReplaceTotp
	ConfirmTotp         identity.ConfirmTotp
	CreateRecoveryCodes identity.CreateRecoveryCodes
	IssueEnrolmentCode  identity.IssueEnrolmentCode
	VerifyTotp          identity.VerifyTotp
	RefreshTokens       identity.RefreshTokens
	Logout              identity.Logout
	ListSessions        identity.ListSessions
	RevokeSession       identity.RevokeSession
	LogoutEverywhere    identity.LogoutEverywhere
	ConfirmIdentity     identity.ConfirmIdentity
	GetMe               identity.GetMe
	UpdateMe            identity.UpdateMe
	CreateStaff         identity.CreateStaff
	ListStaff           identity.ListStaff
	GetStaff            identity.GetStaff
	UpdateStaff         identity.UpdateStaff
	RestoreNumber       identity.RestoreNumber
	ListProposals       identity.ListProposals
	GetProposal         identity.GetProposal
	ConfirmProposal     identity.ConfirmProposal
	WithdrawProposal    identity.WithdrawProposal
	GetSettings         identity.GetSettings
	ListSettingsChanges identity.ListSettingsChanges
	ListSecurityEvents  assurance.ListSecurityEvents
	UpdateSettings      identity.UpdateSettings

	GetConsentNotice privacy.GetConsentNotice
	RecordConsent    privacy.RecordConsent
	WithdrawConsent  privacy.WithdrawConsent
	ListConsents     privacy.ListConsents
	GetAuditTrail    privacy.GetAuditTrail

	CreatePrivacyRequest  privacy.CreatePrivacyRequest
	ListMyPrivacyRequests privacy.ListMyPrivacyRequests
	ListPrivacyRequests   privacy.ListPrivacyRequests
	GetPrivacyRequest     privacy.GetPrivacyRequest
	AnswerPrivacyRequest  privacy.AnswerPrivacyRequest
	PlaceHold             privacy.PlaceHold
	ListHolds             privacy.ListHolds
	LiftHold              privacy.LiftHold
	ExportMe              privacy.ExportMe
	GetMyExport           privacy.GetMyExport
	RequestErasure        privacy.RequestErasure

	CreateProperty   intake.CreateProperty
	GetProperty      intake.GetProperty
	ListProperties   intake.ListProperties
	UpdateProperty   intake.UpdateProperty
	DeleteProperty   intake.DeleteProperty
	CheckSubmission  intake.CheckSubmission
	SubmitProperty   intake.SubmitProperty
	WithdrawProperty intake.WithdrawProperty

	LookUpPincode       intake.LookUpPincode
	ListNearestPincodes intake.ListNearestPincodes

	IssueChallenge     capture.IssueChallenge
	CreatePhoto        capture.CreatePhoto
	CompletePhoto      capture.CompletePhoto
	ListPhotos         capture.ListPhotos
	GetPhoto           capture.GetPhoto
	DeletePhoto        capture.DeletePhoto
	ResolveFlag        capture.ResolveFlag
	TakeBackResolution capture.TakeBackResolution

	ListLinks         review.ListLinks
	ListQueue         review.ListQueue
	ClaimNextProperty review.ClaimNextProperty
	ClaimProperty     review.ClaimProperty
	HeartbeatClaim    review.HeartbeatClaim
	ReleaseClaim      review.ReleaseClaim
	RevokeClaim       review.RevokeClaim
	ListReviewers     review.ListReviewers
	ReassignClaim     review.ReassignClaim
	AskFollowUp       review.AskFollowUp
	AnswerFollowUp    review.AnswerFollowUp
	RejectProperty    review.RejectProperty
	FlagProperty      review.FlagProperty
	SignOffValuation  review.SignOffValuation
	ReturnValuation   review.ReturnValuation

	SearchComparables  valuation.SearchComparables
	ListComparables    valuation.ListComparables
	CreateComparable   valuation.CreateComparable
	GetComparable      valuation.GetComparable
	WithdrawComparable valuation.WithdrawComparable
	ImportComparables  valuation.ImportComparables
	SuggestValuation   valuation.SuggestValuation
	ApproveProperty    valuation.ApproveProperty
	PreviewValuation   valuation.PreviewValuation
	ListValuations     valuation.ListValuations
	GetValuation       valuation.GetValuation
	GetReport          valuation.GetReport
	RetryReport        valuation.RetryReport

	ListNotifications notify.ListNotifications
	GetKpis           analytics.GetKpis
	GetFunnel         analytics.GetFunnel
}

// Options configure New.
type Options struct {
	UseCases UseCases
	Clock    ports.Clock
	IDs      ports.IDs
	Tokens   ports.AccessTokens
	// UnitOfWork asks whether the sessions of requests go on, and AccessMemory is for how long an
	// answer may be relied on; 0 asks for each request.
	UnitOfWork   ports.UnitOfWork
	AccessMemory time.Duration
	Limiter      ports.RateLimiter
	Feed         ports.EventFeed
	Log          *slog.Logger
	// Security records refusals; it may be nil.
	Security ports.SecurityRecorder
	Limits   middleware.Limits
	// Watcher follows every request; it may be nil.
	Watcher middleware.Watcher
	// Origins are the origins of each browser application's pages, such as https://app.example.in.
	Origins map[domain.Client][]string
	// TrustedProxies is the number of proxies in front of the service.
	TrustedProxies int
	// Database and Redis check a dependency and return what is wrong with it, or nil.
	Database, Redis func(context.Context) error
	Version, Commit string
	// PublicURL is the URL at which clients reach the API; it may be empty.
	PublicURL string
	// Demo provides what is shown in demo mode only; it is nil otherwise.
	Demo *Demo
	// Leaving ends when the process should get no more requests, and Draining when it is about
	// to stop and live streams must end too.
	Leaving, Draining context.Context
}

// server implements the generated interface, with one method per operation.
type server struct {
	Options
	problem problemWriter
	started time.Time
	doc     *openapi3.T
	streams openStreams
	live    *liveSessions
	guard   *streamGuard
}

var _ gen.StrictServerInterface = (*server)(nil)

// New returns the handler of the whole API: every operation of the document, the document itself
// and its readable page. If extra is not nil, it adds further routes.
func New(o Options, extra func(chi.Router)) (http.Handler, error) {
	doc, err := Document(o.Demo != nil)
	if err != nil {
		return nil, err
	}
	o.Database, o.Redis = OneLook(o.Database), OneLook(o.Redis)
	s := &server{
		Options: o, started: o.Clock.Now(), doc: doc,
		live: newLiveSessions(o.AccessMemory), guard: newStreamGuard(o.UnitOfWork, o.Clock),
	}
	s.problem = problemWriter{o.Log, s.ownersLanguage, o.Security}
	compress, err := middleware.Compress()
	if err != nil {
		return nil, err
	}
	contract := newContract(doc, s.problem, s.withAccess)
	r := chi.NewRouter()
	r.Use(middleware.Observe(o.Log, o.IDs.New, s.problem.write, o.Watcher), middleware.SecureHeaders(o.PublicURL), compress, chimiddleware.GetHead)
	if extra != nil {
		extra(r)
	}
	if err := mountDocs(r, doc); err != nil {
		return nil, err
	}
	strict := gen.NewStrictHandlerWithOptions(s, []gen.StrictMiddlewareFunc{bounded, headersOnly, s.current, s.ownOrigin}, gen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  s.malformed,
		ResponseErrorHandlerFunc: s.problem.write,
	})
	operations := r.With(
		middleware.Identify(o.Tokens, o.Clock, o.TrustedProxies),
		exceptProbes(middleware.RateLimit(o.Limiter, o.Clock, o.Limits, o.Log, s.problem.write)),
		contract.enforce,
	)
	gen.HandlerWithOptions(strict, gen.ChiServerOptions{BaseRouter: operations, ErrorHandlerFunc: s.malformed})
	r.NotFound(contract.missing(r))
	r.MethodNotAllowed(contract.missing(r))
	return r, nil
}

// exceptProbes applies limit only below /api: probes must answer in time whatever hangs.
func exceptProbes(limit func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		limited := limit(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/api/") {
				limited.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// malformed answers values that match the document but that the generated code cannot decode: a
// parameter sent twice, or a whole number written as 1e2.
func (s *server) malformed(w http.ResponseWriter, r *http.Request, err error) {
	field := "body"
	var (
		wrongType *json.UnmarshalTypeError
		badParam  *gen.InvalidParamFormatError
		twice     *gen.TooManyValuesForParamError
	)
	switch {
	case errors.As(err, &badParam):
		field = badParam.ParamName
	case errors.As(err, &twice):
		field = twice.ParamName
	case errors.As(err, &wrongType):
		field = orBody(wrongType.Field)
	}
	var v domain.Violations
	v.Require(false, field, "format", "cannot be read")
	s.problem.write(w, r, v.Err())
}
