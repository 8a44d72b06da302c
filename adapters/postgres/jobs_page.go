package postgres

import (
	"context"
	"net/http"

	"riverqueue.com/riverui"
)

// JobsPage returns River's own web page of the store's jobs, read-only: requests other than
// GET and HEAD are answered 405. It queries the database in the background until ctx ends. It
// has no authentication: the caller must ask for a password first.
func (s *Store) JobsPage(ctx context.Context) (http.Handler, error) {
	page, err := riverui.NewHandler(&riverui.HandlerOpts{
		Endpoints: riverui.NewEndpoints(s.jobs, nil), Logger: s.options.Logger, JobListHideArgsByDefault: true,
	})
	if err != nil {
		return nil, err
	}
	if err := page.Start(ctx); err != nil {
		return nil, translate(err)
	}
	return readOnly(page), nil
}

// readOnly lets only GET and HEAD through to the handler. A job retried by the page's buttons
// would only be given up once more, because its attempts are used up; see RetryDeadLetter.
func readOnly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this page only shows; see propflow jobs retry", http.StatusMethodNotAllowed)
			return
		}
		h.ServeHTTP(w, r)
	})
}
