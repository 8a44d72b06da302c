package e2e_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// dearestRefusal is how many times as much CPU as a normal 400 the costliest refused request may
	// take.
	dearestRefusal = 20
	// dearestImport is the same of a file of comparables of 1.5 MB, which must be received: 9 times on
	// an idle machine, 21 on a busy one with the race detector, where memory costs most.
	dearestImport = 40
	// dearestLastRow is the same of a file of comparables that has 10,000 rows, of which the last is
	// wrong. Its rows must all be read, as those of a file that is imported. Only an ADMIN who has
	// proved a factor in the last 5 min gets that far.
	dearestLastRow = 800
)

// attack is a request that must be refused, and is meant to cost as much as it can.
type attack struct {
	operation, how string
	request        request
	status         int
	cost           time.Duration
}

// TestRefusedRequestsCostLittle sends each operation what is dearest to refuse, as one who may call
// it, and compares the CPU time of this process, of which the client is a part, with that of a
// wrong phone number. It does not run beside other tests, which would be counted too. The figures
// are the least of several rounds: whatever else the machine does can only add to them.
func TestRefusedRequestsCostLittle(t *testing.T) { //nolint:paralleltest // measures the process
	s := newStage(t)
	normal := attack{operation: "requestOtp", how: "a normal 400", request: request{
		method: http.MethodPost, path: "/api/v1/auth/otp", body: []byte(`{"phone":"+91"}`),
	}}
	attacks := s.attacks(t)
	for i := range attacks { // once, to warm up and to see what is refused
		attacks[i].status = s.answers(t, attacks[i])
		require.NotEqual(t, http.StatusInternalServerError, attacks[i].status, "%s: %s", attacks[i].operation, attacks[i].how)
	}
	attacks = slices.DeleteFunc(attacks, func(a attack) bool { return a.status < 400 })
	s.measure(t, &normal, 5, 40)
	for i := range attacks {
		s.measure(t, &attacks[i], 1, 2)
	}
	dearest := worst(attacks)
	for i := range dearest[:min(40, len(dearest))] { // again and better: the first look was short
		s.measure(t, &dearest[i], 5, 8)
	}
	s.measure(t, &normal, 5, 40)
	dearest = worst(dearest[:min(40, len(dearest))])
	t.Logf("%d refused requests; a normal 400 takes %v of CPU; the ten dearest operations:", len(attacks), normal.cost)
	for _, a := range dearest[:min(10, len(dearest))] {
		t.Logf("%6.1f x  %-20s %d  %s (%d bytes)", ratio(a, normal), a.operation, a.status, a.how, len(a.request.body.([]byte)))
	}
	for _, a := range dearest {
		bar := dearestRefusal
		if a.operation == "importComparables" {
			bar = dearestImport
		}
		assert.LessOrEqual(t, ratio(a, normal), float64(bar), "%s: %s", a.operation, a.how)
	}
	lastRow := s.wrongLastRow(t)
	require.Equal(t, http.StatusBadRequest, s.answers(t, lastRow))
	s.measure(t, &lastRow, 5, 4)
	t.Logf("%6.1f x  %-20s 400  %s (%d bytes)", ratio(lastRow, normal), lastRow.operation, lastRow.how, len(lastRow.request.body.([]byte)))
	assert.LessOrEqual(t, ratio(lastRow, normal), float64(dearestLastRow))
}

// wrongLastRow is a file of as many comparables as may be imported, all valid but the last.
func (s *stage) wrongLastRow(t *testing.T) attack {
	t.Helper()
	row := "REGISTRY,KA-%d,APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1250,3,2,2014,18500000,2026-05-14\n"
	rows := repeat(9_999, func(i int) string { return fmt.Sprintf(row, i) }, "")
	return attack{operation: "importComparables", how: "a wrong last row", request: request{
		method: http.MethodPost, path: "/api/v1/comparables/import", token: s.tokens[admin],
		headers: map[string]string{"Idempotency-Key": s.key()}, body: []byte(csvHeader + rows + "wrong\n"),
	}}
}

