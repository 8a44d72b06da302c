package domain_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// chain is a chain of n sealed entries.
func chain(n int) []domain.AuditEntry {
	var entries []domain.AuditEntry
	var prev *domain.AuditEntry
	for i := range n {
		e := domain.AuditEntry{
			PropertyID: "property", At: t0.Add(time.Duration(i) * time.Minute), ActorID: valuer.ID, ActorRole: valuer.Role,
			Action: domain.ActionClaimed, From: domain.Submitted, To: domain.UnderReview,
			Facts: []domain.Fact{{Name: "first", Value: fmt.Sprint(i)}, {Name: "second", Value: "2"}},
		}.Seal(prev)
		entries = append(entries, e)
		prev = &entries[i]
	}
	return entries
}

func TestSealing(t *testing.T) {
	t.Parallel()
	entries := chain(3)
	require.NoError(t, domain.VerifyChain(entries))
	require.NoError(t, domain.VerifyChain(nil))
	for i, e := range entries {
		assert.Equal(t, int64(i+1), e.Seq)
		assert.Len(t, e.Hash, 64)
		assert.Equal(t, time.UTC, e.At.Location())
		if i == 0 {
			assert.Empty(t, e.PrevHash)
		} else {
			assert.Equal(t, entries[i-1].Hash, e.PrevHash)
		}
	}
	fine := domain.AuditEntry{At: t0.In(domain.IST).Add(1234567)}.Seal(nil)
	assert.Equal(t, t0.Add(1234*time.Microsecond), fine.At, "what a store keeps of it")
	assert.Equal(t, fine, fine.Seal(nil), "sealing again changes nothing")
	forged := domain.AuditEntry{Seq: 9, PrevHash: "made up", Hash: "made up"}.Seal(nil)
	assert.Equal(t, domain.AuditEntry{}.Seal(nil), forged, "what the caller claims of the chain does not count")
}

// TestTheHashIsStable pins the hash, computed by another program: chains of old must verify
// for ever.
func TestTheHashIsStable(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "597708532d3153cdddded377d7479393d6132396e4463f098a5edd473d77cbd4", chain(3)[2].Hash)
}

func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	other := domain.AuditEntry{PropertyID: "other", At: t0}
	for name, c := range map[string]struct {
		tamper func(e []domain.AuditEntry) []domain.AuditEntry
		says   string
	}{
		"edited":          {func(e []domain.AuditEntry) []domain.AuditEntry { e[1].Facts[0].Value = "x"; return e }, "audit entry 2 was edited"},
		"first deleted":   {func(e []domain.AuditEntry) []domain.AuditEntry { return e[1:] }, "audit entry 1 is missing: found 2 in its place"},
		"middle deleted":  {func(e []domain.AuditEntry) []domain.AuditEntry { return slices.Delete(e, 2, 4) }, "audit entry 3 is missing: found 5 in its place"},
		"renumbered":      {func(e []domain.AuditEntry) []domain.AuditEntry { e = slices.Delete(e, 1, 2); e[1].Seq = 2; return e }, "audit entry 2 does not follow the entry before it"},
		"swapped":         {func(e []domain.AuditEntry) []domain.AuditEntry { e[1], e[2] = e[2], e[1]; return e }, "audit entry 2 is missing: found 3 in its place"},
		"repeated":        {func(e []domain.AuditEntry) []domain.AuditEntry { return slices.Insert(e, 2, e[1]) }, "audit entry 3 is missing: found 2 in its place"},
		"forged link":     {func(e []domain.AuditEntry) []domain.AuditEntry { e[2].Action = "x"; e[2] = e[2].Seal(&e[1]); return e }, "audit entry 4 does not follow the entry before it"},
		"forged insert":   {func(e []domain.AuditEntry) []domain.AuditEntry { return slices.Insert(e, 2, e[2].Seal(&e[1])) }, "audit entry 4 is missing: found 3 in its place"},
		"another's entry": {func(e []domain.AuditEntry) []domain.AuditEntry { return append(e, other.Seal(&e[len(e)-1])) }, "audit entry 6 belongs to another property"},
		"hash taken away": {func(e []domain.AuditEntry) []domain.AuditEntry { e[4].Hash = ""; return e }, "audit entry 5 was edited"},
		"moved in time":   {func(e []domain.AuditEntry) []domain.AuditEntry { e[3].At = e[3].At.Add(time.Hour); return e }, "audit entry 4 was edited"},
		"a nanosecond":    {func(e []domain.AuditEntry) []domain.AuditEntry { e[3].At = e[3].At.Add(1); return e }, "audit entry 4 was edited"},
		"a fact moved": {func(e []domain.AuditEntry) []domain.AuditEntry {
			e[0].Facts[0].Name, e[0].Facts[0].Value = "firs", "t0"
			return e
		}, "audit entry 1 was edited"},
		"facts taken away": {func(e []domain.AuditEntry) []domain.AuditEntry { e[0].Facts = nil; return e }, "audit entry 1 was edited"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.EqualError(t, domain.VerifyChain(c.tamper(chain(5))), c.says)
		})
	}
}

