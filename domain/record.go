package domain

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Record is everything of one stored thing that the audit chain commits to: its fields, each
// by the name of its column. The chain gets a Fact of the record whenever the thing was written,
// and a check computes the record again from what is stored.
type Record struct {
	kind   string
	id     string
	fields []field
}

// field is one committed field. Encodings never change once a release has used them: a new field
// goes to the end with since = RecordVersion+1, and RecordVersion is increased.
type field struct {
	name  string
	value string
	// since is the version that added the field, 0 for those of the first.
	since int
	// by are the only actions that may change the field after the first commitment to it; nil
	// means any action.
	by []Action
}

// RecordVersion is the version of the encoding that commitments are made in.
const RecordVersion = 1

// The names of the facts that commit to records. FactRecords counts those of its entry: an entry
// without it was appended by a release that made no commitments.
const (
	FactRecords      = "records"
	factRecordPrefix = "record."
)

// Sizes of a commitment, in bytes. The hash over all fields is the commitment. The tag of each
// field shows which of them differs, and between two entries which of them was changed; 96 bits
// keep somebody who knows the salt from finding another value with the same tag.
const tagBytes = 12

// commitmentBytes is as long as what the hash over all fields of most cases covers.
const commitmentBytes = 2 << 10

var base64url = base64.RawURLEncoding

// Name returns the name of the record's facts, such as "record.photo:<id>".
func (r Record) Name() string { return recordName(r.kind, r.id) }

// Subject returns what the record is of, such as "photo:<id>".
func (r Record) Subject() string { return r.kind + ":" + r.id }

func recordName(kind, id string) string { return factRecordPrefix + kind + ":" + id }

// Fact returns the commitment to the record: the version, the hash over all fields, and a tag for
// each field. All are salted, so that nothing can be guessed from them without the salt.
func (r Record) Fact(salt string) Fact { return Fact{r.Name(), r.commitment(salt, RecordVersion)} }

// Commit returns the facts by which an audit entry commits to the records.
func Commit(salt string, records []Record) []Fact {
	facts := []Fact{Count(FactRecords, len(records))}
	for _, r := range records {
		facts = append(facts, r.Fact(salt))
	}
	return facts
}

// Equal reports whether both are records of one thing with the same values.
func (r Record) Equal(other Record) bool {
	return r.Name() == other.Name() &&
		slices.EqualFunc(r.fields, other.fields, func(a, b field) bool { return a.name == b.name && a.value == b.value })
}

// upTo returns the fields of an encoding.
func (r Record) upTo(version int) []field {
	return slices.DeleteFunc(slices.Clone(r.fields), func(f field) bool { return f.since > version })
}

func (r Record) commitment(salt string, version int) string {
	fields := r.upTo(version)
	all := appendSized(make([]byte, 0, commitmentBytes), salt, r.kind, r.id, strconv.Itoa(version))
	tags := make([]byte, 0, len(fields)*tagBytes)
	for _, f := range fields {
		all = appendSized(all, f.name, f.value)
		tag := r.tag(salt, f)
		tags = append(tags, tag[:]...)
	}
	sum := sha256.Sum256(all)
	return strconv.Itoa(version) + "." + base64url.EncodeToString(sum[:]) + "." + base64url.EncodeToString(tags)
}

// tag returns the tag of a field, which shows whether its value is another.
func (r Record) tag(salt string, f field) [tagBytes]byte {
	var short [512]byte // as most fields are
	sum := sha256.Sum256(appendSized(short[:0], salt, r.kind, r.id, f.name, f.value))
	return [tagBytes]byte(sum[:])
}

// appendSized appends the texts, each after its length, so that no two lists of texts have the same
// encoding.
func appendSized(to []byte, texts ...string) []byte {
	for _, text := range texts {
		to = append(binary.BigEndian.AppendUint64(to, uint64(len(text))), text...)
	}
	return to
}

