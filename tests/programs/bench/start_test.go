package bench_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkStart measures the built binary from exec to a healthy /health, and the resident
// memory of the idle demo, against the least server that can answer (bare). Aims on an idle
// machine: under 300 ms and under 80 MB.
func BenchmarkStart(b *testing.B) {
	bin := b.TempDir()
	build(b, filepath.Join(bin, "propflow"), "./cmd/propflow")
	build(b, filepath.Join(bin, "bare"), "./tests/programs/bench/testdata/bare")
	demo := func(address string) *exec.Cmd {
		return exec.Command(filepath.Join(bin, "propflow"), "demo", "--address", address)
	}
	bare := func(address string) *exec.Cmd { return exec.Command(filepath.Join(bin, "bare"), address) }
	for b.Loop() {
		start, memory := measure(b, demo)
		baseStart, baseMemory := measure(b, bare)
		b.ReportMetric(float64(start.Milliseconds()), "ms-to-healthy")
		b.ReportMetric(float64(start)/float64(baseStart), "start/bare")
		b.ReportMetric(memory, "MB-resident")
		b.ReportMetric(memory/baseMemory, "memory/bare")
	}
}

func build(b *testing.B, out, pkg string) {
	b.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg)
	cmd.Dir = "../../.."
	said, err := cmd.CombinedOutput()
	require.NoError(b, err, "%s", said)
}

// quiet is how long a process idles before its memory is read.
const quiet = 2 * time.Second

// measure starts the command, asks for its health until it answers, and reads its resident
// memory once it has idled.
func measure(b *testing.B, command func(address string) *exec.Cmd) (time.Duration, float64) {
	b.Helper()
	address := freeAddress(b)
	cmd := command(address)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	require.NoError(b, cmd.Start())
	defer func() {
		require.NoError(b, cmd.Process.Kill())
		_ = cmd.Wait() // killed on purpose
	}()
	for tick := time.Tick(time.Millisecond); ; <-tick {
		response, err := http.Get("http://" + address + "/health")
		if err == nil {
			_ = response.Body.Close()
			require.Equal(b, http.StatusOK, response.StatusCode)
			break
		}
		require.Less(b, time.Since(began), 30*time.Second, "it never became healthy")
	}
	healthy := time.Since(began)
	<-time.After(quiet)
	return healthy, residentMB(b, cmd.Process.Pid)
}

func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(b, err)
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			require.NoError(b, err)
			return kb / 1024
		}
	}
	b.Fatal("no resident memory in the process's status")
	return 0
}

func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	return l.Addr().String()
}
