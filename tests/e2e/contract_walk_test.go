package e2e_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// callers are all who may knock: nobody, three with a token that does not count, and a user
// of each role.
var callers = []string{"nobody", "garbage", "expired", "halfway", owner, valuer, supervisor, admin}

// walk is one operation and a request of it that breaks no rule of the document.
type walk struct {
	*stage
	op    *openapi3.Operation
	valid request
	body  []byte // of valid
	ids   map[string]string
}

// attempt is a request with something wrong.
type attempt struct {
	what string
	request
	// want is the status for those who may call the operation; 0 for any refusal.
	want int
}

// TestBrokenInputIsRefusedAndChangesNothing walks every operation of the document with
// broken input, as every caller.
func TestBrokenInputIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.tokens["garbage"] = "garbage." + marker
	customer := s.people[owner].Actor()
	s.tokens["expired"] = s.sign(t, domain.Identity{Actor: customer, ExpiresAt: s.Clock.Now()})
	s.tokens["halfway"] = s.sign(t, domain.Identity{
		Actor: s.people[valuer].Actor(), SecondFactorPending: true, ExpiresAt: s.Clock.Now().Add(24 * time.Hour),
	})
	reviewed := s.inState(t, domain.UnderReview)
	photos := s.do(t, owner, http.MethodGet, property(reviewed, "/photos"), nil)
	var listed struct{ Items []struct{ ID string } }
	require.NoError(t, json.Unmarshal(photos.body, &listed))
	sale := s.appraisal(t, valuer, reviewed)["comparable_ids"].([]string)[0]
	ids := map[string]string{
		"propertyId": reviewed, "photoId": listed.Items[0].ID, "userId": string(s.people[valuer].ID), "comparableId": sale,
	}
	sent, operations := make(map[int]int), 0
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			operations++
			w := newWalk(t, s, method, path, op, ids)
			before := s.state(t)
			for i, caller := range callers {
				for j, a := range w.attempts() {
					if w.barred(caller) != 0 && (i+j)%8 != 0 {
						continue // all are refused alike: another caller sends this one
					}
					a.token = s.tokens[caller]
					sent[w.refused(t, caller, a)]++
				}
				require.Equal(t, before, s.state(t), "%s changed something though everything that %s sent was refused", op.OperationID, caller)
			}
		}
	}
	t.Logf("%d operations; broken requests by status: %v", operations, sent)
	assert.Greater(t, sent[http.StatusBadRequest], 5_000)
}

func newWalk(t *testing.T, s *stage, method, path string, op *openapi3.Operation, ids map[string]string) walk {
	t.Helper()
	w := walk{stage: s, op: op, ids: ids, valid: request{method: method, path: path, headers: map[string]string{}}}
	for name, id := range ids {
		w.valid.path = strings.ReplaceAll(w.valid.path, "{"+name+"}", id)
	}
	for _, p := range op.Parameters {
		switch p.Value.Name {
		case "Idempotency-Key":
			w.valid.headers["Idempotency-Key"] = "a-key-of-the-walk"
		case "If-Match":
			w.valid.headers["If-Match"] = `"999"`
		}
	}
	if op.RequestBody == nil {
		return w
	}
	for kind, media := range op.RequestBody.Value.Content {
		w.valid.headers["Content-Type"] = kind
		if kind == "text/csv" {
			w.body = []byte(media.Example.(string))
			continue
		}
		for _, example := range media.Examples {
			encoded, err := json.Marshal(example.Value.Value)
			require.NoError(t, err)
			w.body = encoded
		}
	}
	w.valid.body = w.body
	return w
}

// with returns the valid request with one thing changed.
func (w walk) with(what string, want int, change func(*request)) attempt {
	q := w.valid
	q.headers = maps.Clone(q.headers)
	change(&q)
	return attempt{what, q, want}
}

// attempts lists everything wrong that this test knows to send to the operation.
func (w walk) attempts() []attempt {
	return slices.Concat(w.brokenBodies(), w.brokenHeaders(), w.brokenQueries(), w.brokenPaths())
}