// Differs returns the names of the fields that are not what the commitment was made to, nil if all
// are. "salt" means that no field is, because the salt is another, and "record" that the commitment
// itself is damaged or in the encoding of a later release.
func (r Record) Differs(salt, commitment string) []string {
	version, tags, err := parseCommitment(commitment)
	if err != nil || version > RecordVersion {
		return []string{"record"}
	}
	if r.commitment(salt, version) == commitment {
		return nil
	}
	fields := r.upTo(version)
	var names []string
	for i, f := range fields {
		if tag := r.tag(salt, f); i >= len(tags) || string(tag[:]) != tags[i] {
			names = append(names, f.name)
		}
	}
	switch len(names) {
	case 0:
		return []string{"record"}
	case len(fields):
		return []string{"salt"}
	}
	return names
}

// mayChange reports whether one of the actions may change the field, false for what is no field.
func (r Record) mayChange(name string, actions []Action) bool {
	return len(actions) > 0 && slices.ContainsFunc(r.fields, func(f field) bool { return f.name == name && f.changedBy(actions) })
}

func (f field) changedBy(actions []Action) bool {
	return f.by == nil || slices.ContainsFunc(actions, func(a Action) bool { return slices.Contains(f.by, a) })
}

// Changed returns the names of the fields that differ between two commitments to the record although
// none of the actions may change them.
func (r Record) Changed(before, after string, actions []Action) []string {
	_, old, oldErr := parseCommitment(before)
	_, tags, err := parseCommitment(after)
	if oldErr != nil || err != nil {
		return []string{"record"}
	}
	var names []string
	for i, f := range r.fields {
		if i < min(len(old), len(tags)) && old[i] != tags[i] && !f.changedBy(actions) {
			names = append(names, f.name)
		}
	}
	return names
}

func parseCommitment(commitment string) (version int, tags []string, err error) {
	parts := strings.Split(commitment, ".")
	if len(parts) != 3 {
		return 0, nil, fmt.Errorf("a commitment has three parts, not %d", len(parts))
	}
	if version, err = strconv.Atoi(parts[0]); err != nil {
		return 0, nil, fmt.Errorf("the version of a commitment: %w", err)
	}
	packed, err := base64url.DecodeString(parts[2])
	if err != nil {
		return 0, nil, fmt.Errorf("the tags of a commitment: %w", err)
	}
	for tag := range slices.Chunk(packed, tagBytes) {
		tags = append(tags, string(tag))
	}
	return version, tags, nil
}

// Helpers that encode values. Each encoding is part of the commitments, so it must not change.

// cleaned returns the text as every store keeps it.
func cleaned[T ~string](s T) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(s), "\uFFFD"), "\x00", "")
}

// when encodes a time to the precision of every store, "" for none.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMicro(), 10)
}

func whenKnown(t *time.Time) string {
	if t == nil {
		return ""
	}
	return when(*t)
}

func whole[T ~int | ~int64](n T) string { return strconv.FormatInt(int64(n), 10) }

func wholeKnown(n *int) string {
	if n == nil {
		return ""
	}
	return whole(*n)
}

// number is the same for 0 and -0, which a store may not tell apart.
func number(f float64) string {
	if f == 0 {
		return "0"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func yes(b bool) string { return strconv.FormatBool(b) }

// pack joins values so that no two lists of values have the same encoding.
func pack(values ...string) string {
	var b strings.Builder
	for _, v := range values {
		b.WriteString(strconv.Itoa(len(v)))
		b.WriteByte(':')
		b.WriteString(v)
	}
	return b.String()
}

func packed[T any](list []T, encode func(T) string) string {
	values := make([]string, len(list))
	for i, v := range list {
		values[i] = encode(v)
	}
	return pack(values...)
}

func place(p *Point) string {
	if p == nil {
		return ""
	}
	return pack(number(p.Lat), number(p.Lng))
}
