package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/propflow/propflow/ports/portstest/photofixture"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// built is the product's binary, built at most once; built.folder goes with the tests.
var built struct {
	sync.Once
	folder string
	err    error
}

// TestMain also is the command that prints the code of $PHONE, asked at $E2E_CODES.
func TestMain(m *testing.M) {
	if url := os.Getenv("E2E_CODES"); url != "" {
		os.Exit(printCode(url + "?phone=" + strings.TrimPrefix(os.Getenv("PHONE"), "+")))
	}
	code := m.Run()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder)
	}
	if template.name != "" {
		_ = execute(context.Background(), "DROP DATABASE "+template.name)
	}
	os.Exit(code)
}

// binary returns the path of the product's binary.
func binary(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "propflow-e2e-"); built.err != nil {
			return
		}
		said, err := exec.Command("go", "build", "-buildvcs=false", "-o", built.folder, "../../../cmd/propflow").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, said)
		}
	})
	require.NoError(t, built.err)
	return filepath.Join(built.folder, "propflow")
}

// process is a part of the product as an operating system process of its own.
type process struct {
	url   string
	said  bytes.Buffer // read it only after the end
	run   *exec.Cmd
	ended chan struct{}
	how   error // of the end
}

// spawn starts `propflow part` on the ground, and awaits that it is ready. It dies with the
// test.
func (g *ground) spawn(ctx context.Context, t *testing.T, part string) *process {
	t.Helper()
	vars := maps.Clone(g.vars)
	vars["HTTP_ADDRESS"] = servers.Address(t)
	p := &process{url: "http://" + vars["HTTP_ADDRESS"], run: exec.Command(binary(t), part), ended: make(chan struct{})}
	p.run.Stdout, p.run.Stderr = &p.said, &p.said
	p.run.Env = []string{"PATH=" + os.Getenv("PATH")}
	for name, value := range vars {
		p.run.Env = append(p.run.Env, name+"="+value)
	}
	require.NoError(t, p.run.Start())
	go func() {
		p.how = p.run.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.run.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Logf("%s said:\n%s", part, p.said.String())
		}
	})
	require.NoError(t, p.ready(ctx), part)
	return p
}

// ready waits until the process says that it is.
func (p *process) ready(ctx context.Context) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if ready, _ := answers(ctx, p.url+"/readyz"); ready {
			return nil
		}
		select {
		case <-look.C:
		case <-p.ended:
			return fmt.Errorf("it ended: %w: %s", p.how, p.said.String())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// answers reports whether a URL answers 200. Error: context.DeadlineExceeded after a second.
func answers(ctx context.Context, url string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return false, err
	}
	return response.StatusCode == http.StatusOK, response.Body.Close()
}

// terminate asks the process to end, as a container's runtime does, and expects exit code 0.
func (p *process) terminate(ctx context.Context, t *testing.T) {
	t.Helper()
	require.NoError(t, p.run.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.ended:
		assert.NoError(t, p.how, "a process that is asked to end does so cleanly")
	case <-ctx.Done():
		require.Fail(t, "the process did not end")
	}
}

// TestMainJobWithProcesses does the main job with the command for it, against an API, a worker
// and a scheduler that run as processes. It reads the codes from the fake Twilio.
func TestMainJobWithProcesses(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	g := newGround(ctx, t)
	var parts []*process
	for _, part := range []string{"serve", "worker", "scheduler"} {
		parts = append(parts, g.spawn(ctx, t, part))
	}
	codes := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read := map[string]func(context.Context, string) (string, error){"/otp": g.OTP, "/totp": g.TOTP}[r.URL.Path]
		code, err := read(r.Context(), "+"+r.URL.Query().Get("phone"))
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = fmt.Fprintln(w, code)
	}))
	t.Cleanup(codes.Close)
	photos := t.TempDir()
	for seed, name := range []string{"101_frontal.jpg", "101_kitchen.jpg"} {
		data := photofixture.House(int64(seed), photofixture.Options{})
		require.NoError(t, os.WriteFile(filepath.Join(photos, name), data, 0o600))
	}
	report := filepath.Join(t.TempDir(), "report.pdf")
	command := exec.CommandContext(ctx, binary(t), "journey", "--url", parts[0].url, "--photos", photos, "--owner", "+919811100001",
		"--valuer", string(g.staff[1].Phone), "--supervisor", string(g.staff[3].Phone), "--report", report,
		"--otp-command", "E2E_CODES="+codes.URL+"/otp "+os.Args[0], "--totp-command", "E2E_CODES="+codes.URL+"/totp "+os.Args[0])
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	t.Log(lines[len(lines)-1])
	assert.Contains(t, lines[len(lines)-1], "₹")
	pdf, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
	require.NoError(t, g.idle(ctx))
	for _, channel := range []string{"SMS", "WHATSAPP"} {
		var sent int
		require.NoError(t, g.database.QueryRow(ctx, `SELECT count(*) FROM notifications WHERE channel = $1 AND status = 'SENT'`, channel).Scan(&sent))
		assert.Positive(t, sent, channel)
	}
	for _, p := range parts {
		p.terminate(ctx, t)
	}
}

func printCode(url string) int {
	response, err := http.Get(url)
	if err == nil {
		defer response.Body.Close()
		_, err = io.Copy(os.Stdout, response.Body)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
