package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// withdraw withdraws the owner's consent to purposes.
func (s *stage) withdraw(t *testing.T, confirmed bool, purposes ...string) answer {
	t.Helper()
	return s.post(t, owner, "/api/v1/consents/withdrawals", object{"purposes": purposes, "confirm_withdrawal_of_cases": confirmed})
}

// TestConsentComesFirst takes a case through everything that takes a place or photo in, without
// consent, then goes on with it.
func TestConsentComesFirst(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		require.Equal(t, http.StatusCreated, s.withdraw(t, true, "VALUATION").status)
		listed := s.do(t, owner, http.MethodGet, "/api/v1/consents", nil)
		assert.Contains(t, string(listed.body), `"consent_required":true`)
		assert.Equal(t, "consent_required", s.post(t, owner, "/api/v1/properties", details()).code())
		body := details()
		delete(body, "location")
		id := s.do(t, owner, http.MethodPost, "/api/v1/properties", body).field("id")
		refused := func(method, path string, body any) {
			t.Helper()
			a := s.send(t, keyed(request{method: method, path: path, body: body, token: s.tokens[owner]}, s.key()))
			assert.Equal(t, "consent_required", a.code(), "%s %s", method, path)
			assert.Equal(t, http.StatusConflict, a.status)
		}
		refused(http.MethodPost, property(id, "/photo-challenges"), front)
		refused(http.MethodPost, property(id, "/submission"), nil)
		refused(http.MethodGet, "/api/v1/pincodes?lat=12.9719&lng=77.6412", nil)

		s.consent(t, owner)
		id = s.inState(t, domain.FollowUpRequired)
		require.Equal(t, http.StatusCreated, s.withdraw(t, false, "IMAGE_ANALYSIS").status, "analysis alone ends nothing")
		open := s.withdraw(t, false, "VALUATION")
		assert.Equal(t, "cases_open", open.code())
		assert.Contains(t, string(open.body), "properties."+id)
		assert.Equal(t, "FOLLOW_UP_REQUIRED", s.do(t, owner, http.MethodGet, property(id), nil).field("state"))
		require.Equal(t, http.StatusCreated, s.withdraw(t, true, "VALUATION").status)
		assert.Equal(t, "WITHDRAWN", s.do(t, owner, http.MethodGet, property(id), nil).field("state"))
	})
}

// TestPhotosAreNotAnalysedWithoutConsent uses a real job, between a withdrawal and a new consent.
func TestPhotosAreNotAnalysedWithoutConsent(t *testing.T) {
	s := newStage(t)
	s.ImageAnalyzer.AnswerWith(func([]byte) (domain.ImageAnalysis, error) { return domain.ImageAnalysis{Done: true}, nil })
	id := s.draft(t, owner)
	analysed := func() bool {
		photo := s.photograph(t, owner, id, front)
		return strings.Contains(string(s.do(t, owner, http.MethodGet, property(id, "/photos/", photo), nil).body), `"analysed":true`)
	}
	assert.True(t, analysed())
	s.withdraw(t, false, "IMAGE_ANALYSIS")
	assert.False(t, analysed())
	s.consent(t, owner)
	assert.True(t, analysed())
}

func TestEarlierNoticesStayReadable(t *testing.T) {
	s := newStage(t)
	now := s.do(t, owner, http.MethodGet, "/api/v1/consent-notice?language=hi", nil)
	assert.Equal(t, domain.ConsentVersion, now.field("version"))
	for _, part := range []string{`"purposes":[{`, `"rights":[{`, `"complaint":"`, `"retention":"`} {
		assert.Contains(t, string(now.body), part)
	}
	before := s.do(t, owner, http.MethodGet, "/api/v1/consent-notice?version=2026-11-01", nil)
	assert.Equal(t, "2026-11-01", before.field("version"))
	unknown := s.send(t, request{method: http.MethodGet, path: "/api/v1/consent-notice?version=2020-01-01", token: s.tokens[owner]})
	assert.Equal(t, "notice_not_found", unknown.code())
}
