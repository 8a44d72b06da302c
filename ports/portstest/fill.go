package portstest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/propflow/propflow/domain"
)

// filler sets every field of a value to something that is not zero and that a strict store
// accepts, to find a store that loses a field. Two fillers with different n set every field
// differently.
type filler struct {
	t *testing.T
	n int
	// byType returns the ids that must refer to something that exists.
	byType map[reflect.Type]func() string
	count  int
}

// fill fills a value of type T.
func fill[T any](f *filler) T {
	var v T
	f.set(reflect.ValueOf(&v).Elem(), "")
	return v
}

func (f *filler) set(v reflect.Value, name string) {
	if special, ok := f.byName(name); ok && v.Kind() != reflect.Pointer {
		value := reflect.ValueOf(special)
		if (value.Kind() == reflect.String) == (v.Kind() == reflect.String) { // the version of a consent is a string
			v.Set(value.Convert(v.Type()))
			return
		}
	}
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(f.time()))
		return
	case reflect.TypeFor[domain.Subject](): // only INTERNAL has a room
		v.Set(reflect.ValueOf(domain.Subject{Type: domain.PhotoInternal, Room: domain.Rooms[f.n%len(domain.Rooms)]}))
		return
	case reflect.TypeFor[time.Duration]():
		v.Set(reflect.ValueOf(time.Duration(f.n)*time.Hour + 1001*time.Microsecond))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.set(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.set(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.set(v.Index(i), "")
		}
	case reflect.Array:
		for i := range v.Len() {
			f.set(v.Index(i), "")
		}
	case reflect.String:
		v.SetString(f.text(v.Type()))
	case reflect.Bool:
		v.SetBool(f.n%2 == 1)
	case reflect.Int, reflect.Int64:
		f.count++
		v.SetInt(int64(f.n*20 + f.count%10)) // small enough for every column
	case reflect.Uint8:
		v.SetUint(uint64(0xf0 + f.n%16)) // not valid UTF-8
	case reflect.Uint64:
		v.SetUint(1<<63 + uint64(f.n)) // signed columns lose the top bit
	case reflect.Float64:
		f.count++
		v.SetFloat(1 / float64(f.n*20+f.count%10)) // a fraction that needs all digits
	default:
		f.t.Fatalf("fill knows no value for %s %s", name, v.Type())
	}
}

// byName returns the value of a field that only accepts values of a certain form, by the name
// of the field. It returns false for any other field.
func (f *filler) byName(name string) (any, bool) {
	switch name {
	case "ID":
		return newID(), true
	case "Version":
		return 0, true
	case "Lat":
		return 12.9716 + float64(f.n)/1000, true
	case "Lng":
		return 77.5946 - float64(f.n)/1000, true
	case "Pincode":
		return fmt.Sprintf("56%04d", f.n), true
	case "SHA256", "Hash", "RefreshHash":
		return digest(f.n), true
	case "ContentType":
		return []string{domain.ContentJPEG, domain.ContentPNG}[f.n%2], true
	case "YearBuilt":
		return 2000 + f.n, true
	case "Bedrooms", "Bathrooms", "Confidence":
		return f.n, true
	case "Floor":
		return f.n - 1, true // 0 is the ground floor and not "unknown"
	case "Orientation":
		return f.n, true
	}
	return nil, false
}

// time returns a time with the precision that every store keeps, later than the one before.
func (f *filler) time() time.Time {
	f.count++
	return noon.Add(time.Duration(f.n)*time.Hour + time.Duration(f.count)*1001*time.Microsecond)
}

func (f *filler) text(t reflect.Type) string {
	if known, ok := f.byType[t]; ok {
		return known()
	}
	if values := enumerations()[t]; len(values) > 0 {
		return values[f.n%len(values)]
	}
	switch {
	case t == reflect.TypeFor[domain.Phone]():
		return string(newPhone())
	case t == reflect.TypeFor[domain.Email]():
		return string(newEmail())
	case t == reflect.TypeFor[domain.Reference]():
		return string(newReference())
	case t == reflect.TypeFor[string]():
		f.count++
		return fmt.Sprintf("स्ट्रिंग %d'%d — ₹\n", f.n, f.count)
	case slices.Contains(identifiers(), t):
		return newID()
	}
	f.t.Fatalf("fill knows no value of %s: add it to enumerations", t)
	return ""
}

func identifiers() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[domain.UserID](), reflect.TypeFor[domain.PropertyID](), reflect.TypeFor[domain.PhotoID](),
		reflect.TypeFor[domain.ChallengeID](), reflect.TypeFor[domain.FollowUpItemID](), reflect.TypeFor[domain.ComparableID](),
		reflect.TypeFor[domain.ValuationID](), reflect.TypeFor[domain.NotificationID](), reflect.TypeFor[domain.ConsentID](),
	}
}

// newID returns a random UUIDv7.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	b[6], b[8] = 0x70|b[6]&0x0f, 0x80|b[8]&0x3f
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// digest returns 64 hexadecimal digits.
func digest(n int) string { return fmt.Sprintf("%064x", n) }

// noon is the time at which the suites begin, in India.
var noon = time.Date(2026, time.November, 23, 6, 30, 0, 123_456_000, time.UTC)
