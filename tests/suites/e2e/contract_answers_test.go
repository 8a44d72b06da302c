package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// TestEveryOperationAnswersAsTheDocumentSays calls every operation with success: the stage
// holds each answer against the document.
func TestEveryOperationAnswersAsTheDocumentSays(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		for name, prepare := range scenarios {
			q, _ := prepare(t, s)
			a := s.send(t, keyed(q, s.key()))
			require.Less(t, a.status, 300, "%s: %s", name, a.body)
		}
		s.idle(t)
		get := func(who, path string) answer { t.Helper(); return s.do(t, who, http.MethodGet, path, nil) }

		valued := s.inState(t, domain.Valued)
		risky := s.inState(t, domain.AwaitingSignOff)
		asked := s.inState(t, domain.FollowUpRequired)
		rejected := s.inState(t, domain.Rejected)
		for _, id := range []string{valued, risky, asked, rejected} {
			for _, path := range []string{"", "/photos", "/audit"} {
				get(owner, property(id, path))
				get(valuer, property(id, path))
				s.do(t, supervisor, http.MethodGet, property(id, path), nil, domain.CaseReasonField, why)
			}
		}
		for _, path := range []string{"/links", "/valuations", "/comparables", "/comparables?radius_km=20&months=12&limit=3", "/valuation-suggestion"} {
			get(supervisor, property(risky, path))
		}
		photo := s.photograph(t, owner, s.draft(t, owner), front)
		listed := get(owner, "/api/v1/properties")
		draft := firstID(t, listed)
		assert.Contains(t, string(get(owner, property(draft, "/photos/", photo)).body), `"links"`)
		s.do(t, owner, http.MethodDelete, property(draft, "/photos/", photo), nil)
		s.do(t, owner, http.MethodDelete, property(draft), nil)
		get(owner, property(valued, "/valuation"))
		get(valuer, property(valued, "/valuation"))
		get(owner, property(valued, "/report"))
		s.do(t, valuer, http.MethodPost, property(s.inState(t, domain.UnderReview), "/claim/heartbeat"), nil)
		for name, e := range s.editables(t) {
			tag := s.send(t, e.read).header.Get("ETag")
			require.Equal(t, http.StatusOK, s.confirmed(t, s.send(t, e.versioned(0, tag)), e.read).status, name)
		}
		s.do(t, owner, http.MethodPatch, "/api/v1/me", object{"name": "Asha Rao", "language": "hi"})
		get(owner, "/api/v1/me")
		get(owner, "/api/v1/consents")
		get(owner, "/api/v1/consent-notice?language=hi")
		get(owner, "/api/v1/notifications")
		get(supervisor, "/api/v1/notifications?property_id="+valued)
		get(valuer, "/api/v1/queue?state=UNDER_REVIEW&mine=true&sort=-submitted_at")
		for _, who := range []string{owner, valuer, admin} {
			get(who, "/api/v1/pincodes/"+examplePincode)
			get(who, "/api/v1/pincodes/176057") // without a position
			get(who, "/api/v1/pincodes/121999") // without a state
			get(who, "/api/v1/pincodes?lat=12.9719&lng=77.6412&limit=20")
		}
		get(owner, "/api/v1/me/privacy-requests")
		get(admin, "/api/v1/privacy-requests?kind=ACCESS&state=OPEN")
		get(admin, "/api/v1/privacy-requests/"+s.privacyRequest(t))
		get(admin, "/api/v1/holds?in_force=true")
		get(admin, "/api/v1/staff")
		get(admin, s.proposal(t))
		get(admin, "/api/v1/proposals?limit=1")
		get(supervisor, "/api/v1/reviewers")
		for _, who := range []string{supervisor, admin} {
			changes := string(get(who, "/api/v1/settings/history?limit=1").body)
			assert.Contains(t, changes, `"before"`)
			assert.Contains(t, changes, string(s.people[admin].ID))
		}
		events := string(get(admin, "/api/v1/security-events?limit=1&code=originals_viewed&actor_id="+string(s.people[supervisor].ID)+
			"&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z").body)
		assert.Contains(t, events, `"originals_viewed"`)
		assert.Contains(t, events, `"next_cursor"`)
		reviewed := s.inState(t, domain.UnderReview)
		get(owner, property(asked, "/submission"))
		s.do(t, valuer, http.MethodPost, property(reviewed, "/valuation-preview"), s.appraisal(t, valuer, reviewed))
		for _, query := range []string{"", "?source=REGISTRY&source_id=0", "?lat=12.97&lng=77.64&radius_km=2&limit=2", "?withdrawn=true", "?type=APARTMENT&pincode=560038"} {
			get(admin, "/api/v1/comparables"+query)
			get(valuer, "/api/v1/comparables"+query)
		}
		get(admin, "/api/v1/comparables/"+s.appraisal(t, valuer, risky)["comparable_ids"].([]string)[0])
		for _, path := range []string{"/kpis", "/funnel", "/kpis?from=2026-11-01T00:00:00%2B05:30&to=2026-11-24T00:00:00%2B05:30"} {
			get(supervisor, "/api/v1/analytics"+path)
			get(admin, "/api/v1/analytics"+path)
		}
		for _, path := range []string{"/health", "/livez", "/readyz", "/api/v1/status", "/api/v1/demo/messages", "/api/v1/demo/staff"} {
			require.Equal(t, http.StatusOK, s.send(t, request{method: http.MethodGet, path: path}).status, path)
		}
		s.logIn(t)

		for _, item := range s.doc.Paths.Map() {
			for _, op := range item.Operations() {
				if op.OperationID != "streamEvents" { // live_test.go
					assert.True(t, s.answered[op.OperationID], "%s never answered with success", op.OperationID)
				}
			}
		}
	})
}

