package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// scenario prepares a situation in which a request of an operation succeeds, and another one
// that must not pass for it.
type scenario func(t *testing.T, s *stage) (q, other request)

// onProperty is the scenario of an operation on a property in the state. Without a body to
// change, the other request is for another property.
func onProperty(state domain.State, who, path string, body, otherBody any) scenario {
	return func(t *testing.T, s *stage) (q, other request) {
		id := s.inState(t, state)
		s.Faults.Up()
		q = request{method: http.MethodPost, path: property(id, path), token: s.tokens[who], body: body}
		other = q
		if other.body = otherBody; body == nil {
			other.path = property(s.inState(t, state), path)
			s.Faults.Up()
		}
		return q, other
	}
}

// scenarios has one for every operation that takes an Idempotency-Key.
var scenarios = map[string]scenario{
	"claimProperty": onProperty(domain.Submitted, valuer, "/claim", nil, nil),
	"releaseClaim":  onProperty(domain.UnderReview, valuer, "/claim/release", nil, nil),
	"revokeClaim":   onProperty(domain.UnderReview, supervisor, "/claim/revocation", object{"reason": "Her shift is over."}, object{"reason": "She is on leave."}),
	"reassignClaim": func(t *testing.T, s *stage) (q, other request) {
		give := func(to string) any { return object{"valuer_id": s.people[to].ID, "reason": "Her shift is over."} }
		return onProperty(domain.UnderReview, supervisor, "/claim/reassignment", give(colleague), give(supervisor))(t, s)
	},
	"withdrawProperty": onProperty(domain.Submitted, owner, "/withdrawal", nil, nil),
	"askFollowUp":      onProperty(domain.UnderReview, valuer, "/follow-ups", question, object{"items": []object{{"kind": "ANSWER_QUESTION", "message": "Is it let?"}}}),
	"rejectProperty":   onProperty(domain.UnderReview, valuer, "/rejection", object{"code": "OTHER", "note": "No home."}, object{"code": "OTHER", "note": "A shop."}),
	"flagProperty":     onProperty(domain.UnderReview, valuer, "/flag", object{"reason": "Look twice."}, object{"reason": "Look again."}),
	"signOffValuation": onProperty(domain.AwaitingSignOff, supervisor, "/sign-off", nil, nil),
	"returnValuation":  onProperty(domain.AwaitingSignOff, supervisor, "/return", object{"reason": "Too high."}, object{"reason": "Too low."}),
	"approveProperty": func(t *testing.T, s *stage) (q, other request) {
		id := s.inState(t, domain.UnderReview)
		appraisal := s.appraisal(t, valuer, id)
		q = request{method: http.MethodPost, path: property(id, "/valuations"), token: s.tokens[valuer], body: appraisal}
		other = q
		other.body = object{"amount": object{"amount": 1, "currency": "INR"}, "methodology": "COST", "comparable_ids": appraisal["comparable_ids"]}
		return q, other
	},
	"retryReport": func(t *testing.T, s *stage) (q, other request) {
		failed := func() string {
			id := s.inState(t, domain.Approved)
			s.exhaust(t)
			s.Faults.Up()
			return id
		}
		q = request{method: http.MethodPost, path: property(failed(), "/report/retry"), token: s.tokens[supervisor], headers: map[string]string{domain.CaseReasonField: why}}
		other = q
		other.path = property(failed(), "/report/retry")
		return q, other
	},
	"answerFollowUp": func(t *testing.T, s *stage) (q, other request) {
		id := s.inState(t, domain.FollowUpRequired)
		_, rest, _ := strings.Cut(string(s.do(t, owner, http.MethodGet, property(id), nil).body), `"follow_ups":`)
		_, rest, _ = strings.Cut(rest, `"id":"`)
		item, _, _ := strings.Cut(rest, `"`)
		q = request{method: http.MethodPost, path: property(id, "/follow-ups/answer"), token: s.tokens[owner]}
		other = q
		q.body = object{"answers": []object{{"item_id": item, "text": "Yes, it is."}}}
		other.body = object{"answers": []object{{"item_id": item, "text": "No, it is not."}}}
		return q, other
	},
	"submitProperty": func(t *testing.T, s *stage) (q, other request) {
		ready := func() string {
			id := s.draft(t, owner)
			s.consent(t, owner)
			s.photograph(t, owner, id, front, kitchen)
			return id
		}
		q = request{method: http.MethodPost, path: property(ready(), "/submission"), token: s.tokens[owner]}
		other = q
		other.path = property(ready(), "/submission")
		return q, other
	},
	"claimNextProperty": func(t *testing.T, s *stage) (q, other request) {
		// What other scenarios left would come first, and a review that begins again adds less.
		for claimed := true; claimed; {
			claimed = s.post(t, valuer, "/api/v1/queue/claims", nil).status == http.StatusOK
		}
		s.inState(t, domain.Submitted)
		return request{method: http.MethodPost, path: "/api/v1/queue/claims", token: s.tokens[valuer]}, request{} // there is but one way to ask
	},
	"createProperty": func(_ *testing.T, s *stage) (q, other request) {
		q = request{method: http.MethodPost, path: "/api/v1/properties", token: s.tokens[owner], body: details()}
		other = q
		other.body = object{"type": "LAND"}
		return q, other
	},
	"createPhoto": func(t *testing.T, s *stage) (q, other request) {
		id := s.draft(t, owner)
		photo, _ := s.announce(t, owner, id, []byte(s.key()), front)
		photo["challenge_id"] = s.do(t, owner, http.MethodPost, property(id, "/photo-challenges"), front).field("id")
		q = request{method: http.MethodPost, path: property(id, "/photos"), token: s.tokens[owner], body: photo}
		other = q
		other.body = object{
			"type": "FRONT", "challenge_id": photo["challenge_id"], "sha256": photo["sha256"], "bytes": 1, "content_type": "image/jpeg",
		}
		return q, other
	},
	"takeBackResolution": func(t *testing.T, s *stage) (q, other request) {
		resolved := func() string {
			id := s.inState(t, domain.UnderReview)
			path := property(id, "/photos/", s.photos(t, id)[0].ID, "/flag-resolution")
			s.do(t, valuer, http.MethodPost, path, object{"decision": "REFUSED", "reason": "It shows nothing."})
			return path
		}
		q = request{method: http.MethodDelete, path: resolved(), token: s.tokens[valuer]}
		other = q
		other.path = resolved()
		return q, other
	},
	"resolveFlag": func(t *testing.T, s *stage) (q, other request) {
		s.PhotoInspector.AnswerWith(blurredPhoto)
		defer s.PhotoInspector.AnswerWith(memory.GoodPhoto)
		id := s.draft(t, owner)
		s.consent(t, owner)
		photo := s.photograph(t, owner, id, front, kitchen)
		s.do(t, owner, http.MethodPost, property(id, "/submission"), nil)
		s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
		q = request{
			method: http.MethodPost, path: property(id, "/photos/", photo, "/flag-resolution"), token: s.tokens[valuer],
			body: object{"decision": "ACCEPTED", "reason": "It shows the front."},
		}
		other = q
		other.body = object{"decision": "REFUSED", "reason": "It shows nothing."}
		return q, other
	},
	"recordConsent": func(t *testing.T, s *stage) (q, other request) {
		version := s.do(t, owner, http.MethodGet, "/api/v1/consent-notice", nil).field("version")
		q = request{method: http.MethodPost, path: "/api/v1/consents", token: s.tokens[owner], body: object{"version": version, "language": "en"}}
		other = q
		other.body = object{"version": version, "language": "hi"}
		return q, other
	},
	"withdrawConsent": func(_ *testing.T, s *stage) (q, other request) {
		q = request{
			method: http.MethodPost, path: "/api/v1/consents/withdrawals", token: s.tokens[owner], body: object{"purposes": []string{"IMAGE_ANALYSIS"}},
		}
		other = q
		other.body = object{"purposes": []string{"VALUATION"}}
		return q, other
	},
	"createComparable": func(_ *testing.T, s *stage) (q, other request) {
		sale := func(number string) object {
			return object{
				"source": "BROKER", "source_id": number, "type": "HOUSE", "city": "Bengaluru", "pincode": "560038",
				"location": object{"lat": 12.9, "lng": 77.6}, "area_sqft": 1000, "price": object{"amount": 10_000_000, "currency": "INR"}, "sold_on": "2026-10-01",
			}
		}
		q = request{method: http.MethodPost, path: "/api/v1/comparables", token: s.tokens[admin], body: sale(s.key())}
		other = q
		other.body = sale(s.key())
		return q, other
	},
	"withdrawComparable": func(t *testing.T, s *stage) (q, other request) {
		id := s.do(t, admin, http.MethodPost, "/api/v1/comparables", object{
			"source": "BROKER", "source_id": s.key(), "type": "HOUSE", "city": "Bengaluru", "pincode": "560038",
			"location": object{"lat": 12.9, "lng": 77.6}, "area_sqft": 1000, "price": object{"amount": 10_000_000, "currency": "INR"}, "sold_on": "2026-10-01",
		}).field("id")
		q = request{
			method: http.MethodPost, path: "/api/v1/comparables/" + id + "/withdrawal", token: s.tokens[admin],
			body: object{"reason": "The deed is of another house."},
		}
		other = q
		other.body = object{"reason": "It was never sold."}
		return q, other
	},
	"importComparables": func(_ *testing.T, s *stage) (q, other request) {
		csv := func() []byte {
			return fmt.Appendf(nil, "source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on\n"+
				"REGISTRY,%s,APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1250,3,2,2014,18500000,2026-05-14\n", s.key())
		}
		q = request{
			method: http.MethodPost, path: "/api/v1/comparables/import", token: s.tokens[admin], body: csv(),
			headers: map[string]string{"Content-Type": "text/csv"},
		}
		other = q
		other.body = csv()
		return q, other
	},
	"confirmProposal": func(t *testing.T, s *stage) (q, other request) {
		q = request{method: http.MethodPost, path: s.proposal(t) + "/confirmation", token: s.tokens[second]}
		other = q
		other.path = s.proposal(t) + "/confirmation"
		return q, other
	},
	"restoreNumber": func(t *testing.T, s *stage) (q, other request) {
		q = request{
			method: http.MethodPost, path: "/api/v1/customers/" + string(s.numberless(t)) + "/number", token: s.tokens[admin],
			body: object{"phone": s.newNumber(), "reason": "Identified at the branch."},
		}
		other = q
		other.body = object{"phone": s.newNumber(), "reason": "Identified at the branch."}
		return q, other
	},
	"withdrawProposal": func(t *testing.T, s *stage) (q, other request) {
		q = request{method: http.MethodPost, path: s.proposal(t) + "/withdrawal", token: s.tokens[admin]}
		other = q
		other.path = s.proposal(t) + "/withdrawal"
		return q, other
	},
	"createPrivacyRequest": func(_ *testing.T, s *stage) (q, other request) {
		q = request{
			method: http.MethodPost, path: "/api/v1/me/privacy-requests", token: s.tokens[owner],
			body: object{"kind": "ACCESS", "message": "Who got my photos?"},
		}
		other = q
		other.body = object{"kind": "GRIEVANCE", "message": "Nobody answers me."}
		return q, other
	},
	"answerPrivacyRequest": func(t *testing.T, s *stage) (q, other request) {
		q = request{
			method: http.MethodPost, path: "/api/v1/privacy-requests/" + s.privacyRequest(t) + "/answer", token: s.tokens[admin],
			body: object{"outcome": "GRANTED", "reason": "Nobody but the lender."},
		}
		other = q
		other.body = object{"outcome": "REFUSED", "reason": "The notice says it."}
		return q, other
	},
	"placeHold": func(t *testing.T, s *stage) (q, other request) {
		q = request{
			method: http.MethodPost, path: "/api/v1/holds", token: s.tokens[admin],
			body: object{"property_id": s.inState(t, domain.Submitted), "reason": "Order of the tribunal."},
		}
		s.Faults.Up()
		other = q
		other.body = object{"user_id": s.people[owner].ID, "reason": "Order of the tribunal."}
		return q, other
	},
	"liftHold": func(t *testing.T, s *stage) (q, other request) {
		hold := s.do(t, admin, http.MethodPost, "/api/v1/holds", object{"user_id": s.people[stranger].ID, "reason": "Order of the tribunal."}).field("id")
		q = request{
			method: http.MethodPost, path: "/api/v1/holds/" + hold + "/lift", token: s.tokens[admin],
			body: object{"reason": "The matter is closed."},
		}
		other = q
		other.body = object{"reason": "It was a mistake."}
		return q, other
	},
	"exportMe": func(t *testing.T, s *stage) (q, other request) {
		s.keys++
		phone := domain.Phone(fmt.Sprintf("+9198444%05d", s.keys)) // a person has one export at a time
		person := domain.NewCustomer(domain.UserID(s.on.IDs.New()), phone, s.on.Clock.Now())
		require.NoError(t, s.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, person) }))
		token := s.login(t, person, s.on.Clock.Now().Add(time.Hour))                                 // a factor that was proved lately
		return request{method: http.MethodPost, path: "/api/v1/me/exports", token: token}, request{} // there is but one way to ask
	},
	"createStaff": func(_ *testing.T, s *stage) (q, other request) {
		s.keys++
		q = request{
			method: http.MethodPost, path: "/api/v1/staff", token: s.tokens[admin],
			body: object{"phone": fmt.Sprintf("+9198222%05d", s.keys), "name": "Vikram Nair", "role": "VALUER"},
		}
		other = q
		other.body = object{"phone": "+919822299999", "name": "Vikram Nair", "role": "ADMIN"}
		return q, other
	},
}

