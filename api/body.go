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

// Limits of request bodies in bytes. That of an operation which takes JSON is its shape's.
const (
	maxBody       = 64 << 10   // JSON, whatever the schema
	maxImportBody = 1536 << 10 // CSV: 10,000 rows of 150 bytes
)

// errMediaType is returned for a body of a media type that the operation does not accept.
var errMediaType = errors.New("api: unexpected media type")

// takesJSON reports whether the operation accepts a JSON body.
func takesJSON(op *openapi3.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Value.Content["application/json"] != nil
}

// bodyShape returns the bounds of the operation's bodies: those of its schema, none at all, or
// those of a file.
func bodyShape(op *openapi3.Operation) shape {
	switch {
	case op.RequestBody == nil:
		return shape{}
	case takesJSON(op):
		return shapeOf(op.RequestBody.Value.Content["application/json"].Schema.Value)
	}
	return shape{bytes: maxImportBody}
}

// takeBody reads the request's body, rewinds it so that the handler can read it again, and
// refuses a body that the operation does not accept: errMediaType, KindTooLarge or KindInvalid.
// Of the content it checks what would make it dear or ambiguous; the validator checks the rest of
// JSON, and use cases check other bodies.
func takeBody(w http.ResponseWriter, r *http.Request, op *called) ([]byte, error) {
	body, err := readWithin(w, r, op.shape.bytes)
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
	case takesJSON(op.Operation) && utf8.Valid(body) && json.Valid(body):
		return body, op.shape.scan(body)
	case takesJSON(op.Operation):
		v.Require(false, "body", "format", "must be one JSON value in UTF-8")
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
	read := bytes.NewBuffer(make([]byte, 0, max(r.ContentLength, 0)+bytes.MinRead)) // so that it does not grow as it is read
	_, err := read.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	body := read.Bytes()
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
