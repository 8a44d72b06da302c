package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// build builds the product's binary.
func build(ctx context.Context, binary string, flags ...string) error {
	args := append([]string{"build", "-o", binary}, flags...)
	command := exec.CommandContext(ctx, "go", append(args, "github.com/propflow/propflow/cmd/propflow")...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the product: %w: %s", err, output)
	}
	return nil
}

// Release is another build of the product that runs on the same servers.
type Release struct {
	stack  *Stack
	binary string
}

// NextRelease builds the product with additional or replaced files. The keys of files are paths
// in the repository, the values their contents.
func (s *Stack) NextRelease(ctx context.Context, files map[string]string) (*Release, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/propflow/propflow").Output()
	if err != nil {
		return nil, fmt.Errorf("find the repository: %w", err)
	}
	folder, err := os.MkdirTemp(s.Folder(), "release-")
	if err != nil {
		return nil, err
	}
	replace := make(map[string]string)
	for path, content := range files {
		copied := filepath.Join(folder, filepath.Base(path))
		if err := os.WriteFile(copied, []byte(content), 0o600); err != nil {
			return nil, err
		}
		replace[filepath.Join(strings.TrimSpace(string(root)), path)] = copied
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlayFile := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return nil, err
	}
	binary := filepath.Join(folder, "propflow")
	return &Release{s, binary}, build(ctx, binary, "-overlay", overlayFile)
}

// Command runs the release's binary until it exits and returns its output.
func (r *Release) Command(ctx context.Context, args ...string) (string, error) {
	return r.stack.run(ctx, r.binary, args...)
}
