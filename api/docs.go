package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// mountDocs serves the document at /openapi.json and a readable page of it at /docs/. The page's
// scripts are embedded, so that it needs no other host.
func mountDocs(r chi.Router, doc *openapi3.T) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode the document: %w", err)
	}
	r.Get("/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	page := v5emb.NewWithConfig(swgui.Config{
		SettingsUI: map[string]string{"showExtensions": "true"}, // x-roles and x-problem-codes
	})(doc.Info.Title, "/openapi.json", "/docs/")
	shown := httptest.NewRecorder() // the same for everybody
	page.ServeHTTP(shown, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/docs/"}})
	start := shown.Body.Bytes()
	policy, err := docsPolicy(start)
	if err != nil {
		return err
	}
	shownAs := func(h http.Header) {
		h.Set("Content-Security-Policy", policy)
		h.Del("Content-Disposition")
	}
	r.Handle("/docs/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		shownAs(w.Header())
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(start)
	}))
	r.Handle("/docs/*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shownAs(w.Header())
		page.ServeHTTP(w, r)
	}))
	r.Get("/docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently).ServeHTTP)
	return nil
}

// inlineScript matches the scripts that are written into a page.
var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// docsPolicy returns the Content-Security-Policy of the readable page: its own files, and the scripts
// that are written into it, by their hashes. Swagger UI sets style attributes as it draws, for which
// there are no hashes, so styles may be inline there. Error: the page has no script, so that it is
// not the one this was written for.
func docsPolicy(page []byte) (string, error) {
	sources := "'self'"
	scripts := inlineScript.FindAllSubmatch(page, -1)
	for _, script := range scripts {
		sum := sha256.Sum256(script[1])
		sources += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	if len(scripts) == 0 {
		return "", errors.New("the page of the document has no script to start it")
	}
	return "default-src 'none'; script-src " + sources + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", nil
}
