// Command bare is the baseline of the start-up benchmark: the least server that answers
// GET /health on the address in its only argument.
package main

import (
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	server := http.Server{Addr: os.Args[1], ReadHeaderTimeout: time.Second}
	if err := server.ListenAndServe(); err != nil {
		os.Exit(1)
	}
}
