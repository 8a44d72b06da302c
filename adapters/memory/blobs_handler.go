package memory

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"
)

// Handler returns a handler that serves the links: PUT, GET and HEAD of paths under its mount
// point, which the application strips. It allows every origin, because the link's signature
// is the only credential.
func (b *Blobs) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		switch r.Method {
		case http.MethodOptions:
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, PUT")
			h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match")
			h.Set("Access-Control-Max-Age", "3600")
			w.WriteHeader(http.StatusNoContent)
		case http.MethodGet, http.MethodHead:
			b.download(w, r)
		case http.MethodPut:
			b.upload(w, r)
		default:
			h.Set("Allow", "GET, HEAD, OPTIONS, PUT")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		}
	})
}

func (b *Blobs) granted(w http.ResponseWriter, r *http.Request, method string) (grant, bool) {
	g, err := b.signer.read(method, strings.TrimPrefix(r.URL.Path, "/"), r.URL.Query(), b.clock.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return grant{}, false
	}
	return g, true
}

func (b *Blobs) download(w http.ResponseWriter, r *http.Request) {
	g, ok := b.granted(w, r, http.MethodGet)
	if !ok {
		return
	}
	o, err := b.find(g.key)
	if err != nil {
		http.Error(w, "no such object", http.StatusNotFound)
		return
	}
	// An uploaded file must never run as a page of this origin.
	h := w.Header()
	h.Set("Content-Type", o.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(o.data))
}

// upload stores the body if its type, size and checksum are those the link was signed for, and if
// nothing was uploaded by the link before.
func (b *Blobs) upload(w http.ResponseWriter, r *http.Request) {
	g, ok := b.granted(w, r, http.MethodPut)
	if !ok {
		return
	}
	switch {
	case r.Header.Get("Content-Type") != g.file.ContentType:
		http.Error(w, "the content type is not the announced one", http.StatusForbidden)
		return
	case r.Header.Get("If-None-Match") != "*":
		http.Error(w, "the link is for If-None-Match: *", http.StatusForbidden)
		return
	case r.ContentLength < 0:
		http.Error(w, "the request has no Content-Length", http.StatusLengthRequired)
		return
	case r.ContentLength != g.file.Bytes:
		http.Error(w, "the size is not the announced one", http.StatusForbidden)
		return
	}
	body := bytes.NewBuffer(make([]byte, 0, min(g.file.Bytes, 16<<20)))
	hash := sha256.New()
	read, err := io.Copy(io.MultiWriter(body, hash), io.LimitReader(r.Body, g.file.Bytes+1))
	if err != nil || read != g.file.Bytes {
		http.Error(w, "the body is not of the announced size", http.StatusBadRequest)
		return
	}
	if hex.EncodeToString(hash.Sum(nil)) != g.file.SHA256 {
		http.Error(w, "the checksum is not the announced one", http.StatusBadRequest)
		return
	}
	if !b.add(g.key, object{contentType: g.file.ContentType, data: body.Bytes()}) {
		http.Error(w, "there is an object of this key", http.StatusPreconditionFailed)
		return
	}
	w.WriteHeader(http.StatusOK)
}
