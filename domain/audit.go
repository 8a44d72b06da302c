package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AuditEntry is one link of a property's audit chain. It has no personal data, only ids, states,
// numbers and salted commitments, because erasing a person must not break the chain.
type AuditEntry struct {
	PropertyID PropertyID
	Seq        int64 // 1 for the first entry of a property, without gaps
	At         time.Time
	ActorID    UserID // empty for PropFlow itself
	ActorRole  Role
	Action     Action
	From, To   State
	Facts      []Fact
	PrevHash   string // hex SHA-256 of the entry before, empty for the first
	Hash       string // hex SHA-256 over PrevHash and every field
}

// Fact is one named fact of an audit entry: an id, a state, a number or a commitment.
type Fact struct {
	Name  string
	Value string
}

// Count makes a fact of a number.
func Count(name string, n int) Fact { return Fact{Name: name, Value: strconv.Itoa(n)} }

// names makes a fact of the names of fields, kinds and the like, sorted and each once.
func names[T ~string](name string, list []T) Fact {
	list = slices.Clone(list)
	slices.Sort(list)
	var b strings.Builder
	for i, s := range slices.Compact(list) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(s))
	}
	return Fact{name, b.String()}
}

// Seal returns the entry linked to prev, the entry before it (nil for the first of its property).
// It truncates At to the precision of every store, because the hash of an entry that was stored
// and read back must be the same.
func (e AuditEntry) Seal(prev *AuditEntry) AuditEntry {
	e.Seq, e.PrevHash = 1, ""
	if prev != nil {
		e.Seq, e.PrevHash = prev.Seq+1, prev.Hash
	}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Hash = e.digest()
	return e
}

// digest returns the hash over PrevHash and every other field but Hash itself.
func (e AuditEntry) digest() string {
	fields := []string{
		e.PrevHash, string(e.PropertyID), strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.At.UnixMicro(), 10),
		string(e.ActorID), string(e.ActorRole), string(e.Action), string(e.From), string(e.To),
		strconv.Itoa(len(e.Facts)),
	}
	for _, f := range e.Facts {
		fields = append(fields, f.Name, f.Value)
	}
	return digest(fields...)
}

// digest returns the hex SHA-256 of the fields, each after its length. Without the lengths
// ("ab", "c") and ("a", "bc") would have the same hash.
func digest(fields ...string) string {
	h := sha256.New()
	var sized []byte
	for _, f := range fields {
		sized = appendSized(sized[:0], f)
		h.Write(sized)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// VerifyChain checks a property's entries, oldest first, and returns an error that names the
// first one that was edited, deleted, reordered or forged. It cannot detect that the last entries
// were deleted: for that, ExamineChain compares the chain with its recorded head.
func VerifyChain(entries []AuditEntry) error {
	var prev *AuditEntry
	for i := range entries {
		e := entries[i]
		sealed := e.Seal(prev)
		switch {
		case prev != nil && e.PropertyID != prev.PropertyID:
			return fmt.Errorf("audit entry %d belongs to another property", e.Seq)
		case e.Seq != sealed.Seq:
			return fmt.Errorf("audit entry %d is missing: found %d in its place", sealed.Seq, e.Seq)
		case e.PrevHash != sealed.PrevHash:
			return fmt.Errorf("audit entry %d does not follow the entry before it", e.Seq)
		case e.Hash != sealed.Hash, !e.At.Equal(sealed.At):
			return fmt.Errorf("audit entry %d was edited", e.Seq)
		}
		prev = &entries[i]
	}
	return nil
}

// Commit returns a commitment to a personal value: a hash that reveals nothing without the
// property's salt, and by which anyone who has the salt and the value can check that this was
// the value.
func (p Property) Commit(value string) string { return digest(p.Salt, value) }

// canonical encodes the details for a commitment. The encoding must not change, because a
// commitment can be checked only by the encoding that it was made with.
func (d Details) canonical() string {
	a := d.Address
	number := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	place := ""
	if d.Location != nil {
		place = fmt.Sprintf("%.6f,%.6f", d.Location.Point.Lat, d.Location.Point.Lng)
	}
	return strings.Join([]string{
		a.Line1, a.Line2, a.Locality, a.City, a.State, a.Pincode, strconv.Itoa(d.AreaSqFt),
		number(d.Bedrooms), number(d.Bathrooms), number(d.Floor), number(d.YearBuilt), place,
	}, "\x1f")
}