// firstID returns the id of a list's first item.
func firstID(t *testing.T, a answer) string {
	t.Helper()
	var list struct{ Items []struct{ ID string } }
	require.NoError(t, json.Unmarshal(a.body, &list))
	require.NotEmpty(t, list.Items)
	return list.Items[0].ID
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// logIn logs in a new customer and a member of staff, refreshes and logs out.
func (s *stage) logIn(t *testing.T) {
	t.Helper()
	post := func(path, token string, body any) answer {
		a := s.send(t, request{method: http.MethodPost, path: "/api/v1/auth" + path, token: token, body: body})
		require.Less(t, a.status, 300, "%s: %s", path, a.body)
		return a
	}
	code := func(phone domain.Phone) object {
		before := s.code(phone)
		sent := post("/otp", "", object{"phone": phone})
		return object{"login_id": sent.field("login_id"), "phone": phone, "code": s.nextCode(t, phone, before)}
	}
	customer := post("/otp/verify", "", code("+919811177777"))
	assert.Equal(t, "AUTHENTICATED", customer.field("outcome"))
	s.sessionsOf(t, customer.field("access_token"), "+919811177777")
	customer = post("/otp/verify", "", code("+919811177777"))
	refreshed := post("/refresh", "", object{"refresh_token": customer.field("refresh_token")})
	post("/logout", refreshed.field("access_token"), nil)
	ended := s.send(t, request{method: http.MethodPost, path: "/api/v1/auth/refresh", body: object{"refresh_token": refreshed.field("refresh_token")}})
	assert.Equal(t, "session_ended", ended.code())
	s.rest(t, "+919811177777")
	pincode := post("/otp/verify", "", code("+919811177777"))
	assert.Equal(t, "PINCODE_REQUIRED", pincode.field("outcome"))
	anew := post("/otp/pincode", "", object{"login_id": pincode.field("login_id"), "phone": "+919811177777"})
	assert.NotEqual(t, customer.field("user.id"), anew.field("user.id"))

	leaving := post("/otp/verify", "", code("+919811177778")).field("access_token")
	send := func(method, path string) answer {
		a := s.send(t, keyed(request{method: method, path: path, token: leaving}, s.key()))
		require.Less(t, a.status, 300, "%s: %s", path, a.body)
		return a
	}
	export := send(http.MethodPost, "/api/v1/me/exports").field("id")
	s.idle(t)
	assert.Equal(t, "READY", send(http.MethodGet, "/api/v1/me/exports/"+export).field("state"))
	assert.Equal(t, "ERASURE", send(http.MethodDelete, "/api/v1/me").field("kind"))

	halfway := post("/otp/verify", "", code(s.people[deputy].Phone))
	assert.Equal(t, "SECOND_FACTOR_REQUIRED", halfway.field("outcome"))
	token := halfway.field("second_factor_token")
	issued := s.do(t, admin, http.MethodPost, "/api/v1/staff/"+string(s.people[deputy].ID)+"/enrolment-code", nil)
	refused := s.send(t, request{
		method: http.MethodPost, path: "/api/v1/auth/totp/enrol", token: token, body: object{"enrolment_code": "0000-0000-0000-0000-0000-0000"},
	})
	assert.Equal(t, "enrolment_code_refused", refused.code())
	secret := post("/totp/enrol", token, object{"enrolment_code": issued.field("code")}).field("secret")
	confirmed := post("/totp/verify", token, object{"code": s.totp(secret)})
	var login struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
	require.NoError(t, json.Unmarshal(confirmed.body, &login))
	require.Len(t, login.RecoveryCodes, domain.RecoveryCodes)
	staff := post("/totp/verify", token, object{"recovery_code": strings.ToLower(login.RecoveryCodes[3])})
	assert.Equal(t, "SUPERVISOR", staff.field("user.role"))
	access := staff.field("access_token")
	s.renewFactor(t, access)
	a := s.send(t, request{method: http.MethodGet, path: "/api/v1/me", token: access})
	assert.Equal(t, http.StatusOK, a.status, "the session that replaced the factor goes on")
}

// renewFactor replaces the authenticator app of a member of staff, and then the recovery codes.
func (s *stage) renewFactor(t *testing.T, token string) {
	t.Helper()
	post := func(path string, body any) answer {
		return s.send(t, request{method: http.MethodPost, path: "/api/v1/auth" + path, token: token, body: body})
	}
	codes := func(a answer) []string {
		var made struct {
			RecoveryCodes []string `json:"recovery_codes"`
		}
		require.Equal(t, http.StatusOK, a.status, "%s", a.body)
		require.NoError(t, json.Unmarshal(a.body, &made))
		require.Len(t, made.RecoveryCodes, domain.RecoveryCodes)
		return made.RecoveryCodes
	}
	replaced := post("/totp/replacement", nil)
	require.Equal(t, http.StatusOK, replaced.status, "%s", replaced.body)
	assert.Equal(t, "invalid_code", post("/totp/replacement/confirmation", object{"code": s.totp("JBSWY3DPEHPK3PXP")}).code())
	first := codes(post("/totp/replacement/confirmation", object{"code": s.totp(replaced.field("secret"))}))
	assert.Equal(t, "totp_not_enrolled", post("/totp/replacement/confirmation", object{"code": "000000"}).code(), "nothing is left to confirm")
	assert.NotEqual(t, first, codes(post("/recovery-codes", nil)))
}

// sessionsOf confirms who the customer is, ends another session of theirs, and then all.
func (s *stage) sessionsOf(t *testing.T, token string, phone domain.Phone) {
	t.Helper()
	send := func(method, path string, body any) answer {
		a := s.send(t, request{method: method, path: "/api/v1/auth" + path, token: token, body: body})
		require.Less(t, a.status, 300, "%s: %s", path, a.body)
		return a
	}
	code := func() object {
		before := s.code(phone)
		id := send(http.MethodPost, "/otp", object{"phone": phone}).field("login_id")
		return object{"login_id": id, "code": s.nextCode(t, phone, before)}
	}
	send(http.MethodPost, "/confirmation", code())
	enter := code()
	enter["phone"] = phone
	other := s.send(t, request{method: http.MethodPost, path: "/api/v1/auth/otp/verify", body: enter})
	var list struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	require.NoError(t, json.Unmarshal(send(http.MethodGet, "/sessions", nil).body, &list))
	require.Len(t, list.Items, 2)
	assert.False(t, list.Items[0].Current, "the newest is the other one")
	assert.True(t, list.Items[1].Current)
	send(http.MethodDelete, "/sessions/"+list.Items[0].ID, nil)
	ended := s.send(t, request{method: http.MethodGet, path: "/api/v1/me", token: other.field("access_token")})
	assert.Equal(t, "session_ended", ended.code())
	send(http.MethodPost, "/logout-everywhere", nil)
}

// rest makes the user of the number one who has not logged in for long.
func (s *stage) rest(t *testing.T, phone domain.Phone) {
	t.Helper()
	require.NoError(t, s.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.ByPhone(ctx, phone)
		if err != nil {
			return err
		}
		user.LastLoginAt = user.LastLoginAt.Add(-domain.NumberUnused)
		return tx.Users.Update(ctx, &user)
	}))
}

