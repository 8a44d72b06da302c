package bench_test

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/propflow/propflow/domain"
)

const (
	photographed  = 20   // one property in so many has photos, audit entries and a valuation
	ofEach        = 4    // so many photos, and so many audit entries
	perDay        = 1000 // properties that a day brings
	perPincode    = 1000
	perValuer     = 100 // properties that a valuer ever gets
	staffWhoLeft  = 200
	perRegion     = 10 // pincodes that begin with the same three digits
	firstRegion   = 110
	onePin        = 2000 // properties on one pin
	perTower      = 500
	perReference  = 3 // properties with one external reference
	pincodeDigits = 1000
)

// id returns the id of the i-th thing of a kind.
func id(kind string, i int) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(kind)) // it never fails
	return fmt.Sprintf("%08x-%04x-7000-8000-%012x", 0x019a0000+i>>16, i&0xffff, uint64(h.Sum32())<<16|mix(i)&0xffff)
}

func digest(i int) string { return fmt.Sprintf("%064x", i) }

// mix scatters numbers over all 64 bits (SplitMix64, Steele et al. 2014).
func mix(i int) uint64 {
	z := uint64(i)*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// share is a number in [0, 1) that i and the salt decide.
func share(i, salt int) float64 { return float64(mix(i+salt<<40)>>11) / (1 << 53) }

// pick is a number in [0, n) that i and the salt decide.
func pick(i, salt, n int) int { return int(share(i, salt) * float64(n)) }

// askedBefore is the share of cases that waited for their owners once and went on.
const askedBefore = 0.15

// mixture is how many of 1,000 properties are in each state: most were decided long ago.
var mixture = []struct {
	state domain.State
	of    int
}{
	{domain.Submitted, 60}, {domain.UnderReview, 20}, {domain.FollowUpRequired, 15}, {domain.AwaitingSignOff, 5},
	{domain.Draft, 50}, {domain.Approved, 10}, {domain.Withdrawn, 100}, {domain.Rejected, 140}, {domain.Valued, 600},
}

func stateOf(i int) domain.State {
	n := pick(i, 1, 1000)
	for _, m := range mixture {
		if n -= m.of; n < 0 {
			return m.state
		}
	}
	return domain.Valued
}

func pincodeOf(i, rows int) string {
	n := pick(i, 2, max(1, rows/perPincode))
	return fmt.Sprint((firstRegion+n/perRegion)*pincodeDigits + n%perRegion)
}

func valuerOf(i, rows int) string { return id("valuer", pick(i, 3, max(1, rows/perValuer))) }

// userRow makes the users: the valuers, as many staff who left as a lender may have, and owners.
func userRow(rows int) func(r record, i int) {
	valuers := max(1, rows/perValuer)
	return func(r record, i int) {
		r.set("phone", fmt.Sprintf("+9197%08d", i))
		switch {
		case i < valuers:
			r.set("id", id("valuer", i))
			r.set("role", domain.RoleValuer)
		case i < valuers+staffWhoLeft:
			r.set("id", id("left", i))
			r.set("role", domain.RoleValuer)
			r.set("disabled", true)
		default:
			r.set("id", id("owner", i))
		}
	}
}

// propertyRow makes the properties. Open cases were submitted in the last six hours, one in
// six of them too long ago.
func propertyRow(rows int) func(r record, i int) {
	return func(r record, i int) {
		state := stateOf(i)
		created := noon.Add(-time.Duration(rows-i) * 24 * time.Hour / perDay)
		submitted := created.Add(30 * time.Minute)
		if state.InReview() {
			submitted = noon.Add(-time.Duration(share(i, 4) * float64(6*time.Hour)))
			created = submitted.Add(-time.Hour)
		}
		where := at(share(i, 5)*sideKM(rows), share(i, 6)*sideKM(rows))
		if i < onePin {
			where = at(-10, -10) // in two towers
		}
		r.set("id", id("property", i))
		r.set("external_ref", fmt.Sprint("LOS-", i/perReference))
		r.set("line1", fmt.Sprintf("Flat %d, Tower %c, Station Road", i%perTower, 'A'+rune(i/perTower%2)))
		r.set("owner_id", id("owner", pick(i, 7, rows)))
		r.set("type", domain.PropertyTypes[pick(i, 8, len(domain.PropertyTypes))])
		r.set("state", state)
		r.set("pincode", pincodeOf(i, rows))
		r.set("area_sqft", 500+pick(i, 9, 2000))
		r.set("lat", where.Lat)
		r.set("lng", where.Lng)
		r.set("created_at", created)
		r.set("updated_at", created)
		if state == domain.Draft {
			return
		}
		r.set("reference", domain.NewReference(noon, [6]byte{0: byte(i >> 25), byte(i >> 20), byte(i >> 15), byte(i >> 10), byte(i >> 5), byte(i)}))
		r.set("submitted_at", submitted)
		r.set("sla_started_at", submitted)
		r.set("sla_due_at", submitted.Add(domain.SLATarget))
		if share(i, 18) < askedBefore {
			paused := 10 + pick(i, 19, 120) // minutes
			r.set("sla_paused", fmt.Sprint(paused, " minutes"))
			r.set("sla_due_at", submitted.Add(domain.SLATarget+time.Duration(paused)*time.Minute))
		}
		r.set("sla_alerted", domain.SLANormal)
		live(r, i, state, submitted, valuerOf(i, rows))
	}
}

// live sets what the state asks for.
func live(r record, i int, state domain.State, submitted time.Time, valuer string) {
	switch state {
	case domain.UnderReview, domain.AwaitingSignOff:
		r.set("claim_valuer_id", valuer)
		r.set("claimed_at", submitted)
		r.set("claim_heartbeat_at", noon.Add(-time.Duration(pick(i, 10, 30))*time.Minute))
	case domain.FollowUpRequired:
		asked := submitted.Add(time.Duration(share(i, 11) * float64(noon.Sub(submitted))))
		r.set("follow_ups", `{"v":1,"value":[]}`)
		r.set("follow_up_asked_at", asked)
		r.set("follow_up_due_at", asked.Add(domain.FollowUpTTL))
		r.set("sla_paused_at", asked)
	case domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn:
		r.set("decided_at", submitted.Add(3*time.Hour))
		r.set("sla_stopped_at", submitted.Add(3*time.Hour))
	case domain.Draft, domain.Submitted:
	}
	switch state {
	case domain.Approved, domain.Valued:
		r.set("valuation_id", id("valuation", i))
	case domain.Rejected:
		r.set("rejection_code", domain.RejectedOther)
		r.set("rejection_note", "generated")
		r.set("rejected_at", submitted.Add(3*time.Hour))
	default: // has no more to say
	}
	if state.InReview() && state != domain.FollowUpRequired {
		r.set("sla_alert_at", submitted.Add(domain.SLATarget-3*time.Hour))
	}
}

func comparableRow(rows int) func(r record, i int) {
	return func(r record, i int) {
		where := at(share(i, 12)*sideKM(rows), share(i, 13)*sideKM(rows))
		r.set("id", id("comparable", i))
		r.set("source_id", i)
		r.set("type", domain.PropertyTypes[pick(i, 14, len(domain.PropertyTypes))])
		r.set("pincode", pincodeOf(i, rows))
		r.set("lat", where.Lat)
		r.set("lng", where.Lng)
		r.set("area_sqft", 500+pick(i, 15, 2000))
		r.set("price", 2_000_000+pick(i, 16, 20_000_000))
		r.set("sold_on", noon.AddDate(0, 0, -pick(i, 17, 5*365)).Format(time.DateOnly))
	}
}

func photoRow(r record, i int) {
	property := i / ofEach * photographed
	r.set("id", id("photo", i))
	r.set("property_id", id("property", property))
	r.set("owner_id", id("owner", property))
	r.set("challenge_id", id("challenge", i))
	r.set("announced_sha256", digest(i+2))
	r.set("sha256", digest(i+2))
}

func valuationRow(r record, i int) {
	r.set("id", id("valuation", i*photographed))
	r.set("property_id", id("property", i*photographed))
}

func auditRow(r record, i int) {
	r.set("property_id", id("property", i/ofEach*photographed))
	r.set("seq", i%ofEach+1)
	r.set("hash", digest(i+1))
	r.set("prev_hash", "")
	if i%ofEach > 0 {
		r.set("prev_hash", digest(i))
	}
}
