package domain_test

import (
	"fmt"
	"hash/crc32"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// filled returns a value of the type in which nothing is zero: lists have one item, and no two leaves
// are the same.
func filled[T any]() T {
	var v T
	fillIn(reflect.ValueOf(&v).Elem(), "")
	return v
}

// fillIn fills a value by its path, so that a field that is added later changes no other's.
func fillIn(v reflect.Value, path string) {
	n := crc32.ChecksumIEEE([]byte(path)) % 100_000
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillIn(v.Index(0), path)
	case reflect.Array:
		for i := range v.Len() {
			fillIn(v.Index(i), fmt.Sprint(path, i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(t0.Add(time.Duration(n) * time.Minute)))
			return
		}
		for i := range v.NumField() {
			fillIn(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("value %d", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(n) / 8)
	case reflect.Uint64, reflect.Uint8:
		v.SetUint(uint64(n % 200))
	default:
		v.SetInt(int64(n) * int64(time.Millisecond))
	}
}

// alterEach calls try with each leaf of the value altered, one at a time, by its path.
func alterEach(v reflect.Value, path string, try func(path string)) {
	alter := func(change func()) {
		before := reflect.New(v.Type()).Elem()
		before.Set(v)
		change()
		try(path)
		v.Set(before)
	}
	switch v.Kind() {
	case reflect.Pointer:
		alter(func() { v.SetZero() })
		alterEach(v.Elem(), path, try)
	case reflect.Slice:
		alter(func() { v.SetZero() })
		alterEach(v.Index(0), path, try)
	case reflect.Array:
		for i := range v.Len() {
			alterEach(v.Index(i), fmt.Sprintf("%s[%d]", path, i), try)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			alter(func() { v.Set(reflect.ValueOf(t0.Add(-time.Hour))) })
			return
		}
		for i := range v.NumField() {
			alterEach(v.Field(i), path+"."+v.Type().Field(i).Name, try)
		}
	case reflect.String:
		alter(func() { v.SetString("another") })
	case reflect.Bool:
		alter(func() { v.SetBool(!v.Bool()) })
	case reflect.Float64:
		alter(func() { v.SetFloat(v.Float() + 0.5) })
	case reflect.Uint64, reflect.Uint8:
		alter(func() { v.SetUint(v.Uint() + 1) })
	default:
		alter(func() { v.SetInt(v.Int() + int64(time.Millisecond)) })
	}
}

// everyField asserts that a change of any field but those left out is found by its record.
func everyField[T interface{ Record() domain.Record }](t *testing.T, leftOut ...string) {
	t.Helper()
	value := filled[T]()
	commitment := value.Record().Fact("salt").Value
	require.Empty(t, value.Record().Differs("salt", commitment))
	alterEach(reflect.ValueOf(&value).Elem(), "", func(path string) {
		found := len(value.Record().Differs("salt", commitment)) > 0 || value.Record().Name() != filled[T]().Record().Name()
		assert.Equal(t, slices.Contains(leftOut, path), !found, "%s: left out on purpose, or found", path)
	})
	assert.Equal(t, []string{"salt"}, value.Record().Differs("another salt", commitment))
	assert.Equal(t, []string{"record"}, value.Record().Differs("salt", "nonsense"))
	assert.Equal(t, []string{"record"}, value.Record().Differs("salt", "2"+strings.TrimPrefix(commitment, "1")), "of a later release")
}

func TestEveryFieldIsCommittedTo(t *testing.T) {
	t.Parallel()
	everyField[domain.Property](t, ".Salt", ".Claim.HeartbeatAt", ".UpdatedAt", ".Version")
	everyField[domain.Photo](t, ".LinkedTo", ".Version")
	everyField[domain.Valuation](t, ".Version")
	everyField[domain.Consent](t)
	everyField[domain.Settings](t)
}

// TestCommitmentsNeverChange pins the encoding: a stored commitment can be checked only by the
// encoding that it was made with.
func TestCommitmentsNeverChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		record domain.Record
		want   string
	}{
		{filled[domain.Property]().Record(), "V4NbejhVGQJ8TKHDcCHG_AdKLX2u2rSt6EZ7nQuyXbc"},
		{filled[domain.Photo]().Record(), "g8W1sYs9AguqqFROf0gRJ_HtEgdp1uo1DXu3RG-IABY"},
		{filled[domain.Valuation]().Record(), "GMil8L9rNKOZJ8SUaNTfLoc6WhX196AE3DJ0J2NWk5w"},
		{domain.Property{ID: "empty"}.Record(), "5E9bi0Y5o1ZIsfwnuiSLjhOAEN9oeZdEtpUOvfPzLP0"},
	} {
		hash := strings.Split(c.record.Fact("salt").Value, ".")[1]
		assert.Equal(t, c.want, hash, c.record.Name())
	}
}

func TestACommitmentRevealsNothingWithoutTheSalt(t *testing.T) {
	t.Parallel()
	r := filled[domain.Valuation]().Record()
	a, b := r.Fact("salt").Value, r.Fact("another").Value
	for i, part := range strings.Split(a, ".")[1:] {
		assert.NotEqual(t, part, strings.Split(b, ".")[i+1])
	}
}

// history is a case whose entries commit to it.
type history struct {
	domain.CaseRecords
	entries []domain.AuditEntry
}

func (h *history) add(action domain.Action, from, to domain.State, records ...domain.Record) {
	h.Property.UpdatedAt = t0.Add(time.Duration(len(h.entries)) * time.Minute)
	h.entries = append(h.entries, domain.AuditEntry{
		Seq: int64(len(h.entries)) + 1, At: h.Property.UpdatedAt, Action: action, From: from, To: to, Facts: domain.Commit(h.Property.Salt, records),
	})
}

func (h *history) faults() []string {
	var found []string
	for _, f := range h.Faults(h.entries) {
		found = append(found, f.String())
	}
	return found
}

func newHistory() *history {
	h := &history{CaseRecords: domain.CaseRecords{
		Property:   domain.Property{ID: "case", Salt: "salt"},
		Photos:     []domain.Photo{{ID: "photo"}},
		Valuations: []domain.Valuation{{ID: "v", Amount: 100}},
	}}
	h.add(domain.ActionCreated, "", domain.Draft, h.Property.Record())
	h.add(domain.ActionPhotoCreated, domain.Draft, domain.Draft, h.Photos[0].Record())
	h.add(domain.ActionApproved, domain.UnderReview, domain.Approved, h.Property.Record(), h.Valuations[0].Record())
	return h
}

func TestACaseIsAsItsHistoryCommitsToIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(h *history)
		want   []string
	}{
		"nothing":   {func(*history) {}, nil},
		"an amount": {func(h *history) { h.Valuations[0].Amount++ }, []string{"amount of valuation:v differs from the commitment to it"}},
		"two fields": {func(h *history) { h.Property.Type, h.Property.Details.AreaSqFt = domain.Land, 5 }, []string{
			"type of property:case differs from the commitment to it", "area_sqft of property:case differs from the commitment to it",
		}},
		"a salt": {func(h *history) { h.Property.Salt = "x" }, []string{
			"salt of property:case differs from the commitment to it", "salt of photo:photo differs from the commitment to it",
			"salt of valuation:v differs from the commitment to it",
		}},
		"a valuation removed": {func(h *history) { h.Valuations = nil }, []string{"row of valuation:v differs from the commitment to it"}},
		"an amount, taken over by a later entry": {func(h *history) {
			h.Valuations[0].Amount = 1
			h.add(domain.ActionReportStored, domain.Approved, domain.Valued, h.Valuations[0].Record())
		}, []string{"amount of valuation:v was changed by entry 4, which may not change it"}},
		"a claim and a reservation, taken over by a flag": {func(h *history) {
			h.add(domain.ActionClaimed, domain.Submitted, domain.UnderReview, h.Property.Record())
			h.Property.Claim, h.Property.Reservation = &domain.Claim{ValuerID: "crony"}, &domain.Reservation{ValuerID: "crony"}
			h.Property.Handovers = []domain.Handover{{To: "crony"}}
			h.add(domain.ActionFlagged, domain.UnderReview, domain.UnderReview, h.Property.Record())
		}, []string{
			"claim_valuer_id of property:case was changed by entry 5, which may not change it",
			"reserved_for of property:case was changed by entry 5, which may not change it",
			"handovers of property:case was changed by entry 5, which may not change it",
		}},
		"a resolution, taken over by another photo's upload": {func(h *history) {
			h.Photos[0].Resolution = &domain.FlagResolution{Decision: domain.FlagAccepted, Reason: "fine", By: "crony", At: t0}
			h.add(domain.ActionPhotoCompleted, domain.Draft, domain.Draft, h.Photos[0].Record())
		}, []string{
			"resolution of photo:photo was changed by entry 4, which may not change it",
			"resolution_reason of photo:photo was changed by entry 4, which may not change it",
			"resolved_by of photo:photo was changed by entry 4, which may not change it",
			"resolved_at of photo:photo was changed by entry 4, which may not change it",
		}},
		"a report, by the entry for it": {func(h *history) {
			h.Valuations[0].Report.SHA256 = "x"
			h.add(domain.ActionReportStored, domain.Approved, domain.Valued, h.Valuations[0].Record())
		}, nil},
		"an area, by an edit of a decided case": {func(h *history) {
			h.Property.Details.AreaSqFt = 5
			h.add(domain.ActionEdited, domain.Approved, domain.Approved, h.Property.Record())
		}, []string{"area_sqft of property:case was changed by entry 4, which may not change it"}},
		"a time of which there is no entry": {func(h *history) { h.Property.UpdatedAt = t0.Add(time.Second) }, []string{
			"updated_at of property:case differs from the commitment to it",
		}},
		"by a release without commitments": {func(h *history) {
			h.Valuations[0].Report.FailedAt, h.Property.SLA.Alerted = t0, domain.SLASoon
			h.add(domain.ActionReportFailed, domain.Approved, domain.Approved)
			h.entries[3].Facts = nil
		}, nil},
		"what such a release could not change": {func(h *history) {
			h.Valuations[0].Amount, h.Property.Type = 1, domain.Land
			h.add(domain.ActionSLAStep, domain.Approved, domain.Approved)
			h.entries[3].Facts = nil
		}, []string{"type of property:case differs from the commitment to it", "amount of valuation:v differs from the commitment to it"}},
		"what it could not change, taken over": {func(h *history) {
			h.add(domain.ActionSLAStep, domain.Approved, domain.Approved)
			h.entries[3].Facts = nil
			h.Valuations[0].Amount = 1
			h.add(domain.ActionAdopted, domain.Approved, domain.Approved, h.Valuations[0].Record())
		}, []string{"amount of valuation:v was changed by entry 5, which may not change it"}},
		"after a release without commitments": {func(h *history) {
			h.add(domain.ActionReportFailed, domain.Approved, domain.Approved)
			h.entries[3].Facts = nil
			h.Property.State = domain.Valued
			h.add(domain.ActionReportStored, domain.Approved, domain.Valued, h.Property.Record())
			h.Property.Type = domain.House
		}, []string{"type of property:case differs from the commitment to it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHistory()
			c.change(h)
			assert.Equal(t, c.want, h.faults())
		})
	}
}

