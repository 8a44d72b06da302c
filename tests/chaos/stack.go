package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/demodata"

	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/servers"
	"github.com/propflow/propflow/tests/vendors"
)

// jobTimeout is short, so that jobs of killed workers are soon tried again.
const jobTimeout = 10 * time.Second

// part is a process and, where others reach it through one, the way to it.
type part struct {
	name   string
	member *servers.Member
	way    *servers.Way
}

// stack is the product on servers of its own.
type stack struct {
	fleet               *servers.Fleet
	toxiproxy           servers.Toxiproxy
	postgres, redis, s3 part
	apis, workers       []part
	scheduler           part
	bucket              servers.S3Endpoint // reached directly
	vendors             *vendors.Vendors
	binary              string
	environment         []string
	closers             []func() error
}

// newStack builds the product and starts everything.
func newStack(ctx context.Context) (_ *stack, err error) {
	s := &stack{vendors: vendors.New()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.fleet, err = servers.NewFleet(); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.fleet.Close)
	s.binary = filepath.Join(s.fleet.Folder(), "propflow")
	build := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "github.com/propflow/propflow/cmd/propflow")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the product: %w: %s", err, said)
	}
	if err := s.startServers(ctx); err != nil {
		return nil, err
	}
	if err := s.playVendors(ctx); err != nil {
		return nil, err
	}
	s.configure()
	if said, err := s.command(ctx, "migrate", "up"); err != nil {
		return nil, fmt.Errorf("migrate: %w: %s", err, said)
	}
	return s, s.startProduct(ctx)
}

func (s *stack) close() error {
	var faults []error
	for _, release := range slices.Backward(s.closers) {
		faults = append(faults, release())
	}
	return errors.Join(faults...)
}

func (s *stack) startServers(ctx context.Context) (err error) {
	if s.toxiproxy, err = s.fleet.Toxiproxy(ctx); err != nil {
		return err
	}
	s.postgres, s.redis, s.s3 = part{name: "postgres"}, part{name: "redis"}, part{name: "s3"}
	if s.postgres.member, err = s.fleet.Postgres(ctx); err != nil {
		return err
	}
	if s.redis.member, err = s.fleet.Redis(ctx); err != nil {
		return err
	}
	if s.s3.member, s.bucket, err = s.fleet.S3(ctx); err != nil {
		return err
	}
	for _, p := range []*part{&s.postgres, &s.redis, &s.s3} {
		if err := s.lead(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// lead opens a way to the part.
func (s *stack) lead(ctx context.Context, p *part) error {
	way, err := s.toxiproxy.Way(ctx, p.name, p.member.Addr())
	p.way = &way
	return err
}

// playVendors serves the vendors from this process.
func (s *stack) playVendors(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.vendors.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: s.vendors.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	s.closers = append(s.closers, server.Close)
	return nil
}

// configure sets what every process of the product reads.
func (s *stack) configure() {
	host, port, _ := net.SplitHostPort(s.redis.way.Addr)
	s.environment = []string{
		"SECRET_KEY=" + strings.Repeat("chaos-", 8), "LOG_LEVEL=INFO", "TRUSTED_PROXIES=1", "JOB_TIMEOUT=" + jobTimeout.String(),
		"DATABASE_URL=postgres://propflow_owner@" + s.postgres.way.Addr + "/postgres?sslmode=disable",
		"MIGRATE_DATABASE_URL=" + s.postgres.member.Link(),
		"REDIS_HOST=" + host, "REDIS_PORT=" + port,
		"S3_BUCKET=" + s.bucket.Bucket, "S3_REGION=" + s.bucket.Region, "S3_ENDPOINT=http://" + s.s3.way.Addr,
		"AWS_ACCESS_KEY_ID=" + s.bucket.AccessKey, "AWS_SECRET_ACCESS_KEY=" + s.bucket.SecretKey,
	}
	for name, value := range s.vendors.Environment() {
		if strings.HasPrefix(name, "TWILIO") {
			s.environment = append(s.environment, name+"="+value)
		}
	}
}

// startProduct starts two APIs, each behind a way, two workers and a scheduler.
func (s *stack) startProduct(ctx context.Context) error {
	for i := range 2 {
		api, err := s.startPart(ctx, fmt.Sprintf("api-%d", i+1), "serve")
		if err != nil {
			return err
		}
		if err := s.lead(ctx, &api); err != nil {
			return err
		}
		s.apis = append(s.apis, api)
		worker, err := s.startPart(ctx, fmt.Sprintf("worker-%d", i+1), "worker")
		if err != nil {
			return err
		}
		s.workers = append(s.workers, worker)
	}
	var err error
	s.scheduler, err = s.startPart(ctx, "scheduler", "scheduler")
	return err
}

func (s *stack) startPart(ctx context.Context, name, command string) (part, error) {
	port, err := s.fleet.Port(ctx)
	if err != nil {
		return part{}, err
	}
	variables := append(slices.Clone(s.environment), fmt.Sprintf("HTTP_ADDRESS=127.0.0.1:%d", port))
	member, err := s.fleet.Program(ctx, s.binary, []string{command}, variables, port, "/livez")
	return part{name: name, member: member}, err
}

// processes lists the processes of the product.
func (s *stack) processes() []part { return append(slices.Concat(s.apis, s.workers), s.scheduler) }

// command runs the product's binary to its end and returns what it said.
func (s *stack) command(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, s.binary, args...)
	command.Env = append(command.Environ(), s.environment...)
	said, err := command.CombinedOutput()
	return string(said), err
}

// store opens the database directly.
func (s *stack) store(ctx context.Context) (*postgres.Store, error) {
	return postgres.Open(ctx, s.postgres.member.Link(), postgres.Options{MaxConns: 4, Logger: slog.New(slog.DiscardHandler)})
}

// seed adds staff and sales.
func (s *stack) seed(ctx context.Context, staff []identity.StaffSeed) error {
	store, err := s.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	add := identity.SeedStaff{UnitOfWork: store, Clock: system.Clock{}, IDs: system.IDs{}}
	if err := add.Execute(ctx, identity.SeedStaffInput{Staff: staff}); err != nil {
		return err
	}
	return store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		by, err := tx.Users.ByPhone(ctx, staff[0].Phone)
		if err != nil {
			return err
		}
		for _, sale := range demodata.Comparables(time.Now(), system.IDs{}.New) {
			if sale.CreatedBy = by.ID; sale.City != seededCity {
				continue
			}
			if err := tx.Comparables.Add(ctx, sale); err != nil {
				return err
			}
		}
		return nil
	})
}

// seededCity is where all properties of the journeys lie.
const seededCity = "Bengaluru"