func (w walk) brokenBodies() []attempt {
	huge := func(q *request) {
		q.body = io.LimitReader(zeros{}, 11<<20)
		q.headers["Expect"] = "100-continue" // the answer comes before the body is sent
	}
	if w.op.RequestBody == nil {
		return []attempt{
			w.with("a body where none goes", 400, func(q *request) { q.body = object{unknownName: marker} }),
			w.with("a huge body where none goes", 400, huge),
		}
	}
	all := []attempt{w.with("a huge body", 413, huge)}
	for _, kind := range []string{"", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", marker} {
		all = append(all, w.with("content type "+kind, 415, func(q *request) { q.headers["Content-Type"] = kind }))
	}
	replace := func(b broken, want int) {
		all = append(all, w.with(b.what, want, func(q *request) {
			if q.body = b.body; b.body == nil {
				q.body = []byte{}
			}
		}))
	}
	media := w.op.RequestBody.Value.Content["application/json"]
	if media == nil {
		for _, b := range brokenCSV(string(w.body)) {
			replace(b, 400)
		}
		return all
	}
	for _, b := range noJSON(w.body) {
		replace(b, 400)
	}
	var valid any
	if err := json.Unmarshal(w.body, &valid); err != nil {
		panic(err)
	}
	for _, b := range breakings(media.Schema.Value, valid) {
		want := 400
		if strings.HasSuffix(b.what, "null byte") || strings.HasSuffix(b.what, "escape") {
			want = 0 // the domain's to refuse, which may find something else first
		}
		replace(b, want)
	}
	return all
}

func brokenCSV(valid string) []broken {
	header, row, _ := strings.Cut(valid, "\n")
	cell := func(old, planted string) []byte { return []byte(header + "\n" + strings.Replace(row, old, planted, 1)) }
	return []broken{
		{"nothing", nil},
		{"no header", []byte(row)},
		{"a column too few", []byte(strings.Replace(header, ",sold_on", "", 1) + "\n" + row)},
		{"a column too many", []byte(header + "," + unknownName + "\n" + row)},
		{"a cell too few", cell(",2026-05-14", "")},
		{"an open quote", []byte(header + "\n\"" + marker)},
		{"no number", cell("12.9719", "NaN")},
		{"no place on Earth", cell("12.9719", "Inf")},
		{"an absurd price", cell("18500000", "9223372036854775808")},
		{"a negative price", cell("18500000", "-1")},
		{"an absurd area", cell("1250", "1e400")},
		{"30 February", cell("2026-05-14", "2026-02-30")},
		{"broken UTF-8", cell("Indiranagar", "\xff"+marker)},
		{"a null byte", cell("Indiranagar", "\x00"+marker)},
		{"another form", cell("REGISTRY", marker)},
		{"JSON", []byte(`{"` + unknownName + `":1}`)},
		{"zeros", make([]byte, 1000)},
	}
}

func (w walk) brokenHeaders() []attempt {
	var all []attempt
	header := func(name, value string, want int) {
		all = append(all, w.with(name+": "+value[:min(len(value), 20)], want, func(q *request) { q.headers[name] = value }))
	}
	for _, p := range w.op.Parameters {
		switch name := p.Value.Name; name {
		case "Idempotency-Key":
			all = append(all, w.with("no key", 400, func(q *request) { delete(q.headers, name) }))
			header(name, "", 400)
			header(name, strings.Repeat("k", 256), 400)
			header(name, marker+" "+marker, 400)
			header(name, "ключ", 400)
		case "If-Match":
			all = append(all, w.with("no version", 400, func(q *request) { delete(q.headers, name) }))
			for _, bad := range []string{"", "*", "3", `W/"3"`, `"-1"`, `"` + marker + `"`, `"3", "4"`, `"` + strings.Repeat("9", 19) + `"`} {
				header(name, bad, 400)
			}
			header(name, `"999999999999999999"`, 0)
		case "Last-Event-ID":
			header(name, marker+" "+marker, 400)
			header(name, strings.Repeat("9", 65), 400)
			header(name, "<script>", 400)
		}
	}
	return all
}

