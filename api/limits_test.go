package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

// The document's limits of a field: the last value inside, the first beyond.
type limit struct {
	field           string // as errors name it: address.line1
	inside, outside any
}

// limits lists the limits of every number and text below a schema.
func limits(at string, s *openapi3.Schema) (all []limit) {
	step := 0.001
	switch {
	case s.Type.Is("object"):
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			all = append(all, limits(strings.TrimPrefix(at+"."+name, "."), s.Properties[name].Value)...)
		}
	case s.Type.Is("integer"):
		step = 1
		fallthrough
	case s.Type.Is("number"):
		all = append(all, limit{at, *s.Min, *s.Min - step}, limit{at, *s.Max, *s.Max + step})
	case s.Type.Is("string") && s.Enum == nil && s.Pattern == "" && s.Format == "":
		text := func(n uint64) string { return string([]rune(strings.Repeat("कब", int(n)))[:n]) } // a letter repeated is no reason
		if s.MinLength > 0 {
			all = append(all, limit{at, text(s.MinLength), text(s.MinLength - 1)})
		}
		all = append(all, limit{at, text(*s.MaxLength), text(*s.MaxLength + 1)})
	}
	return all
}

// with returns the example of a request with one field set.
func with(t *testing.T, doc *openapi3.T, schema, field string, value any) []byte {
	t.Helper()
	encoded, err := json.Marshal(doc.Components.Examples[schema].Value.Value)
	require.NoError(t, err)
	var body map[string]any
	require.NoError(t, json.Unmarshal(encoded, &body))
	names := strings.Split(field, ".")
	inner := body
	for _, name := range names[:len(names)-1] {
		if inner[name] == nil {
			inner[name] = map[string]any{}
		}
		inner = inner[name].(map[string]any)
	}
	inner[names[len(names)-1]] = value
	encoded, err = json.Marshal(body)
	require.NoError(t, err)
	return encoded
}

// judge decodes a body as the handler does and asks the domain.
func judge[T any](ask func(T) error) func([]byte) error {
	return func(body []byte) error {
		var request T
		if err := json.Unmarshal(body, &request); err != nil {
			return fmt.Errorf("decode: %w", err)
		}
		return ask(request)
	}
}

