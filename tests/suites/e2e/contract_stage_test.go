package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// stage is the whole product with a fake inspector and a fake renderer, which can be made to
// fail, and with a state that can be read completely. Every answer is validated against the
// document. On memory its clock does not move. On servers, only the fakes in its Ports are set.
type stage struct {
	*memory.Ports
	on     app.Adapters // what the product runs on
	prints printer
	ground *ground // nil on memory
	url    string
	client *http.Client
	doc    *openapi3.T
	router routers.Router
	people map[string]domain.User
	tokens map[string]string
	keys   int
	// oneAdmin lets an ADMIN act without a second one.
	oneAdmin bool
	// answered are the operations that answered with success.
	mu       sync.Mutex
	answered map[string]bool
	log      *slog.Logger
	// end stops the product and returns how it ended.
	end func() error
}

// printer renders reports by the fake renderer, and by the real one once it is set.
type printer struct {
	fake ports.ReportRenderer
	real atomic.Pointer[report.Renderer]
}

func (p *printer) Render(ctx context.Context, d domain.ReportDocument) ([]byte, error) {
	if renderer := p.real.Load(); renderer != nil {
		return renderer.Render(ctx, d)
	}
	return p.fake.Render(ctx, d)
}

// The people of a stage.
const (
	owner      = "owner"
	stranger   = "stranger" // another customer
	valuer     = "valuer"
	colleague  = "colleague" // another valuer
	supervisor = "supervisor"
	deputy     = "deputy" // another supervisor
	admin      = "admin"
	second     = "second" // another ADMIN, who confirms
)

// why is a reason for opening a case of somebody else's.
const why = "The branch asks how far the case is"

// newStage is a stage on memory.
func newStage(t *testing.T, options ...memory.Option) *stage {
	t.Helper()
	s := stageOnMemory(options...)
	s.open(t)
	return s
}

// stageOnMemory is a stage that is not open yet.
func stageOnMemory(options ...memory.Option) *stage {
	s := &stage{log: slog.New(slog.DiscardHandler), Ports: memory.ForTest(append([]memory.Option{memory.WithReruns(0.1, 1)}, options...)...)}
	up := func(context.Context) error { return nil }
	s.on = app.Adapters{
		UnitOfWork: s.Store, JobRunner: s.Runner, EventFeed: s.Feed, Clock: s.Clock, IDs: s.IDs, Entropy: s.Entropy,
		PhoneNumbers: s.PhoneNumbers, LoginAttempts: s.LoginAttempts, AccessTokens: s.AccessTokens,
		SecondFactors: s.SecondFactors, SecretBox: s.SecretBox, RateLimiter: s.RateLimiter, Quotas: s.Quotas, Afterwards: s.Afterwards, CodeSends: s.CodeSends, Messengers: ports.ServedBy(s.Inbox),
		PhotoInspector: s.PhotoInspector, ImageAnalyzer: s.ImageAnalyzer, ReportRenderer: s.ReportRenderer,
		PingDatabase: up, PingRedis: up,
	}
	return s
}

// open seeds the stage and runs the product on it until the test ends.
func (s *stage) open(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	listener, err := app.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	s.url = app.URL(listener)
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, ExpectContinueTimeout: time.Minute}}
	s.people, s.tokens, s.answered = make(map[string]domain.User), make(map[string]string), make(map[string]bool)
	var routes func(chi.Router)
	if s.ground == nil {
		s.Blobs = memory.NewBlobs(s.Clock, s.Faults, s.url+"/blobs")
		s.on.Blobs = s.Blobs
		routes = func(r chi.Router) { r.Handle("/blobs/*", http.StripPrefix("/blobs", s.Blobs.Handler())) }
	}
	s.prints.fake = s.on.ReportRenderer
	s.on.ReportRenderer = &s.prints
	s.loadDocument(t)
	s.seed(t)
	demo := &api.Demo{Messages: func() []api.DemoMessage { return nil }, Staff: func() []api.DemoStaff { return nil }}
	limits := config.Config{UserRequestsPerMinute: 1_000_000, AddressRequestsPerMinute: 1_000_000, OTPRequestsPerHour: 30, SecondAdmin: !s.oneAdmin}
	product, err := app.OnAdapters(limits, s.on, listener, s.log, demo, routes)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- product.Run(ctx) }()
	s.end = sync.OnceValue(func() error {
		s.client.CloseIdleConnections()
		stop()
		return <-ended
	})
	t.Cleanup(func() { require.NoError(t, s.end(), "the product must end cleanly") })
}

