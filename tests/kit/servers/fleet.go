package servers

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Fleet is a set of processes, each of which can be killed and started again. They are not
// shared with other tests. None is a container and none comes from the environment. The fleet
// ends with the process that created it, even if that is killed.
type Fleet struct {
	machine machine
	folder  string
	guard   process // removes the folder when it ends

	mu      sync.Mutex
	members []*Member
}

// ErrMissing is the error for a server that is not installed and cannot be.
var ErrMissing = errors.New("there is no such server here")

// NewFleet returns an empty fleet. Close ends it. Error: ErrMissing if TEST_SERVERS=none.
func NewFleet() (*Fleet, error) {
	if os.Getenv("TEST_SERVERS") == "none" {
		return nil, fmt.Errorf("%w: TEST_SERVERS=none", ErrMissing)
	}
	folder, err := os.MkdirTemp("", "propflow-fleet-")
	if err != nil {
		return nil, err
	}
	f := &Fleet{machine: here(), folder: folder}
	if err := os.Chmod(folder, 0o755); err != nil { // so that servers of the user nobody can enter it
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if f.guard, err = keep("TERM", folder, command{"sleep", "infinity"}, place{}); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return f, nil
}

// Folder returns the folder of the fleet, which is removed when the fleet ends.
func (f *Fleet) Folder() string { return f.folder }

// Close stops all members gracefully and removes the fleet's folder.
func (f *Fleet) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var faults []error
	for i := len(f.members) - 1; i >= 0; i-- { // later members may depend on earlier ones
		faults = append(faults, f.members[i].Stop())
	}
	faults = append(faults, f.guard.signals.Close())
	<-f.guard.ended
	return errors.Join(faults...)
}

// Postgres starts a PostgreSQL 16 with additional settings, each name=value. It loses nothing
// that it acknowledged if it is killed, but may do so if the machine fails.
func (f *Fleet) Postgres(ctx context.Context, settings ...string) (*Member, error) {
	var more []string
	for _, setting := range append([]string{"synchronous_commit=on", "full_page_writes=on"}, settings...) {
		more = append(more, "-c", setting)
	}
	return f.server(ctx, postgres, more...)
}

// Redis starts a Redis 7 with an append-only file, so that it keeps what it acknowledged if it
// is killed.
func (f *Fleet) Redis(ctx context.Context) (*Member, error) {
	return f.server(ctx, redisKind, "--appendonly", "yes")
}

// S3 starts an S3 server that checks signatures, and makes a bucket, without versions until
// S3Endpoint.KeepVersions is called. S3Endpoint.Endpoint is the server itself; the caller may
// replace it with the address of a proxy.
func (f *Fleet) S3(ctx context.Context) (*Member, S3Endpoint, error) {
	m, err := f.server(ctx, s3Kind)
	if err != nil {
		return nil, S3Endpoint{}, err
	}
	endpoint := S3Endpoint{
		Endpoint: m.Link(), Region: "us-east-1", AccessKey: ownS3Key, SecretKey: ownS3Secret, Bucket: "fleet-" + unique(),
	}
	return m, endpoint, endpoint.make(ctx)
}

// Program starts any program, with variables added to the environment of this process. The
// program listens on port, and answers GET of the path ready with 200 once it is up.
func (f *Fleet) Program(ctx context.Context, program string, args, variables []string, port int, ready string) (*Member, error) {
	folder, err := os.MkdirTemp(f.folder, filepath.Base(program)+"-")
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(folder, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	k := kind{
		name: filepath.Base(program), stop: "TERM", link: "http://127.0.0.1:%d",
		ready: func(ctx context.Context, link string) error { return answers(ctx, link+ready) },
	}
	run := append(append(command{"env"}, variables...), append(command{program}, args...)...)
	return f.add(ctx, &Member{kind: k, run: run, place: place{port: port, log: log}})
}

// Port returns a port of the loopback interface that was free a moment ago.
func (f *Fleet) Port(ctx context.Context) (int, error) { return freePort(ctx) }

func answers(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", url, response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// server starts a server of the kind, with more arguments after its own. If an option occurs
// twice, the last one counts.
func (f *Fleet) server(ctx context.Context, k kind, more ...string) (*Member, error) {
	program, err := f.machine.find(k)
	if err != nil {
		if program, err = f.machine.install(k); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrMissing, k.name, err)
		}
	}
	data, err := os.MkdirTemp(f.folder, k.program+"-")
	if err != nil {
		return nil, err
	}
	at, err := f.machine.prepared(ctx, k, program, data)
	if err != nil {
		return nil, err
	}
	return f.add(ctx, &Member{kind: k, run: append(k.run(program, data, at.port), more...), place: at, data: data})
}

func (f *Fleet) add(ctx context.Context, m *Member) (*Member, error) {
	f.mu.Lock()
	f.members = append(f.members, m)
	f.mu.Unlock()
	return m, m.Start(ctx)
}

// Member is one process of a fleet. It may be used concurrently.
type Member struct {
	kind  kind
	run   command
	place place
	data  string // folder; empty for a Program

	mu      sync.Mutex
	current *process // nil after Kill or Stop
}

// Link returns the URL of the member, or host:port for a Redis. It is the same after every
// start.
func (m *Member) Link() string { return fmt.Sprintf(m.kind.link, m.place.port) }

// Addr returns the address on which it listens: host:port.
func (m *Member) Addr() string { return fmt.Sprintf("127.0.0.1:%d", m.place.port) }

// Log returns the path of the file with its output.
func (m *Member) Log() string { return m.place.log.Name() }

// Data returns the folder with a server's data, or "" for a Program. PostgreSQL's cluster is in
// the folder db there.
func (m *Member) Data() string { return m.data }

// Adopt changes the owner of a folder and its content to the user that the process runs as.
func (m *Member) Adopt(folder string) error {
	if m.place.identity == nil {
		return nil
	}
	return filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(m.place.identity.Uid), int(m.place.identity.Gid))
	})
}

// Start starts the process, with its port and its data, and returns once it answers. If the
// process exits at once, it is started again until ctx ends: a database exits if children of
// its killed predecessor are still running.
func (m *Member) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, starting)
	defer cancel()
	for {
		started, err := keep(m.kind.stop, "", m.run, m.place)
		if err != nil {
			return err
		}
		m.current = &started
		if err = started.await(ctx, m.kind, m.Link()); err == nil {
			return nil
		}
		select {
		case <-started.ended:
		case <-ctx.Done():
			return errors.Join(err, m.end("KILL"))
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			m.current = nil
			return err
		}
	}
}

// Kill kills the process (SIGKILL) and waits until it is gone.
func (m *Member) Kill() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.end("KILL")
}

// Stop ends the process gracefully and waits until it is gone.
func (m *Member) Stop() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.end(m.kind.stop)
}

func (m *Member) end(signal string) error {
	if m.current == nil {
		return nil
	}
	p := *m.current
	m.current = nil
	_, err := fmt.Fprintln(p.signals, signal)
	select {
	case <-p.ended: // by the signal or before it
		return nil
	case <-time.After(starting):
		return fmt.Errorf("%s does not end: %w", m.kind.name, err)
	}
}

// State reports whether the process runs, and whether it crashed: ended although neither Kill
// nor Stop was called.
func (m *Member) State() (running, crashed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == nil {
		return false, false
	}
	select {
	case <-m.current.ended:
		return false, true
	default:
		return true, false
	}
}
