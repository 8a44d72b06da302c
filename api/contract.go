package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Document returns openapi.yaml as it is served: without the operations marked x-demo-only,
// unless demo is true. Each call returns its own copy.
func Document(demo bool) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(propflow.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("load the embedded document: %w", err)
	}
	for path, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if only, _ := op.Extensions["x-demo-only"].(bool); only && !demo {
				doc.Paths.Delete(path)
			}
		}
	}
	return doc, nil
}

// contract checks every request against the document before a handler sees it: the token, the
// role, the parameters and the body. It finds the operation by the pattern that the router
// matched, because the router's patterns are the document's paths.
type contract struct {
	operations map[string]*called // by method and path: "GET /health"
	options    openapi3filter.Options
	problem    problemWriter
	withAccess func(r *http.Request, op *openapi3.Operation, caller middleware.Caller) *http.Request
}

// called is an operation as the document declares it, with a route for the validator. The
// route's copy has no security requirements, because authorize checks those.
type called struct {
	*openapi3.Operation
	route *routers.Route
	shape shape // of its body
	query int   // length of its longest query
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// formats returns validators as strict as the handlers' decoding, which could not name the field
// in its error. The validator's own patterns are laxer: they accept 30 February and leap
// seconds.
func formats() []openapi3.SchemaValidationOption {
	at := func(layout string) openapi3.StringFormatValidator {
		return openapi3.NewCallbackValidator(func(text string) error {
			_, err := time.Parse(layout, text)
			return err
		})
	}
	return []openapi3.SchemaValidationOption{
		openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(uuidPattern.String())),
		openapi3.WithStringFormatValidator("email", openapi3.NewCallbackValidator(func(value string) error {
			_, err := domain.ParseEmail(value)
			return err
		})),
		openapi3.WithStringFormatValidator("date", at(time.DateOnly)),
		openapi3.WithStringFormatValidator("date-time", at(time.RFC3339)),
	}
}

func newContract(
	doc *openapi3.T, problem problemWriter,
	withAccess func(r *http.Request, op *openapi3.Operation, caller middleware.Caller) *http.Request,
) *contract {
	// The document uses no keyword that OpenAPI 3.0 lacks (a test checks that), so the validator
	// of 3.0 can check it. That one keeps compiled schemas; the one of 3.1 compiles them again
	// for each request.
	checked := *doc
	checked.OpenAPI, checked.Servers = "3.0.3", nil
	c := &contract{operations: make(map[string]*called), problem: problem, withAccess: withAccess, options: openapi3filter.Options{
		MultiError: true, SchemaValidationOptions: formats(),
	}}
	for path, item := range checked.Paths.Map() {
		for method, op := range item.Operations() {
			open := *op
			open.Security = openapi3.NewSecurityRequirements()
			c.operations[method+" "+path] = &called{op, &routers.Route{
				Spec: &checked, Path: path, PathItem: item, Method: method, Operation: &open,
			}, bodyShape(op), longestQuery(op)}
		}
	}
	return c
}

// enforce is the middleware that checks requests on the routes of operations.
func (c *contract) enforce(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := chi.RouteContext(r.Context())
		op := c.operation(r, at.RoutePattern())
		if op == nil {
			c.missing(at.Routes).ServeHTTP(w, r)
			return
		}
		caller := middleware.CallerOf(r.Context())
		middleware.NoteOperation(r.Context(), op.OperationID)
		if err := authorize(op.Operation, caller, r.Header.Get(clientHeader) != ""); err != nil {
			c.problem.write(w, r, err)
			return
		}
		r = c.withAccess(r, op.Operation, caller)
		body, err := takeBody(w, r, op)
		if err == nil {
			err = longQuery(r, op)
		}
		if err == nil {
			err = errors.Join(unknownParameters(r, op.Operation), c.validate(r, op, at.URLParams))
		}
		if err != nil {
			c.refuse(w, r, err)
			return
		}
		ctx := withIdempotencyKey(r, op.OperationID, caller.Identity.Actor.ID, body)
		if reason := r.Header.Get(domain.CaseReasonField); reason != "" {
			ctx = ports.WithReason(ctx, reason)
		}
		next.ServeHTTP(w, r.WithContext(ctx)) //nolint:contextcheck // it is the request's
	})
}

func (c *contract) validate(r *http.Request, op *called, params chi.RouteParams) error {
	options := c.options
	options.ExcludeRequestBody = !takesJSON(op.Operation)
	values := make(map[string]string, len(params.Keys))
	for i, name := range params.Keys {
		values[name] = params.Values[i]
	}
	return openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: values, Route: op.route, Options: &options,
	})
}