func (s *stage) loadDocument(t *testing.T) {
	t.Helper()
	doc, err := api.Document(true)
	require.NoError(t, err)
	s.doc = doc
	checked := *doc
	checked.OpenAPI, checked.Servers = "3.0.3", nil // as the API itself checks by it
	s.router, err = gorillamux.NewRouter(&checked)
	require.NoError(t, err)
}

// seed adds the people, each with a token, the consents of the customers, and sales around the property of every draft.
func (s *stage) seed(t *testing.T) {
	t.Helper()
	now := s.on.Clock.Now().Truncate(time.Microsecond)
	require.NoError(t, s.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i, who := range []struct {
			name string
			role domain.Role
		}{
			{owner, domain.RoleCustomer}, {stranger, domain.RoleCustomer}, {valuer, domain.RoleValuer}, {colleague, domain.RoleValuer},
			{supervisor, domain.RoleSupervisor}, {deputy, domain.RoleSupervisor}, {admin, domain.RoleAdmin}, {second, domain.RoleAdmin},
		} {
			user := domain.NewCustomer(domain.UserID(s.on.IDs.New()), domain.Phone(fmt.Sprintf("+91981110000%d", i)), now)
			user.Name, user.Role = "Person "+who.name, who.role
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
			s.people[who.name] = user
			if who.role != domain.RoleCustomer {
				continue
			}
			consent, err := domain.GiveConsent(domain.ConsentID(s.on.IDs.New()), user.ID, domain.ConsentVersion, domain.English, nil, now)
			if err != nil {
				return err
			}
			if err := tx.Consents.Add(ctx, consent); err != nil {
				return err
			}
		}
		settings, err := tx.Settings.Get(ctx)
		if err != nil {
			return err
		}
		// The few people of a stage do in a moment what many do in days.
		settings.Limits = domain.CustomerLimits{OpenDrafts: 1_000, SubmissionsPerDay: 1_000, PhotosPerDay: 10_000, Streams: 100}
		if err := tx.Settings.Update(ctx, &settings); err != nil {
			return err
		}
		for i := range 8 {
			sale := domain.Comparable{
				ID: domain.ComparableID(s.on.IDs.New()), Source: domain.SourceRegistry, SourceID: fmt.Sprint(i), Type: domain.Apartment,
				City: "Bengaluru", Pincode: "560038", Location: domain.Point{Lat: 12.9719 + float64(i)/1000, Lng: 77.6412},
				AreaSqFt: 1200 + 10*i, Price: domain.Rupees(18_000_000 + 100_000*i), SoldOn: domain.Date(now).AddDate(0, -1-i, 0),
				CreatedBy: s.people[admin].ID, CreatedAt: now,
			}
			if err := tx.Comparables.Add(ctx, sale); err != nil {
				return err
			}
		}
		return nil
	}))
	for name, user := range s.people {
		s.tokens[name] = s.login(t, user, now.Add(365*24*time.Hour))
	}
}

// login returns a token of the user's that lasts until then.
func (s *stage) login(t *testing.T, user domain.User, until time.Time) string {
	t.Helper()
	token, err := fixture.Login(t.Context(), s.on.UnitOfWork, s.on.AccessTokens, s.on.IDs.New(), user, s.on.Clock.Now(), until)
	require.NoError(t, err)
	return token
}

