package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/seclog"
	"github.com/propflow/propflow/domain"
)

// Listen opens the address on which the API listens.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}

// URL returns the address at which clients on this machine reach the listener.
func URL(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	scheme := "http"
	if _, ok := listener.(encrypted); ok {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// face configures the API, apart from its adapters.
type face struct {
	config   config.Config
	log      *slog.Logger
	listener net.Listener
	keys     keys
	// memory is how long an answer about a session may be relied on.
	memory time.Duration
	// demo provides the sent messages and the staff's codes; nil outside demo mode.
	demo *api.Demo
	// routes adds routes to those of the API; it may be nil.
	routes func(chi.Router)
}

// shutdownGrace is how long requests in flight may take to end at a shutdown.
const shutdownGrace = 15 * time.Second

// serve returns the task that answers requests. Error: the document does not load.
func (a Adapters) serve(f face) (task, error) {
	var recorder *seclog.Recorder
	if a.SecurityRecorder == nil {
		recorder = seclog.New(a.UnitOfWork, a.Clock, a.IDs, f.log)
		a.SecurityRecorder = recorder
	}
	if !f.config.SecondAdmin {
		f.log.Warn("no second ADMIN confirms roles and settings", "variable", "SECOND_ADMIN")
	}
	leaving, leave := context.WithCancel(context.Background())
	draining, drain := context.WithCancel(context.Background())
	options := api.Options{
		UseCases: a.useCases(f.keys, f.config), Clock: a.Clock, IDs: a.IDs,
		UnitOfWork: a.UnitOfWork, AccessMemory: f.memory,
		Tokens: a.AccessTokens, Limiter: a.RateLimiter, Feed: a.EventFeed, Log: f.log, Security: a.SecurityRecorder,
		Limits:         middleware.Limits{PerUser: f.config.UserRequestsPerMinute, PerAddress: f.config.AddressRequestsPerMinute},
		TrustedProxies: f.config.TrustedProxies,
		Origins: map[domain.Client][]string{
			domain.ClientDashboard: f.config.DashboardOrigins, domain.ClientCapture: f.config.CaptureOrigins,
		},
		Database: a.PingDatabase, Redis: a.PingRedis,
		Version: Version, Commit: Commit, PublicURL: f.config.PublicURL, Demo: f.demo, Leaving: leaving, Draining: draining,
	}
	if a.Watch != nil {
		options.Watcher = a.Watch
	}
	handler, err := api.New(options, func(r chi.Router) {
		a.vendorRoutes(r, f.log)
		if f.routes != nil {
			f.routes(r)
		}
	})
	if err != nil {
		leave()
		drain()
		return nil, err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(f.log.Handler(), slog.LevelDebug),
	}
	run := a.andAfterwards(answer(server, f.listener, exit{leave: leave, delay: f.config.ShutdownDelay, drain: drain}))
	return recorded(recorder, run), nil
}

// andAfterwards returns the task that also waits, up to shutdownGrace, for the work that was left to
// do after answers.
func (a Adapters) andAfterwards(serve task) task {
	work, ok := a.Afterwards.(interface {
		Close(ctx context.Context) error
	})
	if !ok {
		return serve
	}
	return func(ctx context.Context) error {
		err := serve(ctx)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		if left := work.Close(grace); left != nil {
			err = errors.Join(err, fmt.Errorf("finish what was left to do after answers: %w", left))
		}
		return err
	}
}

// recorded returns the task that runs the recorder until the other task has ended, so that what its
// last requests record is written.
func recorded(recorder *seclog.Recorder, run task) task {
	if recorder == nil {
		return run
	}
	return func(ctx context.Context) error {
		recording, stop := context.WithCancel(context.WithoutCancel(ctx))
		ended := make(chan error, 1)
		go func() { ended <- recorder.Run(recording) }()
		err := run(ctx)
		stop()
		return errors.Join(err, <-ended)
	}
}

// probe returns the task that answers /livez and /readyz for a process without the API.
func (a Adapters) probe(listener net.Listener) task {
	reach := api.OneLook(a.PingDatabase)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		if reach(ctx) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return answer(&http.Server{Handler: mux, ReadHeaderTimeout: time.Second}, listener, exit{leave: func() {}, drain: func() {}})
}

// exit is how a server shuts down.
type exit struct {
	leave func()        // makes /readyz fail, so that load balancers stop sending
	delay time.Duration // how long load balancers may take to notice
	drain func()        // ends live streams, which would delay the shutdown
}

// answer returns the task that runs a server until ctx ends, then shuts it down and waits up to
// shutdownGrace for the requests in flight.
func answer(server *http.Server, listener net.Listener, exit exit) task {
	return func(ctx context.Context) error {
		failed := make(chan error, 1)
		go func() { failed <- server.Serve(listener) }()
		var err error
		select {
		case err = <-failed:
		case <-ctx.Done():
			exit.leave()
			select {
			case err = <-failed:
			case <-time.After(exit.delay):
			}
		}
		exit.leave()
		exit.drain()
		if err != nil {
			return fmt.Errorf("serve: %w", err)
		}
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			return errors.Join(fmt.Errorf("end requests in flight: %w", err), server.Close())
		}
		return nil
	}
}
