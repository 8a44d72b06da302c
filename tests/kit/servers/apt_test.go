package servers

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// aptFolders makes the folders of a machine without packages, and returns the options that
// let apt-get work in them instead of this machine's own.
func aptFolders(t *testing.T) (folder string, options []string) {
	t.Helper()
	folder = t.TempDir()
	for _, name := range []string{"lists/partial", "archives/partial", "dpkg", "parts", "cache"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, name), 0o755))
	}
	for _, name := range []string{"dpkg/status", "sources.list"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
	}
	for option, name := range map[string]string{
		"Dir::State::Lists": "lists", "Dir::State::status": "dpkg/status", "Dir::Cache": "cache",
		"Dir::Cache::Archives": "archives", "Dir::Etc::sourcelist": "sources.list", "Dir::Etc::sourceparts": "parts",
	} {
		options = append(options, "-o", option+"="+filepath.Join(folder, name))
	}
	return folder, options
}

// lock takes a lock as apt-get and dpkg do, and returns what releases it.
func lock(t *testing.T, path string) io.Closer {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o640)
	require.NoError(t, err)
	require.NoError(t, syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK}))
	return file
}

// A fresh machine installs its updates for minutes after boot, and has the locks meanwhile.
func TestInstallingWaitsForLocks(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Skip("skipped: no apt-get here")
	}
	aptGet, err := script("apt-get")
	require.NoError(t, err)
	for name, tt := range map[string]struct{ lock, verb string }{
		"of the lists":    {"lists/lock", "update"},
		"of the archives": {"archives/lock", "install"},
		"of the frontend": {"dpkg/lock-frontend", "install"},
		"of dpkg":         {"dpkg/lock", "install"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, options := aptFolders(t)
			held := lock(t, filepath.Join(folder, tt.lock))
			install := exec.CommandContext(t.Context(), aptGet, append([]string{tt.verb}, options...)...)
			install.Env = append(os.Environ(), "APT_WAIT=120")
			said, err := install.StdoutPipe()
			require.NoError(t, err)
			install.Stderr = install.Stdout
			require.NoError(t, install.Start())
			lines := bufio.NewScanner(said)
			for waits := false; !waits; waits = strings.Contains(lines.Text(), "Could not get lock") {
				require.True(t, lines.Scan(), "it ended without a word about the lock")
			}
			require.NoError(t, held.Close())
			rest, err := io.ReadAll(said)
			require.NoError(t, err)
			require.NoError(t, install.Wait(), "%s", rest)
		})
	}
}

func TestInstallingDoesNotRepeatOtherFailures(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Skip("skipped: no apt-get here")
	}
	aptGet, err := script("apt-get")
	require.NoError(t, err)
	_, options := aptFolders(t)
	said, err := exec.CommandContext(t.Context(), aptGet, append([]string{"install", "absent"}, options...)...).CombinedOutput()
	require.Error(t, err)
	require.Equal(t, 1, strings.Count(string(said), "Unable to locate package absent"))
	require.NotContains(t, string(said), "lock")
}

func TestScriptsAreFoundInsideTheRepositoryOnly(t *testing.T) {
	_, err := script("absent")
	require.ErrorContains(t, err, "scripts/absent")
	t.Chdir(t.TempDir())
	_, err = redisKind.install(machine{root: true})
	require.Error(t, err)
}