func ratio(a, normal attack) float64 { return float64(a.cost) / float64(normal.cost) }

// worst returns the dearest attack on each operation, dearest first.
func worst(attacks []attack) []attack {
	of := make(map[string]attack)
	for _, a := range attacks {
		if a.cost > of[a.operation].cost {
			of[a.operation] = a
		}
	}
	return slices.SortedFunc(maps.Values(of), func(a, b attack) int { return cmp.Compare(b.cost, a.cost) })
}

// attacks returns every attack on every operation.
func (s *stage) attacks(t *testing.T) (all []attack) {
	t.Helper()
	id := s.draft(t, owner)
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			add := func(how string, q request) {
				q.method = method
				q.path = cmp.Or(q.path, strings.ReplaceAll(fill(path), someID, id))
				q.token = cmp.Or(q.token, s.tokens[anyOf(op)])
				if q.headers == nil {
					q.headers = map[string]string{}
				}
				if q.body == nil {
					q.body = []byte(nil)
				}
				q.headers["Idempotency-Key"], q.headers["If-Match"] = s.key(), `"1"`
				all = append(all, attack{operation: op.OperationID, how: how, request: q})
			}
			base := fill(path)
			add("many parameters", request{path: base + "?" + repeat(8_000, func(i int) string { return fmt.Sprintf("k%d", i) }, "&")})
			add("some parameters", request{path: base + "?" + repeat(1_900, func(i int) string { return fmt.Sprintf("k%d", i) }, "&")})
			add("an escaped parameter", request{path: base + "?limit=" + strings.Repeat("%41", 18_000)})
			if strings.Contains(base, someID) {
				add("a long id", request{path: strings.ReplaceAll(base, someID, strings.Repeat("a", 60_000))})
			}
			add("languages", request{path: base + "?x=y", headers: map[string]string{"Accept-Language": repeat(5_000, func(i int) string { return fmt.Sprintf("a%c-b%c;q=0.1", 'a'+i%26, 'a'+i/26%26) }, ",")}})
			add("hops", request{path: base + "?x=y", headers: map[string]string{"X-Forwarded-For": strings.Repeat("1.1.1.1,", 7_000)}})
			add("a long token", request{token: strings.Repeat("e30.", 15_000)})
			add("a long key", request{headers: map[string]string{"X-Long": strings.Repeat("x", 60_000)}, path: base + "?x=y"})
			for how, body := range bodies(op) {
				add(how, request{body: body})
			}
		}
	}
	return all
}

// csvHeader begins a file of comparables.
const csvHeader = "source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on\n"

const someID = "0193562c-0000-7000-8000-00000000000f"

// fill sets the parameters of a path.
func fill(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if b.WriteByte('/'); strings.HasPrefix(part, "{") {
			part = someID
		}
		b.WriteString(part)
	}
	return b.String()
}

// anyOf returns one who may call the operation, "" if no one need log in.
func anyOf(op *openapi3.Operation) string {
	roles, _ := op.Extensions["x-roles"].([]any)
	if len(*op.Security) == 0 || len(roles) == 0 {
		return ""
	}
	return map[any]string{"CUSTOMER": owner, "VALUER": valuer, "SUPERVISOR": supervisor, "ADMIN": admin}[roles[0]]
}

