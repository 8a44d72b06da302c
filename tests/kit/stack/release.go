package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Build builds the product's binary from the sources in a folder, or if that is empty, in the
// repository, because a program of another module, such as the load, lacks some of what the
// product needs.
func Build(ctx context.Context, sources, binary string, flags ...string) (err error) {
	if sources == "" {
		if sources, err = repository(ctx); err != nil {
			return err
		}
	}
	command := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", binary}, flags...), "./cmd/propflow")...)
	command.Dir = sources
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the product: %w: %s", err, output)
	}
	return nil
}

// repository returns the folder of the product's go.mod.
func repository(ctx context.Context) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/propflow/propflow").Output()
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	return strings.TrimSpace(string(root)), nil
}

// Release is another build of the product, which runs on the same servers.
type Release struct {
	stack       *Stack
	binary      string
	api, worker Part // after Join
}

// NextRelease builds the product with additional or replaced files. The keys of files are paths
// in the repository, the values their contents.
func (s *Stack) NextRelease(ctx context.Context, files map[string]string) (*Release, error) {
	root, err := repository(ctx)
	if err != nil {
		return nil, err
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
		replace[filepath.Join(root, path)] = copied
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
	return &Release{stack: s, binary: binary}, Build(ctx, root, binary, "-overlay", overlayFile)
}

// Command runs the release's binary until it exits and returns its output.
func (r *Release) Command(ctx context.Context, args ...string) (string, error) {
	return r.stack.run(ctx, r.binary, args...)
}

// Join starts an API and a worker of the release beside those that run.
func (r *Release) Join(ctx context.Context) (err error) {
	s := r.stack
	if r.api, err = s.startPart(ctx, r.binary, "next-api", "serve"); err != nil {
		return err
	}
	s.APIs = append(s.APIs, r.api)
	if r.worker, err = s.startPart(ctx, r.binary, "next-worker", "worker"); err != nil {
		return err
	}
	s.Workers = append(s.Workers, r.worker)
	return nil
}

// Leave ends what Join started.
func (r *Release) Leave() error {
	s := r.stack
	s.APIs = slices.DeleteFunc(s.APIs, func(p Part) bool { return p == r.api })
	s.Workers = slices.DeleteFunc(s.Workers, func(p Part) bool { return p == r.worker })
	return errors.Join(r.api.Member.Stop(), r.worker.Member.Stop())
}

// Worktree checks a commit out in a folder of its own, until remove is called.
func Worktree(ctx context.Context, commit string) (folder string, remove func() error, err error) {
	parent, err := os.MkdirTemp("", "propflow-release-")
	if err != nil {
		return "", nil, err
	}
	folder = filepath.Join(parent, "propflow")
	if err := git(ctx, "worktree", "add", "--detach", folder, commit); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(parent))
	}
	return folder, func() error {
		removed := git(context.WithoutCancel(ctx), "worktree", "remove", "--force", folder)
		return errors.Join(removed, os.RemoveAll(parent))
	}, nil
}

func git(ctx context.Context, args ...string) error {
	output, err := exec.CommandContext(ctx, "git", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, output)
	}
	return nil
}