// judges are what the domain says of each request that has limits, by its schema.
func judges(now time.Time) map[string]func([]byte) error {
	valuer := domain.Actor{ID: "v", Role: domain.RoleValuer}
	supervisor := domain.Actor{ID: "s", Role: domain.RoleSupervisor}
	claimed := func() *domain.Property {
		return &domain.Property{State: domain.UnderReview, Claim: &domain.Claim{ValuerID: valuer.ID}}
	}
	draft := func(kind gen.PropertyType, ref *string, d details) error {
		_, _, err := domain.NewProperty("p", domain.Actor{ID: "o"}, domain.PropertyType(kind), value(ref), d.decode(), "salt", now)
		return err
	}
	return map[string]func([]byte) error{
		"CreatePropertyRequest": judge(func(b gen.CreatePropertyRequest) error {
			return draft(b.Type, b.ExternalRef, details{b.Address, b.AreaSqft, b.Bedrooms, b.Bathrooms, b.Floor, b.YearBuilt, b.Location})
		}),
		"UpdatePropertyRequest": judge(func(b gen.UpdatePropertyRequest) error {
			edited := domain.Property{OwnerID: "o", Type: domain.House, State: domain.Draft}
			_, err := edited.Edit(domain.Actor{ID: "o"}, decodeChange(b), nil, now)
			return err
		}),
		"CreatePhotoRequest": judge(func(b gen.CreatePhotoRequest) error {
			announced := domain.Announcement{SHA256: b.Sha256, Bytes: b.Bytes, ContentType: string(b.ContentType)}
			if err := announced.Validate(); err != nil {
				return err
			}
			return decodeDevice(b.Device).Validate()
		}),
		"CreateComparableRequest": judge(func(b gen.CreateComparableRequest) error { return decodeComparable(b).Validate(now) }),
		"UpdateSettingsRequest":   judge(func(b gen.UpdateSettingsRequest) error { return decodeSettings(b).Validate() }),
		"ApprovePropertyRequest": judge(func(b gen.ApprovePropertyRequest) error {
			a := domain.Appraisal{
				Amount: domain.Rupees(b.Amount.Amount), Methodology: domain.Methodology(b.Methodology),
				FewerReason: strings.Repeat("Few were sold. ", 3), Rationale: value(b.Rationale),
			}
			if b.FewerComparablesReason != nil {
				a.FewerReason = *b.FewerComparablesReason
			}
			_, err := domain.NewValuation("v", "p", 1, valuer, a, nil, domain.Suggestion{}, now)
			return err
		}),
		"RejectRequest": judge(func(b gen.RejectRequest) error {
			_, err := claimed().Reject(valuer, domain.RejectionCode(b.Code), b.Note, now)
			return err
		}),
		"ReasonRequest": judge(func(b gen.ReasonRequest) error { _, err := claimed().Flag(valuer, b.Reason, now); return err }),
		"ReassignClaimRequest": judge(func(b gen.ReassignClaimRequest) error {
			_, err := claimed().ReassignClaim(supervisor, domain.User{ID: domain.UserID(b.ValuerID), Role: domain.RoleValuer}, b.Reason, now)
			return err
		}),
		"ReturnRequest": judge(func(b gen.ReturnRequest) error {
			waiting := domain.Property{State: domain.AwaitingSignOff}
			_, err := waiting.Return(supervisor, &domain.Valuation{ValuerID: valuer.ID}, domain.User{}, b.Reason, now)
			return err
		}),
		"ResolveFlagRequest": judge(func(b gen.ResolveFlagRequest) error {
			photo := domain.Photo{Status: domain.PhotoFlagged}
			return photo.Resolve(domain.FlagDecision(b.Decision), b.Reason, valuer.ID, now)
		}),
		"CreateStaffRequest": judge(func(b gen.CreateStaffRequest) error {
			_, err := domain.NewStaff("u", "+919811100001", b.Name, domain.Role(b.Role), now)
			return err
		}),
		"UpdateStaffRequest": judge(func(b gen.UpdateStaffRequest) error {
			user := domain.User{ID: "u", Role: domain.RoleValuer, Name: "Asha Rao"}
			return user.ChangeStaff(domain.Actor{ID: "a", Role: domain.RoleAdmin}, domain.StaffChange{Name: b.Name}, now)
		}),
		"CreatePrivacyRequestRequest": judge(func(b gen.CreatePrivacyRequestRequest) error {
			_, err := domain.NewPrivacyRequest("r", domain.Actor{ID: "o"}, domain.PrivacyRequestKind(b.Kind), "", b.Message, now)
			return err
		}),
		"AnswerPrivacyRequestRequest": judge(func(b gen.AnswerPrivacyRequestRequest) error {
			open := domain.PrivacyRequest{State: domain.PrivacyOpen}
			return open.Answer(domain.Actor{ID: "a"}, domain.PrivacyRequestState(b.Outcome), b.Reason, now)
		}),
		"PlaceHoldRequest": judge(func(b gen.PlaceHoldRequest) error {
			_, err := domain.PlaceHold("h", domain.Actor{ID: "a"}, "p", "", b.Reason, now)
			return err
		}),
		"RestoreNumberRequest": judge(func(b gen.RestoreNumberRequest) error {
			former := domain.User{ID: "u", Role: domain.RoleCustomer}
			_, err := domain.ProposeNumber("p", domain.Actor{ID: "a", Role: domain.RoleAdmin}, former, "+919811100001", b.Reason, now)
			return err
		}),
		"LiftHoldRequest": judge(func(b gen.LiftHoldRequest) error {
			return new(domain.LegalHold).Lift(domain.Actor{ID: "a"}, b.Reason, now)
		}),
		"UpdateMeRequest": judge(func(b gen.UpdateMeRequest) error {
			return new(domain.User).ChangeProfile(b.Name, (*domain.Language)(b.Language), now)
		}),
	}
}

