package vendors

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault answers one request instead of the vendor. take has the vendor act on the request all
// the same, where it is one to act on.
type Fault func(w http.ResponseWriter, r *http.Request, take func())

// Reply answers with a status, a body, and headers in pairs of name and value.
func Reply(status int, body string, headers ...string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		w.Header().Set("Content-Type", "application/json")
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have had enough
	}
}

// Refuse answers with a status, and says when to come again where after is not zero.
func Refuse(status int, after time.Duration) Fault {
	var headers []string
	if after > 0 {
		headers = []string{"Retry-After", strconv.Itoa(int(after.Seconds()))}
	}
	code := map[int]int{http.StatusTooManyRequests: 20429}[status]
	return Reply(status, fmt.Sprintf(`{"code":%d,"message":"as ordered","status":%d}`, code, status), headers...)
}

// Break breaks the connection without a reply.
func Break(w http.ResponseWriter, _ *http.Request, _ func()) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // so that closing resets
	}
	_ = connection.Close()
}

// Stall replies nothing until the client gives up.
func Stall(_ http.ResponseWriter, r *http.Request, _ func()) { <-r.Context().Done() }

// Taking acts on the request and then fails all the same.
func Taking(fault Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, take func()) {
		take()
		fault(w, r, take)
	}
}

// Lose acts on the request and loses the reply.
func Lose(w http.ResponseWriter, r *http.Request, take func()) { Taking(Break)(w, r, take) }

// Any stands for every method.
const Any = ""

// trouble holds the faults that are ordered.
type trouble struct {
	mu     sync.Mutex
	next   map[string][]Fault
	always map[string]Fault
}

// Next orders faults for the next requests of a method, one each; nil lets one pass.
func (t *trouble) Next(method string, faults ...Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = make(map[string][]Fault)
	}
	t.next[method] = append(t.next[method], faults...)
}

// Always orders a fault for every request of a method that Next orders nothing for; nil ends
// it.
func (t *trouble) Always(method string, fault Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.always == nil {
		t.always = make(map[string]Fault)
	}
	t.always[method] = fault
}

// Heal takes back every order.
func (t *trouble) Heal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next, t.always = nil, nil
}

// due takes the fault of a request; nil where none is ordered.
func (t *trouble) due(method string) Fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range []string{method, Any} {
		if queue := t.next[m]; len(queue) > 0 {
			t.next[m] = queue[1:]
			return queue[0]
		}
	}
	if fault := t.always[method]; fault != nil {
		return fault
	}
	return t.always[Any]
}
