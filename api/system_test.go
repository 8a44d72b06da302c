package api

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/memory"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var database, redis func(context.Context) error
		f := newFace(t, func(o *Options, _ *memory.Ports) {
			o.Database = func(ctx context.Context) error { return database(ctx) }
			o.Redis = func(ctx context.Context) error { return redis(ctx) }
		})
		end := make(chan struct{})
		defer close(end)
		up := func(context.Context) error { return nil }
		down := func(context.Context) error { return errors.New("connection refused") }
		late := func(ctx context.Context) error { <-ctx.Done(); return nil }
		hanging := func(context.Context) error { <-end; return nil } // whatever ctx says
		never := func(context.Context) error { panic("not to be asked") }
		for name, test := range map[string]struct {
			path            string
			database, redis func(context.Context) error
			status          int
			body            string
			took            time.Duration
		}{
			"all up":              {"/health", up, up, 200, `{"status":"healthy","database":"connected","redis":"connected"}`, 0},
			"database down":       {"/health", down, up, 503, `{"status":"unhealthy","database":"disconnected","redis":"connected"}`, 0},
			"redis down":          {"/health", up, down, 503, `{"status":"unhealthy","database":"connected","redis":"disconnected"}`, 0},
			"both hang":           {"/health", late, hanging, 503, `{"status":"unhealthy","database":"disconnected","redis":"disconnected"}`, healthTimeout},
			"redis hangs":         {"/health", up, hanging, 503, `{"status":"unhealthy","database":"connected","redis":"disconnected"}`, healthTimeout},
			"alive":               {"/livez", never, never, 200, `{"status":"ok"}`, 0},
			"ready":               {"/readyz", up, never, 200, `{"status":"ok"}`, 0},
			"not ready":           {"/readyz", down, never, 503, `{"status":"unavailable"}`, 0},
			"not ready, it hangs": {"/readyz", hanging, never, 503, `{"status":"unavailable"}`, healthTimeout},
		} {
			database, redis = test.database, test.redis
			start := time.Now()
			w := f.send(http.MethodGet, test.path, "")
			assert.Equal(t, test.status, w.Code, name)
			assert.JSONEq(t, test.body, w.Body.String(), name)
			assert.Equal(t, test.took, time.Since(start), name)
			time.Sleep(lookLasts) // until this look is forgotten
			synctest.Wait()
		}
		assert.Less(t, healthTimeout, 2*time.Second)
	})
}

func TestReadinessEndsBeforeTheListenerCloses(t *testing.T) {
	t.Parallel()
	leaving, leave := context.WithCancel(t.Context())
	f := newFace(t, func(o *Options, _ *memory.Ports) { o.Leaving = leaving })
	assert.Equal(t, http.StatusOK, f.send(http.MethodGet, "/readyz", "").Code)
	leave()
	assert.Equal(t, http.StatusServiceUnavailable, f.send(http.MethodGet, "/readyz", "").Code)
	assert.Equal(t, http.StatusOK, f.send(http.MethodGet, "/livez", "").Code, "it still works")
}

func TestStatusTellsVersionAndUptime(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	f.Clock.Advance(90*time.Second + time.Millisecond)
	w := f.send(http.MethodGet, "/api/v1/status", "")
	assert.JSONEq(t, `{"name":"PropFlow","version":"1.2.3","commit":"3f2a91c","uptime_seconds":90}`, w.Body.String())
}
