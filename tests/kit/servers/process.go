package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// keeper is a shell script that runs a server until it exits or standard input ends. The latter
// happens when the process at the other end of the pipe dies, in whatever way. In both cases
// nothing of the server is left behind, neither processes nor data. Until then each line of
// standard input is the name of a signal for the server. The arguments are the signal that
// stops the server, the folder to remove or "", and the command of the server.
const keeper = `signal=$1 data=$2; shift 2
exec 3<&0
"$@" 3<&- & server=$!
{ while read -r now <&3; do kill -s "$now" "$server"; done; kill -s "$signal" "$server"; } & reader=$!
wait "$server"; kill "$reader"; test -z "$data" || rm -rf "$data"`

// starting is the timeout of a server's first answer. It is long because an image may have to
// be pulled.
const starting = 3 * time.Minute

// start runs a server, waits for its first answer and returns its link.
func (m machine) start(k kind, program string) (link string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), starting)
	defer cancel()
	data, err := os.MkdirTemp("", "propflow-"+k.program+"-")
	if err != nil {
		return "", err
	}
	place, err := m.prepared(ctx, k, program, data)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(data))
	}
	server, err := keep(k.stop, data, k.run(program, data, place.port), place)
	if err != nil {
		return "", err
	}
	link = fmt.Sprintf(k.link, place.port)
	return link, server.await(ctx, k, link)
}

// place is the port, log and user of a server.
type place struct {
	port     int
	log      *os.File // readable even after the folder was removed
	identity *syscall.Credential
}

// process is a server that a keeper runs.
type process struct {
	place
	keeper  int             // its process id
	signals io.WriteCloser  // the keeper's standard input
	ended   <-chan struct{} // closed when the server and its keeper are gone
}

// prepared puts everything that a server needs into the folder.
func (m machine) prepared(ctx context.Context, k kind, program, data string) (place, error) {
	identity, err := m.identity(data, program)
	if err != nil {
		return place{}, err
	}
	for _, c := range k.prepare(program, data) {
		step := exec.CommandContext(ctx, c[0], c[1:]...)
		step.Dir, step.SysProcAttr = "/", &syscall.SysProcAttr{Credential: identity}
		if output, err := step.CombinedOutput(); err != nil {
			return place{}, fmt.Errorf("%s: %w: %s", c[0], err, output)
		}
	}
	port, err := freePort(ctx)
	if err != nil {
		return place{}, err
	}
	log, err := os.OpenFile(filepath.Join(data, "server.log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	return place{port, log, identity}, err
}

// keep starts a keeper. It removes the folder data, if not empty, when the server ends.
func keep(stop, data string, server command, at place) (process, error) {
	// Not bound to a context, because it lives as long as this process.
	keeping := exec.Command("sh", append(command{"-c", keeper, "keeper", stop, data}, server...)...)
	keeping.Dir, keeping.Stdout, keeping.Stderr = "/", at.log, at.log
	// A process group of its own, because an interrupt from the terminal must not reach it.
	keeping.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: at.identity}
	signals, err := keeping.StdinPipe() // closed when this process ends
	if err != nil {
		return process{}, err
	}
	if err := keeping.Start(); err != nil {
		return process{}, err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = keeping.Wait()
	}()
	return process{at, keeping.Process.Pid, signals, gone}, nil
}

// identity returns the user that runs the server, and makes it the owner of the folder. It is
// the user nobody if this process runs as root, because PostgreSQL refuses to run as root. It
// is nil for this process's own user.
func (m machine) identity(data, program string) (*syscall.Credential, error) {
	if !m.root || program == "docker" {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(nobody.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(nobody.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(data, int(uid), int(gid))
}

// freePort returns a port of the loopback interface that was free a moment ago. It is below the
// ports that the system assigns to programs that do not choose one, which begin at 32768 on
// Linux.
func freePort(ctx context.Context) (int, error) {
	for {
		port := 10_000 + rand.IntN(22_000)
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return 0, err
		}
	}
}

// await returns once the server answers.
func (p process) await(ctx context.Context, k kind, link string) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := k.ready(attempt, link)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-p.ended:
			return fmt.Errorf("%s ended at once: %s", k.name, p.logged())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w: %s", k.name, err, p.logged())
		}
	}
}

// logged returns the beginning of the server's log, which explains why it cannot start.
func (p process) logged() string {
	text, err := io.ReadAll(io.NewSectionReader(p.log, 0, 2000))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}
