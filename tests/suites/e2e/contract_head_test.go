package e2e_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// varying are the headers that differ between two answers to the same request.
var varying = []string{"Date", "X-Request-Id", "Ratelimit-Remaining", "Ratelimit-Reset"}

// readable returns the addresses that GET reads, by the name of their operation, each with an
// example of what it names.
func (s *stage) readable(t *testing.T) map[string]string {
	t.Helper()
	valued := s.inState(t, domain.Valued)
	names := strings.NewReplacer(
		"{propertyId}", valued, "{photoId}", firstID(t, s.do(t, valuer, http.MethodGet, property(valued, "/photos"), nil)),
		"{userId}", string(s.people[valuer].ID), "{comparableId}", s.appraisal(t, valuer, valued)["comparable_ids"].([]string)[0],
		"{pincode}", examplePincode, "{proposalId}", strings.TrimPrefix(s.proposal(t), "/api/v1/proposals/"),
		"{pincode}", examplePincode, "{requestId}", s.privacyRequest(t), "{exportId}", valued, // no such export
		"{requestId}", s.privacyRequest(t), "{exportId}", valued, // no such export
	)
	addresses := map[string]string{"the document": "/openapi.json", "its page": "/docs/", "nothing": "/api/v1/nothing"}
	for path, item := range s.doc.Paths.Map() {
		if item.Get != nil {
			addresses[item.Get.OperationID] = names.Replace(path) + requiredQuery(item.Get)
		}
	}
	return addresses
}

// examplePincode is one that the directory has.
const examplePincode = "560034"

// requiredQuery returns the query that the operation cannot do without, by the document's
// examples: "" if it can do without any.
func requiredQuery(op *openapi3.Operation) string {
	var query []string
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery && p.Value.Required {
			query = append(query, fmt.Sprintf("%s=%v", p.Value.Name, p.Value.Example))
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + strings.Join(query, "&")
}

// raw sends a request without a body and returns the answer as it came over the line, in the
// coding that accepts names. It leaves the body of a stream of events unread: it has no end.
func (s *stage) raw(t *testing.T, method, path, token, accepts string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
	require.NoError(t, err)
	r.Header.Set("Accept-Encoding", accepts)
	r.Header.Set(domain.CaseReasonField, why)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.client.Do(r)
	require.NoError(t, err, "%s %s", method, path)
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if method == http.MethodHead || response.Header.Get("Content-Type") != "text/event-stream" {
		a.body, err = io.ReadAll(response.Body)
		require.NoError(t, err)
	}
	return a
}

// TestHeadAnswersWhatGetDoesWithoutTheBody asks for every address that GET reads, as every
// caller, in both codings: length and tag are those of the coding that GET answers in.
func TestHeadAnswersWhatGetDoesWithoutTheBody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	read := 0
	for name, path := range s.readable(t) {
		for _, who := range []string{"nobody", owner, stranger, valuer, supervisor, admin} {
			for _, accepts := range []string{"identity", "gzip"} {
				where := name + " as " + who + " in " + accepts
				get, head := s.raw(t, http.MethodGet, path, s.tokens[who], accepts), s.raw(t, http.MethodHead, path, s.tokens[who], accepts)
				assert.Equal(t, get.status, head.status, where)
				assert.Empty(t, head.body, where)
				for _, header := range varying {
					get.header.Del(header)
					head.header.Del(header)
				}
				assert.Equal(t, get.header, head.header, where)
				if get.status == http.StatusOK {
					read++
				}
			}
		}
	}
	assert.Greater(t, read, 100, "most of it was there to read")
}

// TestJSONIsCompressedFromOneKilobyteOn asks for every address that GET reads, in gzip.
func TestJSONIsCompressedFromOneKilobyteOn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	compressed := map[bool]int{}
	for name, path := range s.readable(t) {
		plain, got := s.raw(t, http.MethodGet, path, s.tokens[supervisor], "identity"), s.raw(t, http.MethodGet, path, s.tokens[supervisor], "gzip")
		assert.Contains(t, got.header.Values("Vary"), "Accept-Encoding", name)
		assert.Empty(t, plain.header.Get("Content-Encoding"), name)
		if !strings.HasSuffix(plain.header.Get("Content-Type"), "json") || len(plain.body) < 1024 {
			compressed[false]++
			assert.Empty(t, got.header.Get("Content-Encoding"), "%s: %d bytes of %s", name, len(plain.body), plain.header.Get("Content-Type"))
			assert.Equal(t, plain.header.Get("ETag"), got.header.Get("ETag"), name)
			continue
		}
		compressed[true]++
		require.Equal(t, "gzip", got.header.Get("Content-Encoding"), "%s: %d bytes", name, len(plain.body))
		assert.Less(t, len(got.body), len(plain.body), name)
		unpacked, err := gzip.NewReader(strings.NewReader(string(got.body)))
		require.NoError(t, err, name)
		text, err := io.ReadAll(unpacked)
		require.NoError(t, err, name)
		assert.Equal(t, string(plain.body), string(text), name)
		if tag := plain.header.Get("ETag"); tag != "" {
			assert.Equal(t, strings.TrimSuffix(tag, `"`)+`-gzip"`, got.header.Get("ETag"), "%s: a strong tag names one representation", name)
		}
	}
	assert.Greater(t, compressed[true], 5, "some are large")
	assert.Greater(t, compressed[false], 5, "some are not")
}

// TestTheTagOfACompressedAnswerIsGoodForAnEdit edits everything that is edited with If-Match by
// the tag of its answer in gzip, and once more by the tag of that in plain.
func TestTheTagOfACompressedAnswerIsGoodForAnEdit(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, e := range s.editables(t) {
		tag := strings.TrimSuffix(s.raw(t, http.MethodGet, e.read.path, e.read.token, "identity").header.Get("ETag"), `"`) + `-gzip"`
		require.Equal(t, http.StatusOK, s.confirmed(t, s.send(t, e.versioned(0, tag)), e.read).status, name)
		assert.Equal(t, http.StatusPreconditionFailed, s.send(t, e.versioned(1, tag)).status, "%s: once", name)
		plain := s.raw(t, http.MethodGet, e.read.path, e.read.token, "identity").header.Get("ETag")
		assert.Equal(t, http.StatusOK, s.confirmed(t, s.send(t, e.versioned(1, plain)), e.read).status, name)
	}
}

// TestALargePropertyIsEditedByTheTagThatItCameWith is the whole way of a client that reads in
// gzip: what it gets as ETag it sends as If-Match.
func TestALargePropertyIsEditedByTheTagThatItCameWith(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.draft(t, owner)
	long := strings.Repeat("१२, चौथी गली ", 14)
	address := object{"line1": long, "line2": long, "locality": "Indiranagar", "city": "Bengaluru", "state": "Karnataka", "pincode": "560038"}
	s.do(t, owner, http.MethodPatch, property(id), object{"address": address}, "If-Match", s.do(t, owner, http.MethodGet, property(id), nil).header.Get("ETag"))
	for _, coding := range []string{"gzip", "identity"} {
		read := s.raw(t, http.MethodGet, property(id), s.tokens[owner], coding)
		require.Equal(t, coding == "gzip", read.header.Get("Content-Encoding") == "gzip", "%d bytes", len(read.body))
		edited := s.do(t, owner, http.MethodPatch, property(id), object{"bedrooms": len(coding)}, "If-Match", read.header.Get("ETag"))
		assert.NotEqual(t, read.header.Get("ETag"), edited.header.Get("ETag"), coding)
	}
}
