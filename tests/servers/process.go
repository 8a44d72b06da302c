package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
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
// left: neither processes nor data. $1 is the signal, $2 the folder, the rest the server.
const keeper = `signal=$1 data=$2; shift 2
exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -s "$signal" "$server"; } & reader=$!
wait "$server"; kill "$reader"; rm -rf "$data"`

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
	server, err := m.prepared(ctx, k, program, data)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(data))
	}
	link = fmt.Sprintf(k.link, server.port)
	return link, server.await(ctx, k, link)
}

// process is a server that a keeper runs.
type process struct {
	port  int
	log   *os.File        // readable even when the folder is gone
	ended <-chan struct{} // closed when the server and its keeper are gone
}

// prepared starts a server, once all is in the folder that it needs.
func (m machine) prepared(ctx context.Context, k kind, program, data string) (process, error) {
	identity, err := m.identity(data, program)
	if err != nil {
		return process{}, err
	}
	for _, c := range k.prepare(program, data) {
		step := exec.CommandContext(ctx, c[0], c[1:]...)
		step.Dir, step.SysProcAttr = "/", &syscall.SysProcAttr{Credential: identity}
		if said, err := step.CombinedOutput(); err != nil {
			return process{}, fmt.Errorf("%s: %w: %s", c[0], err, said)
		}
	}
	port, err := freePort(ctx)
	if err != nil {
		return process{}, err
	}
	log, err := os.OpenFile(filepath.Join(data, "server.log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return process{}, err
	}
	ended, err := keep(k.stop, data, k.run(program, data, port), log, identity)
	return process{port, log, ended}, err
}

// keep starts a keeper and returns a channel that is closed when it is gone.
func keep(stop, data string, server command, log *os.File, identity *syscall.Credential) (<-chan struct{}, error) {
	// Not bound to a context: it lives as long as this process.
	process := exec.Command("sh", append(command{"-c", keeper, "keeper", stop, data}, server...)...)
	process.Dir, process.Stdout, process.Stderr = "/", log, log
	// A group of its own: an interrupt from the terminal must not reach it.
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: identity}
	if _, err := process.StdinPipe(); err != nil { // closed when this process ends
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = process.Wait()
	}()
	return gone, nil
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

// freePort returns a port of the loopback interface that nobody listened on a moment ago.
func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
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
