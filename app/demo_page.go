package app

import (
	"embed"
	"html/template"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/domain"
)

//go:embed demo_page.html
var demoPageFile embed.FS

var demoPage = template.Must(template.New("demo_page.html").Funcs(template.FuncMap{
	"time": func(m api.DemoMessage) string { return m.At.In(domain.IST).Format("15:04:05") },
}).ParseFS(demoPageFile, "demo_page.html"))

// mountDemoPage serves a page with the sent messages and the staff's codes at /demo, and
// redirects / to it.
func mountDemoPage(r chi.Router, demo *api.Demo) {
	r.Get("/", http.RedirectHandler("/demo", http.StatusFound).ServeHTTP)
	r.Get("/demo", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Del("Content-Disposition")
		_ = demoPage.Execute(w, struct {
			Staff    []api.DemoStaff
			Messages []api.DemoMessage
		}{demo.Staff(), demo.Messages()})
	})
}