func (s *stage) sign(t *testing.T, who domain.Identity) string {
	t.Helper()
	token, err := s.on.AccessTokens.Issue(who)
	require.NoError(t, err)
	return token
}

// idle waits until no job is due; those that failed wait for their next try for good.
func (s *stage) idle(t *testing.T) {
	t.Helper()
	if s.ground != nil {
		require.NoError(t, s.ground.idle(t.Context()))
		s.ground.hold(t)
		return
	}
	require.NoError(t, s.Runner.AwaitIdle(t.Context()))
}

// key is an Idempotency-Key that was not used before.
func (s *stage) key() string {
	s.keys++
	return fmt.Sprintf("key-%d", s.keys)
}

// request is one request of a test; everything but method and path may be left out.
type request struct {
	method, path string
	token        string
	body         any // []byte and io.Reader go as they are, all else as JSON
	headers      map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// field reads a field of a JSON answer by its path, e.g. "photo.id"; "" where there is none.
func (a answer) field(path string) string {
	var value any
	_ = json.Unmarshal(a.body, &value)
	for name := range strings.SplitSeq(path, ".") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	text, _ := value.(string)
	return text
}

func (a answer) code() string { return a.field("code") }

// send sends a request and checks the answer against the document.
func (s *stage) send(t *testing.T, q request) answer {
	t.Helper()
	var body io.Reader
	switch b := q.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	case io.Reader:
		body = b
	default:
		encoded, err := json.Marshal(b)
		require.NoError(t, err)
		body = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, s.url+q.path, body)
	require.NoError(t, err)
	if huge, ok := body.(*io.LimitedReader); ok {
		r.ContentLength = huge.N
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.token != "" {
		r.Header.Set("Authorization", "Bearer "+q.token)
	}
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	response, err := s.client.Do(r)
	require.NoError(t, err, "%s %s", q.method, q.path)
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	a := answer{response.StatusCode, response.Header, got}
	if err := s.validate(r, a); err != nil {
		t.Errorf("%s %s: the answer is not what the document says: %v\n%d %s", q.method, q.path, err, a.status, got)
	}
	if q.token == s.tokens[owner] && a.field("view") == "STAFF" {
		t.Errorf("%s %s: an owner got what reviewers see: %s", q.method, q.path, got)
	}
	return a
}

// validate holds an answer against the operation of the document: its status must be listed
// there, and content type and body be as it says.
func (s *stage) validate(r *http.Request, a answer) error {
	route, params, err := s.router.FindRoute(r)
	if err != nil {
		if a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed {
			return nil // no operation has this address
		}
		return err
	}
	if a.status < 300 {
		s.mu.Lock()
		s.answered[route.Operation.OperationID] = true
		s.mu.Unlock()
	}
	if strings.Contains(a.header.Get("Content-Type"), "json") {
		var value any
		if err := json.Unmarshal(a.body, &value); err != nil {
			return err
		}
		if odd := oddities("body", value); odd != nil {
			return errors.New(strings.Join(odd, "; "))
		}
	}
	if a.status < 300 && strings.HasPrefix(a.header.Get("Content-Type"), "application/pdf") {
		return nil // not for the validator to read
	}
	return errors.Join(listsProblem(route.Operation, a), openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}))
}

// do is send for a request that must succeed.
func (s *stage) do(t *testing.T, who, method, path string, body any, headers ...string) answer {
	t.Helper()
	q := request{method: method, path: path, token: s.tokens[who], body: body, headers: map[string]string{}}
	if method == http.MethodPost {
		q.headers["Idempotency-Key"] = s.key()
	}
	for i := 0; i < len(headers); i += 2 {
		q.headers[headers[i]] = headers[i+1]
	}
	a := s.send(t, q)
	require.Less(t, a.status, 300, "%s %s as %s: %s", method, path, who, a.body)
	return a
}