// bodies returns the bodies that are dearest to refuse, by what they are.
func bodies(op *openapi3.Operation) map[string][]byte {
	key := func(i int) string { return fmt.Sprintf(`"k%d":0`, i) }
	all := map[string][]byte{}
	add := func(how, body string) { all[how] = []byte(body) }
	add("110,000 unknown keys", "{"+repeat(110_000, key, ",")+"}")
	for _, n := range []int{40, 75, 150, 300, 600} {
		add(fmt.Sprint(n, " unknown keys"), "{"+repeat(n, key, ",")+"}")
		add(fmt.Sprint(n, " repeated keys"), "{"+repeat(n, func(i int) string { return fmt.Sprintf(`"k%d":0,"k%d":0`, i, i) }, ",")+"}")
		add(fmt.Sprint(n, " long keys"), "{"+repeat(n, func(i int) string { return fmt.Sprintf(`"%d%s":0`, i, strings.Repeat(`\u0041`, 4)) }, ",")+"}")
		add(fmt.Sprint(n, " items"), "["+repeat(n, func(int) string { return "{}" }, ",")+"]")
		add(fmt.Sprint(n, " levels"), strings.Repeat(`{"a":`, n)+"0"+strings.Repeat("}", n))
		add(fmt.Sprint(n, " lists"), strings.Repeat(`[`, n)+strings.Repeat("]", n))
	}
	if op.RequestBody == nil {
		return all
	}
	if op.RequestBody.Value.Content["application/json"] == nil {
		row := "REGISTRY,%d,HOUSE,X,Y,000000,91,181,-1,-1,-1,99999,-1,2026-02-31\n"
		add("wrong rows", csvHeader+repeat(23_000, func(i int) string { return fmt.Sprintf(row, i) }, ""))
		return all
	}
	schema := op.RequestBody.Value.Content["application/json"].Schema.Value
	for how, build := range map[string]func(*openapi3.Schema) any{"the largest body": fullest, "all of it wrong": wrongest} {
		encoded, err := json.Marshal(build(schema))
		if err != nil {
			panic(err)
		}
		all[how] = encoded
		all[how+", with unknown keys"] = append(slices.Clone(encoded[:len(encoded)-1]), ","+repeat(45, key, ",")+"}"...)
	}
	return all
}

// fullest returns a value of the schema's kinds in which all is as long as it may be.
func fullest(s *openapi3.Schema) any {
	return build(s, func(s *openapi3.Schema) any {
		if s.Type.Is("string") && s.MaxLength != nil {
			return strings.Repeat("क", int(*s.MaxLength))
		}
		return sample(s)
	})
}

// wrongest returns a value in which every leaf breaks a rule.
func wrongest(s *openapi3.Schema) any {
	return build(s, func(s *openapi3.Schema) any {
		if s.Type.Is("string") {
			return []any{}
		}
		return "7"
	})
}

func build(s *openapi3.Schema, leaf func(*openapi3.Schema) any) any {
	switch {
	case s.Type.Is("object"):
		fields := object{}
		for name, p := range s.Properties {
			fields[name] = build(p.Value, leaf)
		}
		return fields
	case s.Type.Is("array"):
		items := make([]any, *s.MaxItems)
		for i := range items {
			items[i] = build(s.Items.Value, leaf)
		}
		return items
	}
	return leaf(s)
}

func repeat(n int, part func(int) string, separator string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return strings.Join(parts, separator)
}

// answers sends the request of an attack and returns the status of the answer, which is not
// checked any further, because that would cost more than the request.
func (s *stage) answers(t *testing.T, a attack) int {
	t.Helper()
	body, _ := a.request.body.([]byte)
	r, err := http.NewRequestWithContext(t.Context(), a.request.method, s.url+a.request.path, bytes.NewReader(body))
	require.NoError(t, err)
	if r.Header.Set("Content-Type", "application/json"); bytes.HasPrefix(body, []byte(csvHeader)) {
		r.Header.Set("Content-Type", "text/csv")
	}
	if a.request.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.request.token)
	}
	for name, value := range a.request.headers {
		r.Header.Set(name, value)
	}
	response, err := s.client.Do(r)
	if err != nil {
		return 0 // refused before all of it was sent
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.StatusCode
}

// measure sets the cost of an attack to the least CPU time per request of some rounds.
func (s *stage) measure(t *testing.T, a *attack, rounds, times int) {
	t.Helper()
	for range rounds {
		before := processTime(t)
		for range times {
			s.answers(t, *a)
		}
		if took := (processTime(t) - before) / time.Duration(times); a.cost == 0 || took < a.cost {
			a.cost = took
		}
	}
}

// processTime returns the CPU time that this process has used.
func processTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
