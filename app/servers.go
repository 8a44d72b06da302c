package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"

	"github.com/propflow/propflow/adapters/console"
	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/adapters/jwt"
	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/adapters/secretbox"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/app/bucket"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/live"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Part is the role of one process on real servers.
type Part string

// The parts. Each may run in any number of processes.
const (
	API       Part = "api"
	Worker    Part = "worker"
	Scheduler Part = "scheduler"
)

// New builds one process on PostgreSQL, Redis and S3. It never migrates. Errors: a server cannot
// be reached, or the address is in use.
func New(ctx context.Context, cfg config.Servers, part Part, log *slog.Logger) (*App, error) {
	log = slog.New(observe.LogHandler(log.Handler())).With("part", string(part))
	watch, err := observe.Open(cfg.Observe, Version, Commit, log) //nolint:contextcheck // its exporters outlive this call
	if err != nil {
		return nil, err
	}
	adapters, closers, err := onServers(ctx, cfg, log, watch)
	a := &App{closers: append(closers, watch.Close)}
	if err == nil {
		err = a.add(ctx, part, cfg, adapters, log)
	}
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// add adds the tasks of the part. A worker and a scheduler answer probes at the address at which
// the API would answer requests.
func (a *App) add(ctx context.Context, part Part, cfg config.Servers, adapters Adapters, log *slog.Logger) error {
	work := map[Part]task{Worker: adapters.work(), Scheduler: adapters.schedule()}[part]
	if work == nil && part != API {
		return fmt.Errorf("unknown part %q", part)
	}
	listener, err := Listen(ctx, cfg.Address)
	if err != nil {
		return err
	}
	if cfg.HTTPTLS {
		secure, err := encrypt(listener)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		listener = secure
	}
	a.url = URL(listener)
	if cfg.MetricsAddress != "" {
		private, err := Listen(ctx, cfg.MetricsAddress)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		a.tasks = append(a.tasks, metricsPage(private, adapters.Watch.Metrics))
	}
	if work != nil {
		a.tasks = append(a.tasks, work, adapters.probe(listener))
		if part != Scheduler {
			return nil
		}
		a.tasks = append(a.tasks, adapters.watch(cfg.Observe, log))
		if cfg.JobsWebAddress == "" {
			return nil
		}
		private, err := Listen(ctx, cfg.JobsWebAddress)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		a.tasks = append(a.tasks, adapters.jobsPage(private, cfg.JobsWebPassword))
		return nil
	}
	serve, err := adapters.serve(face{config: cfg.Config, log: log, listener: listener, keys: keysOf(cfg.SecretKeys, cfg.Pepper), memory: domain.AccessMemory})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log.InfoContext(ctx, "listening", "address", listener.Addr().String(), "version", Version)
	a.tasks = append(a.tasks, serve, adapters.Relay)
	return nil
}

// OnServers connects the adapters. The caller must call the returned functions to close them,
// even after an error.
func OnServers(ctx context.Context, cfg config.Servers, log *slog.Logger) (Adapters, []func() error, error) {
	return onServers(ctx, cfg, log, &observe.Process{})
}

// onServers is OnServers with adapters that watch observes.
func onServers(ctx context.Context, cfg config.Servers, log *slog.Logger, watch *observe.Process) (Adapters, []func() error, error) {
	var closers []func() error
	keys := make([][]byte, 0, len(cfg.SecretKeys))
	for _, key := range cfg.SecretKeys {
		keys = append(keys, []byte(key))
	}
	tokens, err := jwt.New(issuer, issuer, keys...)
	if err != nil {
		return Adapters{}, closers, err
	}
	ids, entropy := system.IDs{}, system.Entropy{}
	box, err := secretBox(entropy, cfg.TOTPKeys)
	if err != nil {
		return Adapters{}, closers, err
	}
	renderer, err := report.New()
	if err != nil {
		return Adapters{}, closers, err
	}
	store, err := postgres.Open(ctx, cfg.DatabaseURL, postgres.Options{
		MaxConns: cfg.DatabaseConns, Logger: log,
		Tracer: watch.Traces.Query(),
		Jobs:   onJobs(watch, postgres.JobOptions{Timeout: cfg.JobTimeout, RescueAfter: cfg.JobTimeout * 5 / 4}),
	})
	if err != nil {
		return Adapters{}, closers, err
	}
	closers = append(closers, func() error { store.Close(); return nil })
	cache := redis.Open(redis.Options{
		Addr:     net.JoinHostPort(cfg.RedisHost, strconv.Itoa(int(cfg.RedisPort))),
		Password: cfg.RedisPassword, TLS: cfg.RedisTLS, Prefix: cfg.RedisPrefix, Hook: watch.Traces.Commands(),
	})
	closers = append(closers, cache.Close)
	identity, err := store.Identity(ctx)
	if err != nil {
		return Adapters{}, closers, err
	}
	ours := cache.Within(identity)
	stream := redis.NewStream(ours, redis.DefaultRetained)
	relay := live.Relay{Broker: stream, Source: store.EventFeed(), Lease: redis.NewLease(ours, "relay", live.LeaseLasts), Log: log}
	files := bucket.Options(cfg.S3)
	files.Around = onCalls(watch)
	blobs, err := s3.Open(files)
	if err != nil {
		return Adapters{}, closers, err
	}
	adapters := Adapters{
		UnitOfWork: store, JobRunner: store.JobRunner(), EventFeed: live.NewFeed(stream, store.EventFeed()), Relay: relay.Run,
		Clock: system.Clock{}, IDs: ids, Entropy: entropy, PhoneNumbers: phone.Numbers{},
		LoginAttempts: redis.NewLoginAttempts(cache), RateLimiter: redis.NewRateLimiter(cache), Quotas: redis.NewQuotas(cache),
		Afterwards: system.NewAfterwards(), CodeSends: observe.CodeSends(log, watch.Metrics),
		AccessTokens: tokens, SecondFactors: totp.New(issuer, entropy), SecretBox: box, Blobs: blobs,
		Messengers:     ports.ServedBy(console.New(log, ids)),
		PhotoInspector: imaging.New(), ImageAnalyzer: vision.Off{}, ReportRenderer: renderer,
		JobsPage: store.JobsPage, Vitals: store.Vitals, OlderRelease: store.OlderRelease, Watch: watch, PingDatabase: store.Ping, PingRedis: cache.Ping,
	}
	if cfg.QueueCache {
		adapters.UnitOfWork = redis.NewCached(store, ours)
	}
	err = adapters.openVendors(ctx, cfg, log)
	adapters.watched(store, cache)
	return adapters, closers, err
}

// secretBox returns the box of the keys. If there is none, as in a demo, it draws one.
func secretBox(entropy ports.Entropy, keys []string) (*secretbox.Box, error) {
	if len(keys) == 0 {
		return secretbox.New(entropy, entropy.Bytes(config.MinSecretBytes))
	}
	raw := make([][]byte, len(keys))
	for i, key := range keys {
		raw[i] = []byte(key)
	}
	return secretbox.New(entropy, raw...)
}

// keysOf returns the keys of every process. The pepper of one-time codes is derived from the first
// signing key if it has no variable of its own, which production demands, so that one of the two can be
// replaced without the other.
func keysOf(secrets []string, pepper string) keys {
	derived := keys{pepper: []byte(pepper)}
	if pepper == "" {
		derived.pepper = derive(secrets[0], "one-time codes")
	}
	for _, secret := range secrets {
		derived.refresh = append(derived.refresh, derive(secret, "refresh tokens"))
	}
	return derived
}

func derive(secret, purpose string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
