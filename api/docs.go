package api

import (
	"encoding/json"
	"fmt"
	"net/http"

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
	r.Handle("/docs/*", page)
	r.Get("/docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently).ServeHTTP)
	return nil
}