// privacyRequest has the owner ask something and returns the request's id.
func (s *stage) privacyRequest(t *testing.T) string {
	t.Helper()
	return s.do(t, owner, http.MethodPost, "/api/v1/me/privacy-requests", object{"kind": "ACCESS", "message": "Who got my photos?"}).field("id")
}

// newNumber returns a number that no user has.
func (s *stage) newNumber() string {
	s.keys++
	return fmt.Sprintf("+9198555%05d", s.keys)
}

// numberless returns a customer whose number went to somebody else.
func (s *stage) numberless(t *testing.T) domain.UserID {
	t.Helper()
	now := s.on.Clock.Now()
	former := domain.NewCustomer(domain.UserID(s.on.IDs.New()), domain.Phone(s.newNumber()), now)
	former.LoseNumber(now)
	require.NoError(t, s.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, former) }))
	return former.ID
}

// proposal has the ADMIN propose a supervisor, and returns the path of the proposal.
func (s *stage) proposal(t *testing.T) string {
	t.Helper()
	s.keys++
	body := object{"phone": fmt.Sprintf("+9198333%05d", s.keys), "name": "Sunita Sharma", "role": "SUPERVISOR"}
	return "/api/v1/proposals/" + s.do(t, admin, http.MethodPost, "/api/v1/staff", body).field("id")
}

// blurredPhoto inspects every photo as one that the checks flag.
func blurredPhoto(data []byte) ports.PhotoInspection {
	blurred := memory.GoodPhoto(data)
	blurred.Facts.Sharpness = (photocheck.SharpnessFailBelow + photocheck.SharpnessFlagBelow) / 2
	return blurred
}