// operation returns the operation at the pattern for the request's method, or nil if there is
// none. An address with escaped characters has none, because no parameter needs them.
func (c *contract) operation(r *http.Request, pattern string) *called {
	if r.URL.RawPath != "" {
		return nil
	}
	method := r.Method
	if method == http.MethodHead { // HEAD asks for the headers of GET
		method = http.MethodGet
	}
	return c.operations[method+" "+pattern]
}

// missing answers requests for which there is no operation: 405 if the address has one for
// another method, else 404.
func (c *contract) missing(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		probe := r.WithContext(r.Context())
		for _, probe.Method = range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if c.operation(probe, routes.Find(chi.NewRouteContext(), probe.Method, r.URL.Path)) == nil {
				continue
			}
			allowed = append(allowed, probe.Method)
			if probe.Method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
		if len(allowed) == 0 {
			c.problem.status(w, r, http.StatusNotFound, &domain.Error{Code: "no_such_operation", Message: "no operation has this address"})
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		c.problem.status(w, r, http.StatusMethodNotAllowed, &domain.Error{Code: "method_not_allowed", Message: "this address does not know the method"})
	}
}

// authorize checks the caller's identity against the operation's security and x-roles. browser
// reports whether a browser application asks, whose cookie may be enough.
func authorize(op *openapi3.Operation, caller middleware.Caller, browser bool) error {
	if op.Security == nil || len(*op.Security) == 0 {
		return nil
	}
	if caller.Err != nil {
		if browser && byCookie(op) {
			return nil
		}
		return caller.Err
	}
	_, secondFactor := (*op.Security)[0]["secondFactor"]
	if caller.Identity.SecondFactorPending != secondFactor {
		return domain.Unauthenticated("wrong_token", "this operation takes another kind of token")
	}
	if !slices.Contains(roles(op), caller.Identity.Actor.Role) {
		return domain.Forbidden("role_not_allowed", "your role may not do this")
	}
	return nil
}

// roles returns the operation's x-roles.
func roles(op *openapi3.Operation) []domain.Role {
	listed, _ := op.Extensions["x-roles"].([]any)
	var out []domain.Role
	for _, role := range listed {
		if name, ok := role.(string); ok {
			out = append(out, domain.Role(name))
		}
	}
	return out
}

// longQuery refuses a query that is longer than any valid one, before it is parsed.
func longQuery(r *http.Request, op *called) error {
	var v domain.Violations
	v.Require(len(r.URL.RawQuery) <= op.query, "query", "size", "is too long")
	return v.Err()
}

func unknownParameters(r *http.Request, op *openapi3.Operation) error {
	var v domain.Violations
	query, err := url.ParseQuery(r.URL.RawQuery)
	v.Require(err == nil, "query", "format", "must be name=value pairs joined by &")
	for name := range query {
		known := op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil
		v.Require(known, cmp.Or(name, "query"), "unknown", "is no parameter of this operation")
	}
	slices.SortFunc(v, func(a, b domain.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return v.Err()
}

type askedKey struct{}

// asked is a request with an Idempotency-Key.
type asked struct {
	key  domain.IdempotencyKey // without its fingerprint
	line string                // the method and the address
	body []byte
}

// withIdempotencyKey passes the request's Idempotency-Key to its handler.
func withIdempotencyKey(r *http.Request, operation string, user domain.UserID, body []byte) context.Context {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return r.Context()
	}
	return context.WithValue(r.Context(), askedKey{}, asked{
		key:  domain.IdempotencyKey{UserID: user, Operation: operation, Key: key},
		line: r.Method + " " + r.URL.RequestURI() + "\n", body: body,
	})
}

// keyOf returns the request's idempotency key, or the zero key if it has none. Its fingerprint is
// of the method, the address and the body, and takes 1 ms for a large file.
func keyOf(ctx context.Context) domain.IdempotencyKey {
	of, found := ctx.Value(askedKey{}).(asked)
	if !found {
		return domain.IdempotencyKey{}
	}
	sum := sha256.New()
	sum.Write([]byte(of.line))
	sum.Write(of.body)
	of.key.Fingerprint = hex.EncodeToString(sum.Sum(nil))
	return of.key
}

// actorOf returns the actor who sent the request.
func actorOf(ctx context.Context) domain.Actor { return middleware.CallerOf(ctx).Identity.Actor }
