package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

const (
	someID   = "/0193562c-0000-7000-8000-00000000000f"
	property = "/api/v1/properties" + someID
	// secret stands for what must never come back.
	secret = "zq7secretzq7"
)

func TestRefusalsNameEveryFieldAndRule(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	key, version := header{"Idempotency-Key", "k"}, header{"If-Match", `"1"`}
	tests := map[string]struct {
		role           domain.Role
		method, target string
		body           string
		header         header
		want           []string // field, rule and message
	}{
		"nothing": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", "", header{},
			[]string{"body required is required"},
		},
		"no JSON": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"name":"` + secret, header{},
			[]string{"body format must be one JSON value in UTF-8"},
		},
		"more than one value": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"name":"Asha"} ` + secret, header{},
			[]string{"body format must be one JSON value in UTF-8"},
		},
		"broken UTF-8": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", "{\"name\":\"As\xffha\"}", header{},
			[]string{"body format must be one JSON value in UTF-8"},
		},
		"nested without end": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", strings.Repeat(`{"name":`, 500), header{},
			[]string{"body format must be one JSON value in UTF-8"},
		},
		"nested deeper than any valid body": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"name":` + strings.Repeat(`[`, 500) + strings.Repeat(`]`, 500) + `}`, header{},
			[]string{"body depth is nested too deeply"},
		},
		"one field twice, at every level": {
			domain.RoleValuer, http.MethodPost, property + "/follow-ups",
			`{"items":[{"kind":"ANSWER_QUESTION","message":"Why so?"},{"kind":"ANSWER_QUESTION","message":"Why?","\u006bind":"` + secret + `"}],"items":1}`, key,
			[]string{"items duplicate is given more than once", "items[1].kind duplicate is given more than once"},
		},
		"more fields than the schema has": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"a":[` + strings.Repeat(`0,`, 60) + `0],"name":"Asha"}`, header{},
			[]string{"body size has too many fields or items"},
		},
		"a control character, which is the domain's to refuse": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"name":"As\u0000ha"}`, header{},
			[]string{"name length must be 2 to 100 characters on one line"},
		},
		"null": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"name":null,"language":"` + secret + `"}`, header{},
			[]string{"language enum must be one of en hi", "name nullable must not be null"},
		},
		"no field at all": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{}`, header{},
			[]string{"body minProperties must have at least 1 fields"},
		},
		"another type": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `["` + secret + `"]`, header{},
			[]string{"body type must be of type object"},
		},
		"unknown fields, also where Go would match them": {
			domain.RoleCustomer, http.MethodPatch, "/api/v1/me", `{"Name":"` + secret + `","nickname":1}`, header{},
			[]string{"Name unknown is not known here", "nickname unknown is not known here"},
		},
		"inside an object": {
			domain.RoleCustomer, http.MethodPatch, property,
			`{"address":{"line1":"","city":7,"pincode":"` + secret + `","flat":1},"location":{"lat":91,"lng":-181}}`, version,
			[]string{
				"address.city type must be of type string",
				"address.flat unknown is not known here",
				"address.line1 minLength must have at least 1 characters",
				"address.pincode pattern has the wrong form: Six digits, the first not 0.",
				"address.state required is required",
				"location.lat maximum must be at most 38",
				"location.lng minimum must be at least 68",
			},
		},
		"numbers": {
			domain.RoleCustomer, http.MethodPatch, property, `{"area_sqft":9223372036854775808,"bedrooms":1.5,"floor":-6,"bathrooms":1e400}`, version,
			[]string{
				"area_sqft maximum must be at most 10000000",
				"bathrooms type must be of type integer",
				"bedrooms type must be of type integer",
				"floor minimum must be at least -5",
			},
		},
		"a whole number as nobody writes it": {
			domain.RoleCustomer, http.MethodPatch, property, `{"area_sqft":1e2}`, version,
			[]string{"area_sqft format cannot be read"},
		},
		"not a number": {
			domain.RoleCustomer, http.MethodPatch, property, `{"area_sqft":NaN}`, version,
			[]string{"body format must be one JSON value in UTF-8"},
		},
		"inside a list": {
			domain.RoleValuer, http.MethodPost, property + "/follow-ups",
			`{"items":[{"kind":"ANSWER_QUESTION","message":"Why so?"},{"kind":"` + secret + `","message":"` + secret + `","` + "due" + `":1},{"photo_id":"` + secret + `"}]}`, key,
			[]string{
				"items[1].due unknown is not known here",
				"items[1].kind enum must be one of RETAKE_PHOTO ADD_PHOTO CORRECT_FIELD ANSWER_QUESTION",
				"items[2].kind required is required",
				"items[2].message required is required",
				"items[2].photo_id format has the wrong form",
			},
		},
		"an empty list": {
			domain.RoleValuer, http.MethodPost, property + "/follow-ups", `{"items":[]}`, key,
			[]string{"items minItems must have at least 1 items"},
		},
		"a day that no month has": {
			domain.RoleAdmin, http.MethodPost, "/api/v1/comparables",
			`{"source":"REGISTRY","source_id":"x","type":"HOUSE","city":"X","pincode":"560038","location":{"lat":13,"lng":77},"area_sqft":1,"sold_on":"2026-02-31","price":{"amount":1,"currency":"USD"}}`, key,
			[]string{"price.currency enum must be one of INR", "sold_on format has the wrong form: A day, not in the future."},
		},
		"an id that is none": {
			domain.RoleCustomer, http.MethodGet, "/api/v1/properties/" + secret, "", header{},
			[]string{"propertyId format has the wrong form"},
		},
		"no key": {
			domain.RoleCustomer, http.MethodPost, property + "/submission", "", header{},
			[]string{"Idempotency-Key required is required"},
		},
		"a key with a space": {
			domain.RoleCustomer, http.MethodPost, property + "/submission", "", header{"Idempotency-Key", secret + " " + secret},
			[]string{"Idempotency-Key pattern has the wrong form"},
		},
		"a weak version": {
			domain.RoleCustomer, http.MethodPatch, property, `{"bedrooms":3}`, header{"If-Match", `W/"1"`},
			[]string{"If-Match pattern has the wrong form"},
		},
		"parameters": {
			domain.RoleValuer, http.MethodGet,
			"/api/v1/queue?state=DRAFT&state=" + secret + "&pincode=0&limit=101&mine=" + secret + "&sort=" + secret + "&cursor=&colour=" + secret, "", header{},
			[]string{
				"colour unknown is no parameter of this operation",
				"cursor minLength must have at least 1 characters",
				"limit maximum must be at most 100",
				"mine format cannot be read",
				"pincode pattern has the wrong form",
				"sort enum must be one of due_at submitted_at -submitted_at",
				"state[1] enum must be one of DRAFT SUBMITTED UNDER_REVIEW FOLLOW_UP_REQUIRED AWAITING_SIGN_OFF APPROVED VALUED REJECTED WITHDRAWN",
			},
		},
		"a parameter twice": {
			domain.RoleValuer, http.MethodGet, "/api/v1/queue?limit=5&limit=" + secret, "", header{},
			[]string{"limit format cannot be read"},
		},
		"a query that is none": {
			domain.RoleValuer, http.MethodGet, "/api/v1/queue?%zz=" + secret, "", header{},
			[]string{"query format must be name=value pairs joined by &"},
		},
		"a moment that no clock shows": {
			domain.RoleSupervisor, http.MethodGet, "/api/v1/analytics/kpis?from=2026-02-31T00:00:00Z&to=" + secret, "", header{},
			[]string{"from format has the wrong form", "to format has the wrong form"},
		},
		"a cursor of somebody's own making": {
			domain.RoleValuer, http.MethodGet, "/api/v1/queue?cursor=" + secret, "", header{},
			[]string{"cursor format must be the next_cursor of an earlier page"},
		},
		"a body that nobody asked for": {
			domain.RoleCustomer, http.MethodPost, property + "/submission", `{"id":"` + secret + `"}`, key,
			[]string{"body unknown this operation takes no body"},
		},
	}
	for name, test := range tests {
		w := f.send(test.method, test.target, test.body, bearer(f.token(t, test.role)), test.header)
		assert.Equal(t, http.StatusBadRequest, w.Code, "%s: %s", name, w.Body)
		assert.NotContains(t, w.Body.String(), secret, name)
		problem := problemOf(t, w)
		assert.Equal(t, gen.ProblemCodeInvalidInput, problem.Code, name)
		var got []string
		for _, e := range problem.Errors {
			got = append(got, fmt.Sprintf("%s %s %s", e.Field, e.Rule, e.Message))
		}
		assert.Equal(t, test.want, got, name)
	}
	assert.NotContains(t, f.log.String(), secret)
}

