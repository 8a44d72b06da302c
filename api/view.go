package api

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// view is an answer of one of several types, such as what the owner or what a reviewer sees of a
// case. It encodes the body once; the generated unions encode it, decode it to set `view`, and
// encode it twice more.
type view struct {
	body any    // of a type that the operation's union names
	etag string // may be empty
}

func (v view) write(w http.ResponseWriter) error {
	var encoded bytes.Buffer
	if err := json.NewEncoder(&encoded).Encode(v.body); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if v.etag != "" {
		w.Header().Set("ETag", v.etag)
	}
	w.WriteHeader(http.StatusOK)
	_, err := encoded.WriteTo(w)
	return err
}

func (v view) VisitGetAuditTrailResponse(w http.ResponseWriter) error { return v.write(w) }
func (v view) VisitGetPhotoResponse(w http.ResponseWriter) error      { return v.write(w) }
func (v view) VisitGetPropertyResponse(w http.ResponseWriter) error   { return v.write(w) }
func (v view) VisitGetValuationResponse(w http.ResponseWriter) error  { return v.write(w) }
func (v view) VisitListPhotosResponse(w http.ResponseWriter) error    { return v.write(w) }
func (v view) VisitVerifyOtpResponse(w http.ResponseWriter) error     { return v.write(w) }
