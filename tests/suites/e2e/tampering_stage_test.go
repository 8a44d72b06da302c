package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// everyStage does what the rows of the evidence tell of: cases in every state, and on the ways
// between them.
func (s *stage) everyStage(t *testing.T) {
	t.Helper()
	s.PhotoInspector.AnswerWith(distinctPhoto)
	for _, state := range domain.States {
		s.inState(t, state)
		s.Faults.Up()
	}
	for _, name := range []string{
		"reassignClaim", "revokeClaim", "answerFollowUp", "resolveFlag", "takeBackResolution", "returnValuation", "signOffValuation",
		"withdrawConsent",
	} {
		q, _ := scenarios[name](t, s)
		a := s.send(t, keyed(q, s.key()))
		require.Less(t, a.status, 300, "%s: %s", name, a.body)
		s.PhotoInspector.AnswerWith(distinctPhoto) // which a scenario may have changed
		if name == "returnValuation" {
			again := strings.TrimSuffix(q.path, "/return")
			s.do(t, valuer, http.MethodPost, again+"/valuations", s.appraisal(t, valuer, again[strings.LastIndex(again, "/")+1:]))
		}
	}
	s.consent(t, owner) // again, for all purposes

	moved := s.draft(t, owner)
	s.photograph(t, owner, moved, front)
	now := s.do(t, owner, http.MethodGet, property(moved), nil)
	far := object{"lat": 12.9, "lng": 77.5, "accuracy_m": 10}
	s.do(t, owner, http.MethodPatch, property(moved), object{"location": far, "external_ref": "LOAN-1"}, "If-Match", now.header.Get("ETag"))

	data := []byte("the same picture")
	for _, who := range []string{owner, stranger} { // linked to each other
		s.photo(t, who, s.draft(t, who), data, front)
	}
	s.PhotoInspector.AnswerWith(func([]byte) ports.PhotoInspection {
		return ports.PhotoInspection{Facts: domain.ImageFacts{Fault: domain.FaultBroken}}
	})
	replaced := s.draft(t, owner)
	failed := s.photograph(t, owner, replaced, front)
	s.PhotoInspector.AnswerWith(distinctPhoto)
	s.replace(t, owner, replaced, failed, []byte("a better one"))
	s.announce(t, owner, replaced, []byte("to be uploaded"), kitchen)
	s.Faults.Down("ImageAnalyzer.Analyze")
	s.photograph(t, owner, replaced, kitchen) // waits for its verdict
	s.Faults.Up()

	s.do(t, owner, http.MethodPost, property(replaced, "/photo-challenges"), kitchen) // not used

	hired := s.do(t, admin, http.MethodPost, "/api/v1/staff", object{"phone": "+919822200001", "name": "Vikram Nair", "role": "VALUER"})
	staff := request{method: http.MethodGet, path: "/api/v1/staff/" + hired.field("id"), token: s.tokens[admin]}
	s.do(t, admin, http.MethodPatch, staff.path, object{"disabled": true}, "If-Match", hired.header.Get("ETag"))
}

// distinctPhoto inspects every photo as a good one, in which nothing measured is zero.
func distinctPhoto(data []byte) ports.PhotoInspection {
	seen := memory.GoodPhoto(data)
	sum := sha256.Sum256(data)
	for i := range seen.Facts.Hashes {
		seen.Facts.Hashes[i] = 1 + uint64(sum[i])
	}
	return seen
}

// photo takes a photo of these bytes from challenge to verdict.
func (s *stage) photo(t *testing.T, who, id string, data []byte, subject object) {
	t.Helper()
	_, announced := s.announce(t, who, id, data, subject)
	s.upload(t, announced, data)
	s.do(t, who, http.MethodPost, property(id, "/photos/", announced.field("photo.id"), "/completion"), nil)
	s.idle(t)
}

// replace announces a photo of these bytes in the place of a failed one of the front.
func (s *stage) replace(t *testing.T, who, id, failed string, data []byte) {
	t.Helper()
	sum := sha256.Sum256(data)
	challenge := s.do(t, who, http.MethodPost, property(id, "/photo-challenges"), front).field("id")
	s.do(t, who, http.MethodPost, property(id, "/photos"), object{
		"type": "FRONT", "challenge_id": challenge, "sha256": hex.EncodeToString(sum[:]), "bytes": len(data),
		"content_type": "image/jpeg", "replaces": failed,
	})
}

// adopt runs both rounds of the adoption, after which a user without a register is a fault.
func (s *stage) adopt(t *testing.T) {
	t.Helper()
	for _, ago := range []time.Duration{21 * time.Hour, 0} {
		job := assurance.AdoptEvidence{UnitOfWork: s.on.UnitOfWork, Clock: earlier{s.on.Clock, ago}}
		require.NoError(t, job.Execute(t.Context(), ""))
	}
}

// earlier is a clock that is late.
type earlier struct {
	ports.Clock
	ago time.Duration
}

func (e earlier) Now() time.Time { return e.Clock.Now().Add(-e.ago) }

// swapFiles replaces each file of the bucket by another of the same length, one at a time; some of them
// unless TAMPER=all. It leaves out the smaller copies of photos that await their verdict, which makes
// them anew.
func (f *forger) swapFiles(t *testing.T) {
	t.Helper()
	blobs := f.s.on.Blobs
	objects, err := blobs.List(t.Context(), "properties/", "", 1000)
	require.NoError(t, err)
	kinds := map[string]int{}
	kindOf := func(key string) string {
		if strings.HasSuffix(key, ".pdf") {
			return "report"
		}
		return key[strings.LastIndex(key, "/")+1:]
	}
	for _, object := range objects {
		kind := kindOf(object.Key)
		if !everything() && kinds[kind] >= 5 || strings.HasSuffix(kind, ".jpg") && !f.judgedAt(t, object.Key) {
			continue
		}
		kinds[kind]++
		content, err := blobs.Open(t.Context(), object.Key)
		require.NoError(t, err)
		before, err := io.ReadAll(content)
		require.NoError(t, err)
		require.NoError(t, content.Close())
		after := bytes.Clone(before)
		after[len(after)/2] ^= 1
		chain := string(domain.PropertyOfBlob(object.Key))
		require.NoError(t, blobs.Put(t.Context(), object.Key, "application/octet-stream", after))
		found := f.check(t, chain, true)
		require.NoError(t, blobs.Put(t.Context(), object.Key, "application/octet-stream", before))
		f.swapped++
		if !slices.ContainsFunc(found, func(g assurance.Finding) bool { return strings.Contains(g.Subject, object.Key) }) {
			f.missed++
			assert.Fail(t, "missed", "%s: %v", object.Key, found)
		}
	}
	t.Log("files swapped:", kinds)
}

// judgedAt reports whether the photo whose file has the key has its verdict.
func (f *forger) judgedAt(t *testing.T, key string) bool {
	t.Helper()
	_, rest, _ := strings.Cut(key, "/photos/")
	id, _, _ := strings.Cut(rest, "/")
	return f.judged(t, row{at: id})
}
