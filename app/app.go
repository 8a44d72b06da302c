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
	"github.com/propflow/propflow/domain"
)

// Version and Commit are stamped by the linker (see the Makefile).
var (
	Version = "dev"
	Commit  = "unknown"
)

// App is the whole product in one process: API, worker and scheduler.
type App struct {
	adapters Adapters
	log      *slog.Logger
	server   *http.Server
	listener net.Listener
	drain    context.CancelFunc
}

// Parts are what an App is made of.
type Parts struct {
	Config   config.Config
	Adapters Adapters
	Log      *slog.Logger
	// Listener is where the API listens; the App closes it.
	Listener net.Listener
	// Pepper keys the hashes of one-time codes.
	Pepper []byte
	// Demo lists the sent messages and the staff; nil outside demo mode.
	Demo *api.Demo
	// Routes adds routes beside the API's; may be nil.
	Routes func(chi.Router)
}

// Listen opens the address that the API listens on.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return listener, nil
}

// URL returns how clients on this machine reach the listener.
func URL(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// New puts the App together. Error: the document does not load.
func New(ctx context.Context, p Parts) (*App, error) {
	draining, drain := context.WithCancel(context.WithoutCancel(ctx))
	handler, err := api.New(api.Options{
		UseCases: p.Adapters.useCases(p.Pepper), Clock: p.Adapters.Clock, IDs: p.Adapters.IDs,
		Tokens: p.Adapters.AccessTokens, Limiter: p.Adapters.RateLimiter, Feed: p.Adapters.EventFeed, Log: p.Log,
		Limits:         middleware.Limits{PerUser: p.Config.UserRequestsPerMinute, PerAddress: p.Config.AddressRequestsPerMinute},
		TrustedProxies: p.Config.TrustedProxies,
		Database:       p.Adapters.PingDatabase, Redis: p.Adapters.PingRedis,
		Version: Version, Commit: Commit, Demo: p.Demo, Draining: draining,
	}, p.Routes)
	if err != nil {
		drain()
		return nil, err
	}
	return &App{
		adapters: p.Adapters, log: p.Log, listener: p.Listener, drain: drain,
		server: &http.Server{
			Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
			WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
			ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelDebug),
		},
	}, nil
}

// shutdownGrace is how long requests in flight may take to end.
const shutdownGrace = 15 * time.Second

// Run serves and works until ctx ends, then finishes what is in flight. It returns nil after
// a clean end.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 2)
	go func() {
		err := a.server.Serve(a.listener)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		failed <- err
		stop()
	}()
	go func() {
		failed <- a.adapters.JobRunner.Run(ctx, a.adapters.jobs().Handlers(), domain.PeriodicJobs)
		stop()
	}()

	<-ctx.Done()
	a.drain()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	err := a.server.Shutdown(grace)
	return errors.Join(err, <-failed, <-failed)
}

// Close stops an App that was never run.
func (a *App) Close() error {
	a.drain()
	return a.listener.Close()
}
