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

// Fault answers one request instead of the vendor. It may call take to make the vendor act on
// the request nevertheless, which has no effect if the request is not one to act on.
type Fault func(w http.ResponseWriter, r *http.Request, take func())

// Reply answers with a status, a body, and headers in pairs of name and value.
func Reply(status int, body string, headers ...string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		w.Header().Set("Content-Type", "application/json")
		for pair := range slices.Chunk(headers, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may be gone
	}
}

// Refuse answers with a status, and with Retry-After if after is not zero.
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
		_ = tcp.SetLinger(0) // so that Close resets the connection
	}
	_ = connection.Close()
}

// Stall does not reply until the client gives up.
func Stall(_ http.ResponseWriter, r *http.Request, _ func()) { <-r.Context().Done() }

// Taking acts on the request and then fails nevertheless.
func Taking(fault Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, take func()) {
		take()
		fault(w, r, take)
	}
}

// Lose acts on the request and loses the reply.
func Lose(w http.ResponseWriter, r *http.Request, take func()) { Taking(Break)(w, r, take) }

// Any means every method.
const Any = ""

// trouble is the set of faults that tests ordered.
type trouble struct {
	mu     sync.Mutex
	next   map[string][]Fault
	always map[string]Fault
}

// Next orders faults for the next requests of a method, one each. A nil fault means that the
// request is answered normally.
func (t *trouble) Next(method string, faults ...Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next == nil {
		t.next = make(map[string][]Fault)
	}
	t.next[method] = append(t.next[method], faults...)
}

// Always orders a fault for every request of a method for which Next has ordered none. A nil
// fault ends that.
func (t *trouble) Always(method string, fault Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.always == nil {
		t.always = make(map[string]Fault)
	}
	t.always[method] = fault
}

// Heal cancels all faults that were ordered.
func (t *trouble) Heal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next, t.always = nil, nil
}

// due removes and returns the fault for a request, or nil if none is ordered.
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