func TestRefusalsStayShort(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	w := f.send(http.MethodPost, property+"/follow-ups", `{"items":[{}`+strings.Repeat(",{}", 180)+`]}`,
		bearer(f.token(t, domain.RoleValuer)), header{"Idempotency-Key", "k"})
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Len(t, problemOf(t, w).Errors, maxFields)

	w = f.send(http.MethodPatch, "/api/v1/me", `{"`+strings.Repeat("n", 3_000)+`":1}`, bearer(f.token(t, domain.RoleCustomer)))
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Less(t, w.Body.Len(), 1000, "nor is a long name told back")
}

// composedDocument is a document with bodies that are one of several things.
const composedDocument = `
openapi: 3.1.0
info: {title: pets, version: '1'}
paths:
  /pets:
    post:
      operationId: addPet
      security: []
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              properties:
                pet:
                  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
                  discriminator: {propertyName: kind, mapping: {CAT: '#/components/schemas/Cat', DOG: '#/components/schemas/Dog'}}
                other: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]}
                size: {allOf: [{type: integer, minimum: 3}, {type: integer, maximum: 9}]}
                name: {anyOf: [{type: integer}, {type: string, maxLength: 2}]}
      responses: {'204': {description: Done.}}
components:
  schemas:
    Cat: {type: object, additionalProperties: false, required: [kind], properties: {kind: {type: string, enum: [CAT]}, lives: {type: integer, maximum: 9}}}
    Dog: {type: object, additionalProperties: false, required: [kind], properties: {kind: {type: string, enum: [DOG]}}}
`

