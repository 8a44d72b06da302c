package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// Options configure a stack.
type Options struct {
	// Sources is the folder of the product's sources, e.g. of another release; empty for this
	// repository.
	Sources string
	// APIs and Workers are the numbers of these processes, at least 1 each.
	APIs, Workers int
	// Breakable puts Toxiproxy before PostgreSQL, Redis, S3 and each API.
	Breakable bool
	// Versions makes the bucket keep what is overwritten or deleted.
	Versions bool
	// Postgres has settings of PostgreSQL, name=value, in addition to those of every fleet.
	Postgres []string
	// Environment has variables for the product, NAME=value, in addition to the addresses of
	// its servers.
	Environment []string
}

// Part is a process, with the proxied way to it if the stack is Breakable.
type Part struct {
	Name   string
	Member *servers.Member
	Way    *servers.Way
}

// Addr returns the address at which others reach the part: host:port.
func (p Part) Addr() string {
	if p.Way != nil {
		return p.Way.Addr
	}
	return p.Member.Addr()
}

// Stack is the product on servers of its own. Its users must not change the fields.
type Stack struct {
	Postgres, Redis, S3 Part
	APIs, Workers       []Part
	Scheduler           Part
	Bucket              servers.S3Endpoint // without Toxiproxy
	Vendors             *vendors.Vendors

	fleet       *servers.Fleet
	toxiproxy   *servers.Toxiproxy
	binary      string
	environment []string
	closers     []func() error
}

// New builds the product and starts everything. Close ends it. Error: servers.ErrMissing if a
// server is not installed and cannot be.
func New(ctx context.Context, o Options) (_ *Stack, err error) {
	s := &Stack{Vendors: vendors.New()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.fleet, err = servers.NewFleet(); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.fleet.Close)
	s.binary = filepath.Join(s.fleet.Folder(), "propflow")
	if err := Build(ctx, o.Sources, s.binary); err != nil {
		return nil, err
	}
	if err := s.startServers(ctx, o); err != nil {
		return nil, err
	}
	if err := s.serveVendors(ctx); err != nil {
		return nil, err
	}
	s.configure(o)
	if output, err := s.Command(ctx, "migrate", "up"); err != nil {
		return nil, fmt.Errorf("migrate: %w: %s", err, output)
	}
	return s, s.startProduct(ctx, o)
}

// Close ends everything and removes its data.
func (s *Stack) Close() error {
	var faults []error
	for _, release := range slices.Backward(s.closers) {
		faults = append(faults, release())
	}
	return errors.Join(faults...)
}

// Folder returns a folder for files of the stack. Close removes it.
func (s *Stack) Folder() string { return s.fleet.Folder() }

