package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// command is a program and its arguments.
type command []string

// machine finds, installs and starts servers.
type machine struct {
	root  bool
	cache string // folder of programs that were installed for tests; readable by every user
	look  func(program string) (path string, err error)
	run   func(ctx context.Context, c command) (output string, err error)
}

const (
	looking    = 10 * time.Second // timeout of finding a program and its version
	installing = 8 * time.Minute  // timeout of all commands, which may build from source

	installTries = 3 // of each command, because requests to a registry may fail
)

// here returns this machine.
func here() machine {
	m := machine{root: os.Geteuid() == 0, look: exec.LookPath, run: output}
	// Servers do not run as root, and other users cannot read root's home.
	cache := "/var/cache"
	if !m.root {
		cache, _ = os.UserCacheDir() // without it, the first installation fails
	}
	m.cache = filepath.Join(cache, "propflow")
	return m
}

// output runs a command and returns its output. An error includes the last three lines of it.
func output(ctx context.Context, c command) (string, error) {
	printed, err := exec.CommandContext(ctx, c[0], c[1:]...).CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(printed)), "\n")
		err = fmt.Errorf("%s: %w: %s", strings.Join(c, " "), err, strings.Join(lines[max(0, len(lines)-3):], "; "))
	}
	return string(printed), err
}

// server starts a server of this kind and returns its link.
func (m machine) server(k kind) (string, error) {
	program, notFound := m.find(k)
	if notFound == nil {
		return m.start(k, program)
	}
	program, notInstalled := m.install(k)
	if notInstalled == nil {
		return m.start(k, program)
	}
	ctx, cancel := context.WithTimeout(context.Background(), looking)
	defer cancel()
	if _, noContainers := m.run(ctx, command{"docker", "version"}); noContainers != nil {
		return "", fmt.Errorf("no %s here: set %s to a running one, or install %s or docker (%w; %w; %w)",
			k.name, k.variable, k.program, notFound, notInstalled, noContainers)
	}
	return m.start(k.contained(), "docker")
}

// find returns the path of an installed program of the right version.
func (m machine) find(k kind) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), looking)
	defer cancel()
	paths := []string{k.program}
	for _, folder := range k.folders(m.cache) {
		paths = append(paths, filepath.Join(folder, k.program))
	}
	for _, path := range paths {
		found, err := m.look(path)
		if err != nil {
			continue
		}
		if printed, err := m.run(ctx, command{found, "--version"}); err == nil && k.version.MatchString(printed) {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s is not installed", k.program)
}

// install installs the program and returns its path. If several processes need it, only one
// installs it.
func (m machine) install(k kind) (string, error) {
	commands, err := k.install(m)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(m.cache, 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(m.cache, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close() // unlocks it
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	if program, err := m.find(k); err == nil { // another process was faster
		return program, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), installing)
	defer cancel()
	for _, c := range commands {
		for try := 1; ; try++ {
			_, err := m.run(ctx, c)
			if err == nil {
				break
			}
			if try == installTries || ctx.Err() != nil {
				return "", err
			}
		}
	}
	return m.find(k)
}

// script returns the path of a program in the repository's folder scripts. It returns an error
// if the process does not run inside the repository.
func script(name string) (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		path := filepath.Join(folder, "scripts", name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("scripts/%s: not found above the working directory", name)
}

// contained returns the kind changed to run as a container.
func (k kind) contained() kind {
	k.prepare = nothing
	k.run = func(docker, _ string, port int) command {
		return slices.Concat(command{docker, "run", "--rm", "-p", fmt.Sprintf("127.0.0.1:%d:%d", port, k.inside)},
			k.flags, command{k.image}, k.serve)
	}
	k.stop = "TERM" // docker run forwards it
	return k
}
