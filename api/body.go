package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/propflow/propflow/domain"
)

// Limits of request bodies in bytes.
const (
	maxBody       = 1 << 20 // JSON
	maxImportBody = 5 << 20 // CSV
)

// errMediaType is returned for a body of a media type that the operation does not accept.
var errMediaType = errors.New("api: unexpected media type")

// takesJSON reports whether the operation accepts a JSON body.
func takesJSON(op *openapi3.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Value.Content["application/json"] != nil
}

// takeBody reads the request's body, rewinds it so that the handler can read it again, and
// refuses a body that the operation does not accept: errMediaType, KindTooLarge or KindInvalid.
// It does not look at the content: the validator checks JSON, and use cases check other bodies.
func takeBody(w http.ResponseWriter, r *http.Request, op *openapi3.Operation) ([]byte, error) {
	limit := int64(maxBody)
	switch {
	case op.RequestBody == nil:
		limit = 0
	case !takesJSON(op):
		limit = maxImportBody
	}
	body, err := readWithin(w, r, limit)
	var v domain.Violations
	switch {
	case op.RequestBody == nil:
		v.Require(err == nil, "body", "unknown", "this operation takes no body")
	case err != nil:
		return nil, err
	case len(body) == 0:
		v.Require(!op.RequestBody.Value.Required, "body", "required", "is required")
	case op.RequestBody.Value.Content.Get(r.Header.Get("Content-Type")) == nil:
		return nil, errMediaType
	case takesJSON(op):
		v.Require(utf8.Valid(body) && json.Valid(body), "body", "format", "must be one JSON value in UTF-8")
	}
	return body, v.Err()
}

// readWithin reads a body of at most limit bytes. Errors: KindTooLarge, and KindInvalid if the
// client breaks off.
func readWithin(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	var tooLarge *http.MaxBytesError
	tooMuch := &domain.Error{Kind: domain.KindTooLarge, Code: "body_too_large", Message: "the body exceeds its limit"}
	if r.ContentLength > limit {
		return nil, tooMuch
	}
	if r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	switch {
	case errors.As(err, &tooLarge):
		return nil, tooMuch
	case err != nil:
		var v domain.Violations
		v.Require(false, "body", "format", "could not be read to its end")
		return nil, v.Err()
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}
