package api

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

// TestEveryCodeOfAnOwnerIsInHindi asks for the codes of the operations that owners, or those who
// have no token yet, may call.
func TestEveryCodeOfAnOwnerIsInHindi(t *testing.T) {
	t.Parallel()
	doc := document(t)
	codes := map[string]bool{"internal": true}
	note := func(list any) {
		for _, code := range list.([]any) {
			codes[code.(string)] = true
		}
	}
	for _, op := range operations(t, doc) {
		if op.secured() && !slices.Contains(roles(op.Operation), domain.RoleCustomer) {
			continue
		}
		if byStatus, ok := op.Extensions["x-problem-codes"].(map[string]any); ok {
			for _, list := range byStatus {
				note(list)
			}
		}
	}
	for _, response := range doc.Components.Responses {
		if list, ok := response.Value.Extensions["x-problem-codes"]; ok {
			note(list)
		}
	}
	require.Greater(t, len(codes), 40)
	for code := range codes {
		assert.Regexp(t, `\p{Devanagari}`, (&domain.Error{Code: code}).Words().Hindi, code)
	}
}

// speaks sets the language of the customer.
func (f *face) speaks(t *testing.T, language domain.Language) {
	t.Helper()
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, people[domain.RoleCustomer])
		if err != nil {
			return err
		}
		user.Language = language
		return tx.Users.Update(ctx, &user)
	}))
}

func TestProblemsAreInTheOwnersLanguage(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, m *memory.Ports) {
		o.UseCases.CreateProperty = intake.CreateProperty{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy}
	})
	hindi, english := header{"Accept-Language", "hi-IN, en;q=0.8"}, header{"Accept-Language", "en-IN, hi;q=0.9"}
	customer, valuer := bearer(f.token(t, domain.RoleCustomer)), bearer(f.token(t, domain.RoleValuer))
	const domainRule, contractRule = `{"type": "LAND", "floor": 1}`, `{"type": "LAND", "floor": 999}`
	post := func(body string, headers ...header) (*gen.Problem, string) {
		w := f.send(http.MethodPost, "/api/v1/properties", body, append(headers, header{"Idempotency-Key", "k"})...)
		problem := problemOf(t, w)
		return &problem, w.Header().Get("Content-Language")
	}
	for name, c := range map[string]struct {
		stored        domain.Language
		body          string
		headers       []header
		want          string
		detail, field string
	}{
		"stored Hindi, rule of the domain":   {domain.Hindi, domainRule, []header{customer}, "hi", "दी गई जानकारी में कुछ ठीक नहीं है", "इस प्रकार की संपत्ति में यह नहीं होता"},
		"stored Hindi, rule of the contract": {domain.Hindi, contractRule, []header{customer, english}, "hi", "दी गई जानकारी में कुछ ठीक नहीं है", "अधिकतम 200 होना चाहिए"},
		"stored English":                     {domain.English, contractRule, []header{customer, hindi}, "en", "the input breaks a rule", "must be at most 200"},
		"staff":                              {domain.Hindi, contractRule, []header{valuer, hindi}, "en", "", ""},
		"nobody, Hindi":                      {domain.English, contractRule, []header{hindi}, "hi", "पहले लॉगिन करें", ""},
		"nobody, English":                    {domain.Hindi, contractRule, []header{english}, "en", "", ""},
		"nobody, Tamil":                      {domain.Hindi, contractRule, []header{{"Accept-Language", "ta"}}, "en", "", ""},
		"nobody, nonsense":                   {domain.Hindi, contractRule, []header{{"Accept-Language", ";;q=x"}}, "en", "", ""},
		"nobody, nothing":                    {domain.Hindi, contractRule, nil, "en", "", ""},
	} {
		f.speaks(t, c.stored)
		problem, language := post(c.body, c.headers...)
		assert.Equal(t, c.want, language, name)
		if c.detail != "" {
			assert.Equal(t, c.detail, *problem.Detail, name)
		}
		if c.field != "" {
			require.Len(t, problem.Errors, 1, name)
			assert.Equal(t, "floor", problem.Errors[0].Field, name)
			assert.Equal(t, c.field, problem.Errors[0].Message, name)
		}
	}
}

func TestAdviceIsInTheOwnersLanguage(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, m *memory.Ports) {
		o.UseCases.ListPhotos = capture.ListPhotos{UnitOfWork: m.Store, Blobs: m.Blobs, Clock: m.Clock}
	})
	const id = "0193562c-0000-7000-8000-00000000000a"
	owner := domain.Actor{ID: people[domain.RoleCustomer], Role: domain.RoleCustomer}
	property, _, err := domain.NewProperty(id, owner, domain.House, "", domain.DetailsChange{}, "salt", f.Clock.Now())
	require.NoError(t, err)
	property.State, property.SubmittedAt = domain.Submitted, f.Clock.Now() // so that staff see it
	photo := domain.Photo{
		ID: id, PropertyID: id, OwnerID: owner.ID, Subject: domain.Subject{Type: domain.PhotoFront}, Status: domain.PhotoFailed,
		Findings: []domain.Finding{{Code: domain.FindingTooDark, Outcome: domain.OutcomeFailed}}, CreatedAt: f.Clock.Now(),
	}
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, property); err != nil {
			return err
		}
		return tx.Photos.Add(ctx, photo)
	}))
	photos := func(role domain.Role) string {
		w := f.send(http.MethodGet, "/api/v1/properties/"+id+"/photos", "", bearer(f.token(t, role)))
		require.Equal(t, http.StatusOK, w.Code, w.Body.String())
		return w.Body.String()
	}
	assert.Contains(t, photos(domain.RoleCustomer), "too dark")
	f.speaks(t, domain.Hindi)
	assert.Contains(t, photos(domain.RoleCustomer), "फ़ोटो बहुत अँधेरी है")
	assert.Contains(t, photos(domain.RoleValuer), "too dark")
}
