package servers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bare is a machine that has what programs lists, with what each prints as its version.
type bare struct {
	programs map[string]string
	installs map[string]string // what any command but a question for a version adds
	ran      []string
}

func (b *bare) machine(t *testing.T) machine {
	return machine{
		root: true, cache: filepath.Join(t.TempDir(), "cache"),
		look: func(program string) (string, error) {
			if _, ok := b.programs[program]; ok {
				return program, nil
			}
			return "", exec.ErrNotFound
		},
		run: func(_ context.Context, c command) (string, error) {
			if len(c) == 2 && strings.HasSuffix(c[1], "version") {
				if said, ok := b.programs[c[0]]; ok {
					return said, nil
				}
				return "", fmt.Errorf("%s: %w", c[0], exec.ErrNotFound)
			}
			b.ran = append(b.ran, strings.Join(c, " "))
			if b.installs == nil {
				return "", errors.New("no network")
			}
			for program, said := range b.installs {
				b.programs[program] = said
			}
			return "", nil
		},
	}
}

func TestFindsTheRightVersion(t *testing.T) {
	t.Parallel()
	const debian = "/usr/lib/postgresql/16/bin/postgres"
	for name, tt := range map[string]struct {
		kind kind
		has  map[string]string
		want string // none: it is not found
	}{
		"in PATH":             {postgres, map[string]string{"postgres": "postgres (PostgreSQL) 16.4"}, "postgres"},
		"an older one before": {postgres, map[string]string{"postgres": "postgres (PostgreSQL) 15.9", debian: "postgres (PostgreSQL) 16.1 (Debian 16.1-1)"}, debian},
		"only an older one":   {postgres, map[string]string{"postgres": "postgres (PostgreSQL) 15.16"}, ""},
		"Redis 7":             {redisKind, map[string]string{"redis-server": "Redis server v=7.0.15 sha=0"}, "redis-server"},
		"Redis 6":             {redisKind, map[string]string{"redis-server": "Redis server v=6.2.7 sha=0"}, ""},
		"none":                {s3Kind, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := (&bare{programs: tt.has}).machine(t).find(tt.kind)
			require.Equal(t, tt.want, found)
			require.Equal(t, tt.want == "", err != nil)
		})
	}
}

func TestInstallsWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := &bare{programs: map[string]string{}, installs: map[string]string{"redis-server": "v=7.0.15"}}
	m := b.machine(t)
	for range 2 { // once is enough
		program, err := m.install(redisKind)
		require.NoError(t, err)
		require.Equal(t, "redis-server", program)
		require.Len(t, b.ran, 2)
	}
	require.Contains(t, b.ran[0], "apt-get update")
	require.Contains(t, b.ran[1], "apt-get install")

	b = &bare{programs: map[string]string{}, installs: map[string]string{}}
	_, err := b.machine(t).install(postgres)
	require.ErrorContains(t, err, "postgres is not installed", "an installation that installs nothing")
	require.Contains(t, b.ran[0], "@embedded-postgres/"+npmPlatform()+"@16.")

	m = b.machine(t)
	m.root = false
	_, err = m.install(redisKind)
	require.ErrorContains(t, err, "not root")
	m.cache = filepath.Join(os.DevNull, "cache")
	_, err = m.install(s3Kind)
	require.Error(t, err)
}

func TestSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{postgres, redisKind, s3Kind} {
		_, err := (&bare{}).machine(t).server(k)
		require.Error(t, err)
		for _, want := range []string{k.name, k.variable, k.program, "no network", "docker"} {
			require.ErrorContains(t, err, want)
		}
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestContainers(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{postgres, redisKind, s3Kind} {
		c := k.contained()
		line := strings.Join(c.run("docker", "/data", 4711), " ")
		assert.Regexp(t, fmt.Sprintf(`^docker run --rm -p 127\.0\.0\.1:4711:%d .*%s %s`, k.inside, k.image, k.serve[0]), line)
		assert.Empty(t, c.prepare("docker", "/data"))
	}
}

// shell is a server that does what the script says; $1 is its folder.
func shell(script string) kind {
	return kind{
		name: "shell", program: "sh", prepare: nothing, stop: "TERM", link: "%d",
		version: regexp.MustCompile(""), folders: func(string) []string { return nil },
		install: func(machine) ([]command, error) { return nil, nil },
		run:     func(program, data string, _ int) command { return command{program, "-c", script, "sh", data} },
		ready:   func(context.Context, string) error { return errors.New("no answer") },
	}
}

func TestServerThatEndsAtOnce(t *testing.T) {
	t.Parallel()
	b := &bare{programs: map[string]string{"sh": ""}}
	_, err := b.machine(t).server(shell("echo no room for $1; exit 1"))
	require.ErrorContains(t, err, "shell ended at once: no room for ")
	folder := regexp.MustCompile(`no room for (\S+)`).FindStringSubmatch(err.Error())[1]
	require.NoDirExists(t, folder)
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	log, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	fmt.Fprintln(log, "still loading")
	p := process{place: place{log: log}}
	require.ErrorContains(t, p.await(ctx, shell(""), ""), "still loading")
	require.NoError(t, log.Close())
	require.ErrorContains(t, p.await(ctx, shell(""), ""), "closed")
}

func TestServerThatCannotBePrepared(t *testing.T) {
	t.Parallel()
	k := shell("")
	k.prepare = func(program, _ string) []command { return []command{{program, "-c", "echo no space left; exit 1"}} }
	_, err := (&bare{}).machine(t).start(k, "sh")
	require.ErrorContains(t, err, "no space left")
}

func TestOutputSaysWhatFailed(t *testing.T) {
	t.Parallel()
	said, err := output(t.Context(), command{"sh", "-c", "echo fine"})
	require.NoError(t, err)
	require.Equal(t, "fine\n", said)
	_, err = output(t.Context(), command{"sh", "-c", "echo a; echo b; echo c; echo d; exit 3"})
	require.ErrorContains(t, err, "exit status 3: b; c; d")
}

// judged is a test that notes how it ended.
type judged struct {
	testing.TB
	said string
}

func (j *judged) Helper()                        {}
func (j *judged) Skipf(format string, a ...any)  { j.end("skipped", format, a) }
func (j *judged) Fatalf(format string, a ...any) { j.end("failed", format, a) }
func (j *judged) end(how, format string, a []any) {
	j.said = how + ": " + fmt.Sprintf(format, a...)
	runtime.Goexit()
}

func judge(test func(t testing.TB)) string {
	j, ended := &judged{}, make(chan struct{})
	go func() {
		defer close(ended)
		test(j)
	}()
	<-ended
	return j.said
}

// Not parallel: it sets the environment.
func TestEnvironmentNamesServers(t *testing.T) {
	for name, open := range map[string]func(t testing.TB){
		"TEST_DATABASE_URL": func(t testing.TB) { Postgres(t) },
		"TEST_REDIS_ADDR":   func(t testing.TB) { Redis(t) },
		"TEST_S3_ENDPOINT":  func(t testing.TB) { S3(t) },
	} {
		t.Setenv(name, "no server")
		t.Setenv("REQUIRE_REAL", "")
		require.Contains(t, judge(open), "skipped: ", name)
		t.Setenv("REQUIRE_REAL", "1")
		require.Contains(t, judge(open), "failed: REQUIRE_REAL=1, and ", name)
	}
	require.Empty(t, judge(func(t testing.TB) { missing(t, nil) }))
}

// abandoned makes this binary a process that starts a server and is then killed.
const abandoned = "PROPFLOW_TEST_ABANDONED"

func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv(abandoned) != "" {
		addr, _ := Redis(t)
		fmt.Printf("\nserver %s\n", addr)
		<-t.Context().Done()
	}
	t.Parallel()
	Redis(t) // installs it where it is missing
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerEndsWithItsProcess$")
	folder, err := os.MkdirTemp("", "propflow-test-") // t.TempDir is closed to nobody
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	require.NoError(t, os.Chmod(folder, 0o777|os.ModeSticky))
	child.Env = append(os.Environ(), abandoned+"=1", "TMPDIR="+folder, "TEST_REDIS_ADDR=")
	said, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var addr string
	for lines := bufio.NewScanner(said); addr == "" && lines.Scan(); {
		_, _ = fmt.Sscanf(lines.Text(), "server %s", &addr)
	}
	require.NotEmpty(t, addr)
	require.NoError(t, pong(t.Context(), addr))
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	require.Eventually(t, func() bool {
		left, err := os.ReadDir(folder)
		return err == nil && len(left) == 0 && pong(t.Context(), addr) != nil
	}, 20*time.Second, 20*time.Millisecond, "the server or its folder stays")
}
