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

// keeper runs a server until it ends by itself or standard input does, which happens when the
// process that holds the other side dies, in whatever way. Then nothing of the server is
// left: neither processes nor data. Until then each line of standard input names a signal for
// the server. $1 is the last signal, $2 the folder, if any, the rest the server.
const keeper = `signal=$1 data=$2; shift 2
exec 3<&0
"$@" 3<&- & server=$!
{ while read -r now <&3; do kill -s "$now" "$server"; done; kill -s "$signal" "$server"; } & reader=$!
wait "$server"; kill "$reader"; test -z "$data" || rm -rf "$data"`

// starting bounds the wait for a server's first answer: a container may have to be pulled.
const starting = 3 * time.Minute

// start runs a server, awaits its first answer and returns its link.
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

// place is where a server runs, and as whom.
type place struct {
	port     int
	log      *os.File // readable even when the folder is gone
	identity *syscall.Credential
}

// process is a server that a keeper runs.
type process struct {
	place
	keeper  int             // its process id
	signals io.WriteCloser  // the keeper's standard input
	ended   <-chan struct{} // closed when the server and its keeper are gone
}

// prepared puts all into the folder that a server needs.
func (m machine) prepared(ctx context.Context, k kind, program, data string) (place, error) {
	identity, err := m.identity(data, program)
	if err != nil {
		return place{}, err
	}
	for _, c := range k.prepare(program, data) {
		step := exec.CommandContext(ctx, c[0], c[1:]...)
		step.Dir, step.SysProcAttr = "/", &syscall.SysProcAttr{Credential: identity}
		if said, err := step.CombinedOutput(); err != nil {
			return place{}, fmt.Errorf("%s: %w: %s", c[0], err, said)
		}
	}
	port, err := freePort(ctx)
	if err != nil {
		return place{}, err
	}
	log, err := os.OpenFile(filepath.Join(data, "server.log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	return place{port, log, identity}, err
}

// keep starts a keeper. Where data is named, it goes with the server.
func keep(stop, data string, server command, where place) (process, error) {
	// Not bound to a context: it lives as long as this process.
	keeping := exec.Command("sh", append(command{"-c", keeper, "keeper", stop, data}, server...)...)
	keeping.Dir, keeping.Stdout, keeping.Stderr = "/", where.log, where.log
	// A group of its own: an interrupt from the terminal must not reach it.
	keeping.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: where.identity}
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
	return process{where, keeping.Process.Pid, signals, gone}, nil
}

// identity returns who runs the server, and gives them the folder: nobody where this process
// is root's, which PostgreSQL refuses to be run by; nil for this process's own user.
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

// freePort returns a port of the loopback interface that nobody listened on a moment ago, and
// that the system gives to nobody who asks for just any: those begin at 32768 on Linux.
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
			return fmt.Errorf("%s ended at once: %s", k.name, p.said())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w: %s", k.name, err, p.said())
		}
	}
}

// said returns the beginning of the server's log, where it explains why it cannot start.
func (p process) said() string {
	said, err := io.ReadAll(io.NewSectionReader(p.log, 0, 2000))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(said))
}