// TestAnEarlierReleaseHasFacts checks what can be checked of cases without commitments.
func TestAnEarlierReleaseHasFacts(t *testing.T) {
	t.Parallel()
	earlier := func() *history {
		h := newHistory()
		for i := range h.entries {
			h.entries[i].Facts = nil
		}
		h.Property.Details = draft(t).Property.Details
		h.entries[0].Facts = []domain.Fact{{Name: "details", Value: detailsFact(t, h.Property)}}
		h.entries[1].Action = domain.ActionPhotoInspected
		h.entries[1].Facts = []domain.Fact{{Name: "photo", Value: "photo"}, {Name: "status", Value: "PASSED"}}
		h.entries[2].Facts = []domain.Fact{{Name: "valuation", Value: "v"}, {Name: "amount", Value: "100"}}
		h.Photos[0].Status = domain.PhotoPassed
		return h
	}
	require.Empty(t, earlier().faults())
	for name, c := range map[string]struct {
		change func(h *history)
		want   string
	}{
		"an area":    {func(h *history) { h.Property.Details.AreaSqFt++ }, "details of property:case differs from the commitment to it"},
		"an amount":  {func(h *history) { h.Valuations[0].Amount++ }, "amount of valuation:v differs from the commitment to it"},
		"a verdict":  {func(h *history) { h.Photos[0].Status = domain.PhotoFlagged }, "status of photo:photo differs from the commitment to it"},
		"its edited": {func(h *history) { h.Property.UpdatedAt = t0.Add(time.Second) }, "updated_at of property:case differs from the commitment to it"},
	} {
		h := earlier()
		c.change(h)
		assert.Equal(t, []string{c.want}, h.faults(), name)
		assert.Len(t, h.Uncommitted(h.entries), 3, name)
	}
}

// detailsFact returns the commitment that a submission of the property's details makes.
func detailsFact(t *testing.T, p domain.Property) string {
	t.Helper()
	k := draft(t)
	k.Property.Salt, k.Property.Details = p.Salt, p.Details
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	})
	return change.Facts[0].Value
}