// TestPagesShowEverythingOnce reads every list page by page.
func TestPagesShowEverythingOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for i := range 7 {
		s.inState(t, []domain.State{domain.Submitted, domain.Withdrawn}[i%2])
		if i%3 == 0 {
			s.Clock.Advance(time.Minute) // the others tie
		}
	}
	for path, who := range map[string]string{
		"/api/v1/properties?": owner, "/api/v1/notifications?": owner, "/api/v1/staff?": admin, "/api/v1/reviewers?": supervisor,
		"/api/v1/queue?sort=due_at&": valuer, "/api/v1/queue?sort=submitted_at&": valuer,
		"/api/v1/queue?state=SUBMITTED&state=WITHDRAWN&sort=-submitted_at&": supervisor,
	} {
		whole := s.ids(t, s.do(t, who, http.MethodGet, path+"limit=100", nil))
		require.Greater(t, len(whole), 3, path)
		var paged []string
		var cursor string
		for page := "limit=2"; ; page = "limit=2&cursor=" + url.QueryEscape(cursor) {
			a := s.do(t, who, http.MethodGet, path+page, nil)
			ids := s.ids(t, a)
			assert.LessOrEqual(t, len(ids), 2, path)
			paged = append(paged, ids...)
			if cursor = a.field("next_cursor"); cursor == "" || len(paged) > len(whole) {
				break
			}
		}
		assert.Equal(t, whole, paged, path)
		assert.Len(t, slices.Compact(slices.Sorted(slices.Values(paged))), len(paged), path)
	}
}

