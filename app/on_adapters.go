package app

import (
	"log/slog"
	"net"

	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app/config"
)

// OnAdapters returns the API and the worker in one process on any adapters; the demo and the
// tests run the whole product this way. demo and routes may be nil. The App closes the listener.
// Error: the document does not load.
func OnAdapters(cfg config.Config, a Adapters, listener net.Listener, log *slog.Logger, demo *api.Demo, routes func(chi.Router)) (*App, error) {
	serve, err := a.serve(face{
		config: cfg, log: log, listener: listener, keys: keys{pepper: a.Entropy.Bytes(config.MinSecretBytes), refresh: [][]byte{a.Entropy.Bytes(config.MinSecretBytes)}}, demo: demo, routes: routes,
	})
	if err != nil {
		return nil, err
	}
	tasks := []task{serve, a.work()}
	if a.Relay != nil {
		tasks = append(tasks, a.Relay)
	}
	return &App{tasks: tasks, url: URL(listener)}, nil
}