// nobody has no session.
func nobody(r *http.Request, _ *openapi3.Operation, _ middleware.Caller) *http.Request { return r }

func TestRefusalsReadComposedSchemas(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(composedDocument))
	require.NoError(t, err)
	handler := chi.NewRouter()
	handler.With(newContract(doc, problemWriter{log: slog.New(slog.DiscardHandler)}, nobody).enforce).
		Post("/pets", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for body, want := range map[string]string{
		`{"pet":{"kind":"CAT","lives":9},"size":5,"name":"ab"}`: "",
		`{"pet":{"kind":"CAT","lives":10}}`:                     "pet.lives must be at most 9",
		`{"pet":{"kind":"` + secret + `"}}`:                     "pet must say by kind what it is",
		`{"pet":{}}`:                                            "pet must say by kind what it is",
		`{"pet":"` + secret + `"}`:                              "pet must be of type object",
		`{"other":{"kind":"DOG","` + "lives" + `":1}}`:          "other.kind must be one of CAT",
		`{"size":2}`:                "size must be at least 3",
		`{"size":"` + secret + `"}`: "size must be of type integer",
		`{"name":"` + secret + `"}`: "name breaks the rule anyOf",
	} {
		r := httptest.NewRequest(http.MethodPost, "/pets", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if want == "" {
			assert.Equal(t, http.StatusNoContent, w.Code, w.Body)
			continue
		}
		assert.NotContains(t, w.Body.String(), secret)
		problem := problemOf(t, w)
		require.NotEmpty(t, problem.Errors, body)
		assert.Equal(t, want, problem.Errors[0].Field+" "+problem.Errors[0].Message, body)
	}
}

// TestAParameterGivenTwiceIsRefused: a proxy might read the first, and the API the last.
func TestAParameterGivenTwiceIsRefused(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := bearer(f.token(t, domain.RoleCustomer))
	require.Equal(t, http.StatusOK, f.send(http.MethodGet, "/api/v1/properties?limit=1", "", token).Code)
	for _, query := range []string{"limit=1&limit=2", "limit=1&limit=1", "limit=1&Limit=2", "limit[]=1", "limit=1;limit=2"} {
		w := f.send(http.MethodGet, "/api/v1/properties?"+query, "", token)
		assert.Equal(t, http.StatusBadRequest, w.Code, "%s: %s", query, w.Body)
	}
}
