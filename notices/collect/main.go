package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

const written = "notices/THIRD-PARTY-NOTICES"

func main() {
	check := flag.Bool("check", false, "write nothing, and fail if the file is not up to date")
	flag.Parse()
	if err := run(context.Background(), *check); err != nil {
		fmt.Fprintln(os.Stderr, "collect:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, check bool) error {
	text, err := collect(ctx, ".")
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(written, []byte(text), 0o644) //nolint:gosec // the notices are public
	}
	committed, err := os.ReadFile(written)
	if err != nil {
		return err
	}
	if string(committed) != text {
		return errors.New(written + " is not what the build links: run make notices")
	}
	return nil
}

// collect returns the notices of the repository at root.
func collect(ctx context.Context, root string) (string, error) {
	modules, err := linked(ctx, root)
	if err != nil {
		return "", err
	}
	named, err := readNamed(filepath.Join(root, "notices"))
	if err != nil {
		return "", err
	}
	parts, err := assemble(root, modules, named)
	if err != nil {
		return "", err
	}
	return render(parts), nil
}
