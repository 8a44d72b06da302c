package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/propflow/propflow/tests/kit/vendors"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vendors:", err)
		os.Exit(1)
	}
}

// run serves the fake vendors until ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("vendors", flag.ContinueOnError)
	flags.SetOutput(out)
	address := flags.String("listen", "127.0.0.1:9100", "where to listen")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *address)
	if err != nil {
		return err
	}
	v := vendors.New()
	v.URL = "http://" + listener.Addr().String()
	environment := v.Environment()
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		fmt.Fprintf(out, "%s=%s\n", name, environment[name])
	}
	server := &http.Server{Handler: v.Handler(), ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
