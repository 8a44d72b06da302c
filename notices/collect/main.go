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
	sbom := flag.String("sbom", "", "write what the container image contains to this file instead, as CycloneDX")
	flag.Parse()
	run := func(ctx context.Context) error { return notices(ctx, *check) }
	if *sbom != "" {
		run = func(ctx context.Context) error { return list(ctx, *sbom) }
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "collect:", err)
		os.Exit(1)
	}
}

// list writes the bill of materials to a file.
func list(ctx context.Context, file string) error {
	parts, err := collect(ctx, ".")
	if err != nil {
		return err
	}
	text, err := materials(".", parts)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644) //nolint:gosec // it is public
}

// notices writes the notices, or checks that they are up to date.
func notices(ctx context.Context, check bool) error {
	parts, err := collect(ctx, ".")
	if err != nil {
		return err
	}
	text := render(parts)
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

// collect returns what the container image of the repository at root links.
func collect(ctx context.Context, root string) ([]part, error) {
	modules, err := linked(ctx, root)
	if err != nil {
		return nil, err
	}
	named, err := readNamed(filepath.Join(root, "notices"))
	if err != nil {
		return nil, err
	}
	return assemble(root, modules, named)
}