// beside are the limits that the document does not share with the domain, and why.
var beside = map[string]string{
	"CreatePropertyRequest.year_built 2200":         "next year, which the document cannot name",
	"UpdatePropertyRequest.year_built 2200":         "next year, which the document cannot name",
	"CreateComparableRequest.year_built 2200":       "this year, which the document cannot name",
	"CreatePropertyRequest.address.state":           "the states with all their spellings, which the document cannot list",
	"UpdatePropertyRequest.address.state":           "the states with all their spellings, which the document cannot list",
	"UpdateSettingsRequest.max_deviation_percent 0": "above 0, which the validator of 3.0 knows as a least value only",
	"RefreshRequest.refresh_token":                  "keeps nonsense from the store; no rule of the domain",
	"RecordConsentRequest.version":                  "only the version in force counts",
}

// TestTheDocumentHasTheLimitsOfTheDomain holds both to each other at every limit of a request:
// the last value inside is good for both, and the first beyond is refused by both, by the
// document with 400 that names the field.
func TestTheDocumentHasTheLimitsOfTheDomain(t *testing.T) {
	t.Parallel()
	f, doc := newFace(t), document(t)
	ask, held, excused := judges(f.Clock.Now()), 0, map[string]bool{}
	for id, op := range operations(t, doc) {
		if op.RequestBody == nil || !takesJSON(op.Operation) {
			continue
		}
		schema := op.RequestBody.Value.Content["application/json"].Schema
		name := path.Base(schema.Ref)
		for _, l := range limits("", schema.Value) {
			at := name + "." + l.field
			for _, reason := range []string{at, fmt.Sprintf("%s %.0f", at, l.inside)} {
				if beside[reason] != "" {
					excused[reason] = true
				}
			}
			if excused[at] || excused[fmt.Sprintf("%s %.0f", at, l.inside)] {
				continue
			}
			require.Contains(t, ask, name, "%s: ask the domain about its limits", at)
			held++
			inside, outside := with(t, doc, name, l.field, l.inside), with(t, doc, name, l.field, l.outside)
			assert.NoError(t, ask[name](inside), "%s: the domain refuses %v", at, l.inside)
			assert.True(t, domain.IsKind(ask[name](outside), domain.KindInvalid), "%s: the domain takes %v", at, l.outside)
			assert.NotContains(t, f.refused(t, op, inside), l.field, "%s: the document refuses %v", id, l.inside)
			assert.Contains(t, f.refused(t, op, outside), l.field, "%s: the document takes %v", id, l.outside)
		}
	}
	assert.Greater(t, held, 70)
	assert.Len(t, excused, len(beside), "an exception that is none")
}

// refused sends a body to an operation, as one who may call it, and returns the fields that the
// answer names, none if the body passed the document.
func (f *face) refused(t *testing.T, op operation, body []byte) []string {
	t.Helper()
	headers := []header{{"Idempotency-Key", "k"}, {"If-Match", `"1"`}}
	if op.secured() {
		headers = append(headers, bearer(f.token(t, roles(op.Operation)[0])))
	}
	target := op.path
	for _, name := range []string{"propertyId", "photoId", "userId", "comparableId", "requestId", "holdId"} {
		target = strings.ReplaceAll(target, "{"+name+"}", "019346b2-8f1e-7c3a-9d5e-0a1b2c3d4e5f")
	}
	w := f.send(op.method, target, string(body), headers...)
	if w.Code != http.StatusBadRequest {
		return nil
	}
	var fields []string
	for _, e := range problemOf(t, w).Errors {
		fields = append(fields, e.Field)
	}
	return fields
}