func (s *stage) ids(t *testing.T, a answer) (ids []string) {
	t.Helper()
	var list struct{ Items []struct{ ID string } }
	require.NoError(t, json.Unmarshal(a.body, &list))
	for _, item := range list.Items {
		ids = append(ids, item.ID)
	}
	return ids
}

func TestQueueFilters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	waiting := s.inState(t, domain.Submitted)
	s.Clock.Advance(3 * time.Hour)
	mine := s.inState(t, domain.UnderReview)
	s.Clock.Advance(time.Minute)
	late := s.inState(t, domain.Submitted)
	for query, want := range map[string][]string{
		"":                             {waiting, late},
		"sort=-submitted_at":           {late, waiting},
		"state=UNDER_REVIEW":           {mine},
		"state=UNDER_REVIEW&mine=true": {mine},
		"state=SUBMITTED&state=UNDER_REVIEW&sort=submitted_at": {waiting, mine, late},
		"level=SOON":                {waiting},
		"level=NORMAL":              {late},
		"level=BREACHED":            nil,
		"type=APARTMENT&pincode=56": {waiting, late},
		"type=HOUSE&type=LAND":      nil,
		"pincode=560039":            nil,
	} {
		assert.Equal(t, want, s.ids(t, s.do(t, valuer, http.MethodGet, "/api/v1/queue?"+query, nil)), query)
	}
	assert.Nil(t, s.ids(t, s.do(t, colleague, http.MethodGet, "/api/v1/queue?state=UNDER_REVIEW&mine=true", nil)))
}

// oddities lists what no answer may hold: null, and times that are not in UTC.
func oddities(at string, value any) (found []string) {
	switch value := value.(type) {
	case nil:
		found = append(found, at+" is null: leave out what is not there")
	case map[string]any:
		for name, inner := range value {
			found = append(found, oddities(at+"."+name, inner)...)
		}
	case []any:
		for i, inner := range value {
			found = append(found, oddities(fmt.Sprintf("%s[%d]", at, i), inner)...)
		}
	case string:
		if moment, err := time.Parse(time.RFC3339, value); err == nil && !strings.HasSuffix(value, "Z") {
			found = append(found, fmt.Sprintf("%s is %v, not in UTC", at, moment))
		}
	}
	return found
}