func (w walk) brokenQueries() []attempt {
	query := func(text string, want int) attempt {
		return w.with("?"+text, want, func(q *request) { q.path += "?" + text })
	}
	all := []attempt{
		query(unknownName+"="+marker, 400), query("%zz="+marker, 400), query("a;b="+marker, 400), query("="+marker, 400), query("%00=%00", 400),
	}
	for _, p := range w.op.Parameters {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		name, schema := p.Value.Name+"=", p.Value.Schema.Value
		if schema.Type.Is("array") {
			schema = schema.Items.Value
		}
		for _, bad := range []string{marker, "%00", "%ff", "1e400", "-1", "9223372036854775808", strings.Repeat("9", 5000)} {
			if p.Value.Name != "cursor" && (!schema.Type.Is("number") || bad != "-1" || schema.Min != nil) {
				all = append(all, query(name+bad, 400))
			}
		}
		if p.Value.Name == "cursor" {
			for _, cursor := range []string{"", "!", marker, base64.RawURLEncoding.EncodeToString([]byte(`{"Key":7}`)), strings.Repeat("A", 501)} {
				all = append(all, query(name+cursor, 400))
			}
		}
		if p.Value.Name == "limit" {
			all = append(all, query("limit=0", 400), query("limit=101", 400), query("limit=1.5", 400), query("limit=5&limit="+marker, 400))
		}
	}
	return all
}

func (w walk) brokenPaths() []attempt {
	var all []attempt
	for name, id := range w.ids {
		if w.op.Parameters.GetByInAndName(openapi3.ParameterInPath, name) == nil {
			continue
		}
		path := func(bad string, want int) {
			all = append(all, w.with(name+" "+bad[:min(len(bad), 20)], want, func(q *request) { q.path = strings.Replace(q.path, id, bad, 1) }))
		}
		for _, bad := range []string{marker, "0", "-1", id + "0", strings.ReplaceAll(id, "-", ""), "{" + name + "}", strings.Repeat("9", 5000), "'or'1'='1"} {
			path(url.PathEscape(bad), 0)
		}
		for _, bad := range []string{"%00", "%ff", "..%2f..", "%2e%2e", id + "%0a"} {
			path(bad, 0)
		}
		if w.op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") == nil {
			unknown := 404
			if name == "photoId" {
				unknown = 0 // the property's claim may be asked for first
			}
			path("0193562c-ffff-7fff-8fff-ffffffffffff", unknown)
		}
	}
	return all
}

// refused sends the attempt and holds the answer against what such a caller must get. It
// returns the status.
func (w walk) refused(t *testing.T, caller string, a attempt) int {
	t.Helper()
	got := w.send(t, a.request)
	where := w.op.OperationID + " as " + caller + " with " + a.what + ": " + string(got.body[:min(len(got.body), 600)])
	want := a.want
	if status := w.barred(caller); status != 0 && got.status != http.StatusNotFound {
		want = status
	}
	if want == 0 {
		assert.True(t, got.status >= 400 && got.status < 500, "%d %s", got.status, where)
	} else {
		assert.Equal(t, want, got.status, where)
	}
	assert.False(t, bytes.Contains(got.body, []byte(marker)), "an answer tells back what was sent: %s", where)
	assert.Equal(t, "application/problem+json", got.header.Get("Content-Type"), where)
	var problem struct {
		Code   string
		Status int
		Errors []struct{ Field, Rule, Message string }
	}
	require.NoError(t, json.Unmarshal(got.body, &problem), where)
	assert.Equal(t, got.status, problem.Status, where)
	assert.Regexp(t, `^[a-z][a-z_]+$`, problem.Code, where)
	if got.status == http.StatusBadRequest {
		require.NotEmpty(t, problem.Errors, where)
		for _, e := range problem.Errors {
			assert.NotEmpty(t, e.Field, where)
			assert.Regexp(t, `^[a-zA-Z_]+$`, e.Rule, where)
			assert.NotEmpty(t, e.Message, where)
		}
	}
	return got.status
}

// barred returns what the caller gets from the operation whatever they send: 0 for those who
// may call it.
func (w walk) barred(caller string) int {
	security := *w.op.Security
	if len(security) == 0 {
		return 0
	}
	_, secondFactor := security[0]["secondFactor"]
	if user, known := w.people[caller]; known && !secondFactor {
		if roles := w.op.Extensions["x-roles"].([]any); !slices.Contains(roles, any(string(user.Role))) {
			return http.StatusForbidden
		}
		return 0
	}
	if caller == "halfway" && secondFactor {
		return 0
	}
	return http.StatusUnauthorized
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
