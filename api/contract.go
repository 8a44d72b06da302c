package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

// Document returns openapi.yaml as served: without the operations that exist in demo mode
// only, unless demo is true. Each call returns a copy of its own.
func Document(demo bool) (*openapi3.T, error) {
	doc, err := gen.GetSpec()
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

// contract holds every request against the document before a handler sees it: the route,
// the proof of identity, the role, parameters and body.
type contract struct {
	router  routers.Router
	options *openapi3filter.Options
	problem problemWriter
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func newContract(doc *openapi3.T, problem problemWriter) (*contract, error) {
	// The document uses no keyword that OpenAPI 3.0 lacks (a test sees to it), so it is
	// checked by the validator of 3.0: that one keeps compiled schemas, the 3.1 one compiles
	// them anew for each request.
	checked := *doc
	checked.OpenAPI, checked.Servers = "3.0.3", nil
	router, err := gorillamux.NewRouter(&checked)
	if err != nil {
		return nil, fmt.Errorf("route the document: %w", err)
	}
	return &contract{
		router: router,
		options: &openapi3filter.Options{
			MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{
				openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(uuidPattern.String())),
			},
		},
		problem: problem,
	}, nil
}

// enforce is the middleware.
func (c *contract) enforce(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, params, err := c.router.FindRoute(r)
		switch {
		case errors.Is(err, routers.ErrMethodNotAllowed):
			c.problem.status(w, r, http.StatusMethodNotAllowed, "method_not_allowed", "this address does not know the method", nil)
			return
		case err != nil:
			c.problem.status(w, r, http.StatusNotFound, "no_such_operation", "no operation has this address", nil)
			return
		}
		middleware.NoteOperation(r.Context(), route.Operation.OperationID)
		caller := middleware.CallerOf(r.Context())
		if err := authorize(route.Operation, caller); err != nil {
			c.problem.write(w, r, err)
			return
		}
		input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: c.options}
		err = errors.Join(unknownParameters(r, route), openapi3filter.ValidateRequest(r.Context(), input))
		if err != nil {
			c.refuse(w, r, err)
			return
		}
		ctx, err := withIdempotencyKey(r, route.Operation.OperationID, caller.Identity.Actor.ID)
		if err != nil {
			c.problem.write(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// authorize checks the identity against the operation's security and x-roles.
func authorize(op *openapi3.Operation, caller middleware.Caller) error {
	if op.Security == nil || len(*op.Security) == 0 {
		return nil
	}
	if caller.Err != nil {
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

func unknownParameters(r *http.Request, route *routers.Route) error {
	var v domain.Violations
	for name := range r.URL.Query() {
		known := route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) != nil
		v.Require(known, name, "unknown", "is no parameter of this operation")
	}
	slices.SortFunc(v, func(a, b domain.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return v.Err()
}

type idempotencyKey struct{}

// withIdempotencyKey gives the request's Idempotency-Key to its handler, with a fingerprint
// of what was asked.
func withIdempotencyKey(r *http.Request, operation string, user domain.UserID) (context.Context, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return r.Context(), nil
	}
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.RequestURI()+"\n")
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, fmt.Errorf("read the validated body: %w", err)
		}
		_, _ = h.Write(body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
	}
	return context.WithValue(r.Context(), idempotencyKey{}, domain.IdempotencyKey{
		UserID: user, Operation: operation, Key: key, Fingerprint: hex.EncodeToString(h.Sum(nil)),
	}), nil
}

// keyOf returns the request's idempotency key, zero where it has none.
func keyOf(ctx context.Context) domain.IdempotencyKey {
	key, _ := ctx.Value(idempotencyKey{}).(domain.IdempotencyKey)
	return key
}

// actorOf returns who is asking.
func actorOf(ctx context.Context) domain.Actor { return middleware.CallerOf(ctx).Identity.Actor }