func (s *Stack) startServers(ctx context.Context, o Options) (err error) {
	if o.Breakable {
		toxiproxy, err := s.fleet.Toxiproxy(ctx)
		if err != nil {
			return err
		}
		s.toxiproxy = &toxiproxy
	}
	s.Postgres, s.Redis, s.S3 = Part{Name: "postgres"}, Part{Name: "redis"}, Part{Name: "s3"}
	if s.Postgres.Member, err = s.fleet.Postgres(ctx, o.Postgres...); err != nil {
		return err
	}
	if s.Redis.Member, err = s.fleet.Redis(ctx); err != nil {
		return err
	}
	if s.S3.Member, s.Bucket, err = s.fleet.S3(ctx); err != nil {
		return err
	}
	if o.Versions {
		if err := s.Bucket.KeepVersions(ctx); err != nil {
			return err
		}
	}
	for _, p := range []*Part{&s.Postgres, &s.Redis, &s.S3} {
		if err := s.lead(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// lead opens a way through Toxiproxy to the part, if there is a Toxiproxy.
func (s *Stack) lead(ctx context.Context, p *Part) error {
	if s.toxiproxy == nil {
		return nil
	}
	way, err := s.toxiproxy.Way(ctx, p.Name, p.Member.Addr())
	p.Way = &way
	return err
}

// serveVendors serves the fake vendors from this process.
func (s *Stack) serveVendors(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.Vendors.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: s.Vendors.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // until Close
	s.closers = append(s.closers, server.Close)
	return nil
}

// unlimitedCodes makes the product send as many one-time codes as the programs ask for, whose people
// log in far more often than people do.
var unlimitedCodes = []string{
	"OTP_REQUESTS_PER_HOUR=1000000", "OTP_RESEND_AFTER=0s", "OTP_NUMBER_PER_HOUR=100000", "OTP_NUMBER_PER_DAY=100000",
	"OTP_BUDGET_PER_MINUTE=1000000", "OTP_BUDGET_PER_HOUR=1000000",
}

// configure sets the environment of every process of the product.
func (s *Stack) configure(o Options) {
	host, port, _ := net.SplitHostPort(s.Redis.Addr())
	s.environment = []string{
		"SECRET_KEY=" + strings.Repeat("stack-", 8), "TOTP_KEY=" + totpKey, "LOG_LEVEL=INFO", "TRUSTED_PROXIES=1",
		"DATABASE_URL=postgres://propflow_owner@" + s.Postgres.Addr() + "/postgres?sslmode=disable",
		"MIGRATE_DATABASE_URL=" + s.Postgres.Member.Link(),
		"REDIS_HOST=" + host, "REDIS_PORT=" + port,
		"S3_BUCKET=" + s.Bucket.Bucket, "S3_REGION=" + s.Bucket.Region, "S3_ENDPOINT=http://" + s.S3.Addr(),
		"AWS_ACCESS_KEY_ID=" + s.Bucket.AccessKey, "AWS_SECRET_ACCESS_KEY=" + s.Bucket.SecretKey,
	}
	for name, value := range s.Vendors.Environment() {
		if strings.HasPrefix(name, "TWILIO") {
			s.environment = append(s.environment, name+"="+value)
		}
	}
	s.environment = append(s.environment, unlimitedCodes...)
	s.environment = append(s.environment, o.Environment...)
}

// startProduct starts the APIs, the workers and a scheduler.
func (s *Stack) startProduct(ctx context.Context, o Options) (err error) {
	for i := range o.APIs {
		api, err := s.startPart(ctx, s.binary, fmt.Sprintf("api-%d", i+1), "serve")
		if err != nil {
			return err
		}
		if err := s.lead(ctx, &api); err != nil {
			return err
		}
		s.APIs = append(s.APIs, api)
	}
	for i := range o.Workers {
		worker, err := s.startPart(ctx, s.binary, fmt.Sprintf("worker-%d", i+1), "worker")
		if err != nil {
			return err
		}
		s.Workers = append(s.Workers, worker)
	}
	s.Scheduler, err = s.startPart(ctx, s.binary, "scheduler", "scheduler")
	return err
}

func (s *Stack) startPart(ctx context.Context, binary, name, command string) (Part, error) {
	port, err := s.fleet.Port(ctx)
	if err != nil {
		return Part{}, err
	}
	variables := append(slices.Clone(s.environment), fmt.Sprintf("HTTP_ADDRESS=127.0.0.1:%d", port))
	member, err := s.fleet.Program(ctx, binary, []string{command}, variables, port, "/livez")
	return Part{Name: name, Member: member}, err
}

// Processes lists the processes of the product.
func (s *Stack) Processes() []Part { return append(slices.Concat(s.APIs, s.Workers), s.Scheduler) }

// KeepLogs copies the log of each process and server to NAME.log in a folder.
func (s *Stack) KeepLogs(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	var faults []error
	for _, p := range append(s.Processes(), s.Postgres, s.Redis, s.S3) {
		log, err := os.ReadFile(p.Member.Log())
		faults = append(faults, err, os.WriteFile(filepath.Join(folder, p.Name+".log"), log, 0o600))
	}
	return errors.Join(faults...)
}

// Command runs the product's binary until it exits and returns its output.
func (s *Stack) Command(ctx context.Context, args ...string) (string, error) {
	return s.run(ctx, s.binary, args...)
}

func (s *Stack) run(ctx context.Context, binary string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = append(command.Environ(), s.environment...)
	output, err := command.CombinedOutput()
	return string(output), err
}
