package main

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	//go:embed sql/GetProperty.sql
	getProperty string
	//go:embed sql/QueueByDue.sql
	queueByDue string
)

// server answers every request as that of one user.
type server struct {
	pool   *pgxpool.Pool
	valuer string
}

func handler(pool *pgxpool.Pool, valuer string) http.Handler {
	s := server{pool, valuer}
	r := chi.NewRouter()
	r.Get("/livez", func(http.ResponseWriter, *http.Request) {})
	r.Get("/api/v1/properties/{id}", s.getProperty)
	r.Get("/api/v1/queue", s.listQueue)
	r.Post("/api/v1/properties/{id}/claim", s.claimProperty)
	return r
}

// respond calls do in a transaction and writes what it returns, or the status of its error.
func respond[T any](s server, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, tx pgx.Tx) (T, error)) {
	var answer T
	err := pgx.BeginFunc(r.Context(), s.pool, func(tx pgx.Tx) (err error) {
		answer, err = do(r.Context(), tx)
		return err
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		http.Error(w, "not found", http.StatusNotFound)
	case errors.Is(err, errTaken):
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer) // the client may be gone
	}
}

func (s server) getProperty(w http.ResponseWriter, r *http.Request) {
	respond(s, w, r, func(ctx context.Context, tx pgx.Tx) (propertyAnswer, error) {
		var p property
		err := tx.QueryRow(ctx, getProperty, chi.URLParam(r, "id")).Scan(p.columns()...)
		w.Header().Set("ETag", etag(p.version))
		return p.answer(time.Now()), err
	})
}

// page is the number of properties on a page of the queue.
const page = 20

type queueAnswer struct {
	Items      []propertyAnswer `json:"items"`
	NextCursor string           `json:"next_cursor,omitempty"`
}

// unbounded is more than the time that any case has left, or is late by: a filter of that time
// with these bounds excludes none.
const unbounded = 100 * 365 * 24 * time.Hour

// listQueue answers the first page of the properties that wait for a review, most urgent first.
func (s server) listQueue(w http.ResponseWriter, r *http.Request) {
	respond(s, w, r, func(ctx context.Context, tx pgx.Tx) (queueAnswer, error) {
		now, first, last := time.Now(), time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
		dated := now.UTC().Truncate(time.Microsecond)
		none := "00000000-0000-0000-0000-000000000000"
		rows, err := tx.Query(ctx, queueByDue, []string{"SUBMITTED"}, nil, "", nil, true, now, -unbounded, unbounded-time.Microsecond,
			first, first, none, none, last, page+1, dated)
		if err != nil {
			return queueAnswer{}, err
		}
		found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p property, err error) {
			return p, row.Scan(p.columns()...)
		})
		answer := queueAnswer{Items: []propertyAnswer{}}
		for i, p := range found {
			if i == page {
				break
			}
			answer.Items = append(answer.Items, p.answer(now))
		}
		if len(found) > page {
			end := found[page-1]
			cursor, _ := json.Marshal(map[string]string{"Key": stamp(end.slaDueAt) + "@" + stamp(dated), "ID": end.id}) // texts always encode
			answer.NextCursor = base64.RawURLEncoding.EncodeToString(cursor)
		}
		return answer, err
	})
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }
