package servers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
)

// toxiproxyKind is a proxy that disturbs connections on request
// (https://github.com/Shopify/toxiproxy).
var toxiproxyKind = kind{
	name: "toxiproxy", program: "toxiproxy-server",
	version: regexp.MustCompile(`^toxiproxy-server`),
	folders: func(cache string) []string { return []string{filepath.Join(cache, "bin")} },
	install: func(m machine) ([]command, error) {
		bin := filepath.Join(m.cache, "toxiproxy")
		return []command{
			{"env", "GOBIN=" + bin, "GOFLAGS=", "go", "install", "github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0"},
			{"mkdir", "-p", filepath.Join(m.cache, "bin")},
			{"cp", filepath.Join(bin, "server"), filepath.Join(m.cache, "bin", "toxiproxy-server")},
		}, nil
	},
	prepare: nothing,
	run: func(program, _ string, port int) command {
		return command{program, "-host", "127.0.0.1", "-port", fmt.Sprint(port)}
	},
	stop: "TERM", link: "http://127.0.0.1:%d",
	ready: func(ctx context.Context, link string) error { return answers(ctx, link+"/version") },
}

// Toxiproxy forwards connections to servers, and can disturb or interrupt them.
type Toxiproxy struct {
	member *Member
}

// Toxiproxy starts a toxiproxy.
func (f *Fleet) Toxiproxy(ctx context.Context) (Toxiproxy, error) {
	m, err := f.server(ctx, toxiproxyKind)
	return Toxiproxy{m}, err
}

// Way is the address of a server through a Toxiproxy.
type Way struct {
	// Addr is the address to which clients connect (host:port).
	Addr string

	url string
}

// Way opens a way with a name to target (host:port).
func (x Toxiproxy) Way(ctx context.Context, name, target string) (Way, error) {
	var made struct {
		Listen string `json:"listen"`
	}
	body := map[string]any{"name": name, "listen": "127.0.0.1:0", "upstream": target, "enabled": true}
	err := call(ctx, http.MethodPost, x.member.Link()+"/proxies", body, &made)
	return Way{made.Listen, x.member.Link() + "/proxies/" + name}, err
}

// Toxic is a disturbance of a way, in toxiproxy's terms.
type Toxic struct {
	Type       string         `json:"type"`   // latency, timeout, limit_data, …
	Stream     string         `json:"stream"` // upstream or downstream
	Attributes map[string]any `json:"attributes"`
}

// The toxics that the tests use.
var (
	// Slow delays every reply by 300 to 700 ms.
	Slow = Toxic{"latency", "downstream", map[string]any{"latency": 500, "jitter": 200}}
	// Mute forwards requests but no replies. Connections break when it is removed.
	Mute = Toxic{"timeout", "downstream", map[string]any{"timeout": 0}}
	// Deaf forwards no requests. Connections break when it is removed.
	Deaf = Toxic{"timeout", "upstream", map[string]any{"timeout": 0}}
	// Torn forwards requests, and breaks the connection after the first bytes of the reply.
	Torn = Toxic{"limit_data", "downstream", map[string]any{"bytes": 10}}
)

// Poison adds a toxic to the way, which affects open connections too.
func (w Way) Poison(ctx context.Context, toxic Toxic) error {
	return call(ctx, http.MethodPost, w.url+"/toxics", toxic, nil)
}

// Cut closes every connection and refuses new ones.
func (w Way) Cut(ctx context.Context) error {
	return call(ctx, http.MethodPost, w.url, map[string]any{"enabled": false}, nil)
}

// Heal opens the way and removes every toxic.
func (w Way) Heal(ctx context.Context) error {
	var toxics []struct {
		Name string `json:"name"`
	}
	if err := call(ctx, http.MethodGet, w.url+"/toxics", nil, &toxics); err != nil {
		return err
	}
	var faults []error
	for _, toxic := range toxics {
		faults = append(faults, call(ctx, http.MethodDelete, w.url+"/toxics/"+toxic.Name, nil, nil))
	}
	return errors.Join(append(faults, call(ctx, http.MethodPost, w.url, map[string]any{"enabled": true}, nil))...)
}

// call sends a request to toxiproxy's API. If into is not nil, call decodes the answer to it.
func call(ctx context.Context, method, url string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("toxiproxy answered %s: %s", response.Status, answer)
	}
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(answer, into)
}