// TestAnySingleChangeIsFound mutates one field of one entry, found by reflection so that new
// fields are covered from their first day.
func TestAnySingleChangeIsFound(t *testing.T) {
	t.Parallel()
	fields := reflect.TypeFor[domain.AuditEntry]()
	rapid.Check(t, func(t *rapid.T) {
		entries := chain(rapid.IntRange(1, 6).Draw(t, "length"))
		i := rapid.IntRange(0, len(entries)-1).Draw(t, "entry")
		name := fields.Field(rapid.IntRange(0, fields.NumField()-1).Draw(t, "field")).Name
		before := fmt.Sprintf("%#v", entries)
		mutate(t, reflect.ValueOf(&entries[i]).Elem().FieldByName(name))
		if fmt.Sprintf("%#v", entries) == before {
			t.Skip("the same value again")
		}
		if err := domain.VerifyChain(entries); err == nil {
			t.Fatalf("a changed %s of entry %d went unnoticed", name, i+1)
		}
	})
}

func mutate(t *rapid.T, v reflect.Value) {
	switch value := v.Interface().(type) {
	case int64:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case time.Time:
		v.Set(reflect.ValueOf(value.Add(time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "shift")))))
	case []domain.Fact:
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			value = value[:rapid.IntRange(0, 1).Draw(t, "left")]
		case 1:
			value = append(slices.Clone(value), domain.Fact{})
		case 2:
			slices.Reverse(value)
		case 3:
			value[0].Name = rapid.String().Draw(t, "name")
		case 4:
			value[1].Value = rapid.String().Draw(t, "value")
		}
		v.Set(reflect.ValueOf(value))
	default:
		v.SetString(rapid.String().Draw(t, "text"))
	}
}

// TestCommitments make sure that a commitment binds the value and hides it without the salt.
func TestCommitments(t *testing.T) {
	t.Parallel()
	p, same, q := domain.Property{Salt: "salt"}, domain.Property{ID: "p", Salt: "salt"}, domain.Property{Salt: "other"}
	assert.Equal(t, p.Commit("12 MG Road"), same.Commit("12 MG Road"))
	assert.NotEqual(t, p.Commit("12 MG Road"), p.Commit("13 MG Road"))
	assert.NotEqual(t, p.Commit("12 MG Road"), q.Commit("12 MG Road"))
	assert.NotEqual(t, domain.Property{Salt: "a"}.Commit("bc"), domain.Property{Salt: "ab"}.Commit("c"), "lengths keep parts apart")
}

// TestEveryDetailIsCommittedTo changes one detail at a time and expects another commitment
// at submission.
func TestEveryDetailIsCommittedTo(t *testing.T) {
	t.Parallel()
	commitment := func(change func(*domain.Details)) string {
		k := draft(t)
		change(&k.Property.Details)
		c := k.do(t, func(p *domain.Property) (domain.Change, error) {
			return p.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, t0)
		})
		return c.Facts[0].Value
	}
	seen := map[string]string{}
	for name, change := range map[string]func(*domain.Details){
		"nothing":    func(*domain.Details) {},
		"line 1":     func(d *domain.Details) { d.Address.Line1 += "x" },
		"line 2":     func(d *domain.Details) { d.Address.Line2 += "x" },
		"moved text": func(d *domain.Details) { d.Address.Line1, d.Address.Line2 = d.Address.Line1+"N", "ear the lake" },
		"locality":   func(d *domain.Details) { d.Address.Locality = "" },
		"city":       func(d *domain.Details) { d.Address.City = "Mysuru" },
		"state":      func(d *domain.Details) { d.Address.State = "Kerala" },
		"pincode":    func(d *domain.Details) { d.Address.Pincode = "560039" },
		"area":       func(d *domain.Details) { d.AreaSqFt++ },
		"bedrooms":   func(d *domain.Details) { d.Bedrooms = ptr(3) },
		"no number":  func(d *domain.Details) { d.Bedrooms = nil },
		"zero":       func(d *domain.Details) { d.Bedrooms = ptr(0) },
		"bathrooms":  func(d *domain.Details) { d.Bathrooms = ptr(1) },
		"floor":      func(d *domain.Details) { d.Floor = ptr(-3) },
		"year":       func(d *domain.Details) { d.YearBuilt = ptr(2012) },
		"place":      func(d *domain.Details) { d.Location.Point.Lat += 0.000002 },
	} {
		c := commitment(change)
		assert.Empty(t, seen[c], "%s is as %s", name, seen[c])
		seen[c] = name
	}
}
