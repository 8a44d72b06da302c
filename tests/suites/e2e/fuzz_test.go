package e2e_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// TestRandomRequests sends requests that are drawn from the document: valid, nearly valid and hostile,
// as everybody. Each answer must be one that the document has, none a fault of the product's own;
// afterwards everything stored is sound, and no secret is in the log. SEED repeats a run, REQUESTS is
// their number: with it half of them go to real servers.
func TestRandomRequests(t *testing.T) {
	t.Parallel()
	seed, n := number("SEED", 1), number("REQUESTS", 3000)
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		log := &logged{}
		s := stageOnMemory()
		s.log = log.logger()
		s.open(t)
		newFuzz(t, s, log, seed).run(t, n/2)
	})
	if os.Getenv("REQUESTS") == "" {
		return
	}
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		log := &logged{}
		s := stageOnServers(t, log.logger())
		s.open(t)
		newFuzz(t, s, log, seed).run(t, n/2)
	})
}

func number(variable string, otherwise int) uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv(variable), strconv.Itoa(otherwise)), 10, 64)
	if err != nil {
		panic(variable + " is no number")
	}
	return n
}

// logged keeps what is logged.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

// fuzz is one run.
type fuzz struct {
	*stage
	seed    uint64
	log     *logged
	ops     []operation
	ids     map[string][]string // of real objects, by the name of the parameter
	seen    []string            // that answers had
	secrets map[string]bool
	sent    map[int]int // requests by status
}

type operation struct {
	method, path string
	*openapi3.Operation
}

func newFuzz(t *testing.T, s *stage, log *logged, seed uint64) *fuzz {
	t.Helper()
	f := &fuzz{stage: s, seed: seed, log: log, secrets: map[string]bool{marker: true}, sent: make(map[int]int), ids: make(map[string][]string)}
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			f.ops = append(f.ops, operation{method, path, op})
		}
	}
	slices.SortFunc(f.ops, func(a, b operation) int { return cmp.Compare(a.OperationID, b.OperationID) })
	for _, state := range slices.Concat(domain.States, domain.States) {
		id := s.inState(t, state)
		s.Faults.Up()
		f.ids["propertyId"] = append(f.ids["propertyId"], id)
		if state != domain.Draft {
			for _, photo := range s.photos(t, id) {
				f.ids["photoId"] = append(f.ids["photoId"], photo.ID)
			}
		}
	}
	for _, user := range s.people {
		f.ids["userId"] = append(f.ids["userId"], string(user.ID))
	}
	f.ids["userId"] = append(f.ids["userId"], string(s.numberless(t)))
	slices.Sort(f.ids["userId"])
	f.ids["comparableId"] = s.appraisal(t, valuer, f.ids["propertyId"][2])["comparable_ids"].([]string)
	f.ids["requestId"] = []string{s.privacyRequest(t)}
	f.ids["proposalId"] = []string{strings.TrimPrefix(s.proposal(t), "/api/v1/proposals/")}
	f.ids["pincode"] = []string{examplePincode, "176057", "121999", "999999"}
	f.tokens["garbage"] = "garbage." + marker
	f.tokens["expired"] = s.sign(t, domain.Identity{Actor: s.people[owner].Actor(), ExpiresAt: s.on.Clock.Now().Add(-time.Hour)})
	f.keepSecrets()
	return f
}

// callers of random requests: everybody.
var everybody = []string{"nobody", "garbage", "expired", "halfway", owner, stranger, valuer, colleague, supervisor, deputy, admin, second}

func (f *fuzz) run(t *testing.T, n uint64) {
	t.Helper()
	t.Logf("SEED=%d REQUESTS=%d", f.seed, n)
	for i := range n {
		if i%50 == 0 {
			f.restore(t)
		}
		d := newDice(f.seed, i)
		q, op := f.draw(d)
		failed := t.Failed()
		a := f.send(t, q)
		f.sent[a.status]++
		if a.status >= 500 {
			t.Errorf("%s answered %d: %s", op.OperationID, a.status, a.body)
		}
		f.learn(op, a)
		if t.Failed() && !failed {
			t.Fatalf("request %d of SEED=%d: %s %s %v %s", i, f.seed, q.method, q.path, q.headers, q.body)
		}
	}
	f.idle(t)
	f.clean(t)
	f.searchLog(t)
	t.Logf("answers by status: %v; of %d operations %d succeeded", f.sent, len(f.ops), len(f.answered))
	assert.Greater(t, f.sent[http.StatusOK], int(n/50), "requests that reach something")
}

// draw returns a random request of a random operation.
func (f *fuzz) draw(d dice) (request, operation) {
	op := pick(d, f.ops...)
	caller := pick(d, everybody...)
	if allowed := f.allowed(op); len(allowed) > 0 && !d.oneIn(4) {
		caller = pick(d, allowed...)
	}
	if op.OperationID == "streamEvents" { // a caller who may follow it would wait for its end
		caller = pick(d, "nobody", "garbage", "expired")
	}
	q := request{method: op.method, path: op.path, token: f.tokens[caller], headers: map[string]string{}}
	pool := func() string {
		return pick(d, slices.Concat(f.ids["propertyId"], f.ids["comparableId"], f.ids["userId"], f.seen)...)
	}
	var query []string
	for _, p := range op.Parameters {
		p := p.Value
		value := f.parameter(d, p, pool)
		switch {
		case p.In == openapi3.ParameterInPath:
			q.path = strings.Replace(q.path, "{"+p.Name+"}", cmp.Or(url.PathEscape(value), "%20"), 1)
		case !p.Required && d.oneIn(2), d.oneIn(20):
		case p.In == openapi3.ParameterInQuery:
			query = append(query, url.QueryEscape(p.Name)+"="+url.QueryEscape(value))
		case p.In == openapi3.ParameterInHeader:
			q.headers[p.Name] = sendable(value)
		}
	}
	if d.oneIn(30) {
		query = append(query, unknownName+"="+url.QueryEscape(pick(d, hostile...)))
	}
	if len(query) > 0 {
		q.path += "?" + strings.Join(query, "&")
	}
	if d.oneIn(50) {
		q.headers[pick(d, "Accept", "Origin", "X-Forwarded-For", "User-Agent", "Content-Type", "PropFlow-Client", "Sec-Fetch-Site")] = sendable(pick(d, hostile...))
	}
	if op.RequestBody != nil && !d.oneIn(40) {
		kind, body := d.body(op.Operation, pool)
		q.body = body
		if _, set := q.headers["Content-Type"]; !set {
			q.headers["Content-Type"] = kind
		}
	} else if d.oneIn(20) {
		q.body = []byte(pick(d, hostile...))
	}
	return q, op
}

// allowed returns those who may call the operation by their role.
func (f *fuzz) allowed(op operation) []string {
	roles, _ := op.Extensions["x-roles"].([]any)
	return slices.DeleteFunc(slices.Clone(everybody[4:]), func(name string) bool { return !slices.Contains(roles, any(string(f.people[name].Role))) })
}

// parameter returns a value for a parameter, most often one of a real object.
func (f *fuzz) parameter(d dice, p *openapi3.Parameter, pool func() string) string {
	if d.oneIn(8) {
		return pick(d, hostile...)
	}
	if ids := f.ids[p.Name]; len(ids) > 0 && !d.oneIn(6) {
		return pick(d, ids...)
	}
	switch p.Name {
	case "Idempotency-Key":
		return "key-" + strconv.Itoa(d.IntN(1_000_000))
	case "If-Match":
		return fmt.Sprintf("%q", strconv.Itoa(d.IntN(8)))
	}
	schema := p.Schema.Value
	if schema.Type.Is("array") {
		schema = schema.Items.Value
	}
	if p.Example != nil && d.oneIn(2) {
		return fmt.Sprint(p.Example)
	}
	return strings.Trim(fmt.Sprint(d.value(schema, 0, pool)), "\n")
}

// sendable returns what of the text an HTTP client can send in a header.
func sendable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// learn keeps ids and tokens of an answer.
func (f *fuzz) learn(op operation, a answer) {
	named := map[string]string{
		"createProperty": "propertyId", "createPhoto": "photoId", "createComparable": "comparableId", "createStaff": "userId",
		"createPrivacyRequest": "requestId", "placeHold": "holdId", "exportMe": "exportId",
	}[op.OperationID]
	if id := cmp.Or(a.field("id"), a.field("photo.id")); id != "" && (a.status == http.StatusCreated || named == "exportId") {
		f.seen = append(f.seen, id)
		f.seen = f.seen[max(0, len(f.seen)-200):]
		if named != "" {
			f.ids[named] = append(f.ids[named], id)
		}
	}
	for _, secret := range []string{"access_token", "refresh_token", "second_factor_token", "device_token", "secret"} {
		if value := a.field(secret); value != "" {
			f.secrets[value] = true
		}
	}
}

// restore gives everybody who lost their login, or access, a new one.
func (f *fuzz) restore(t *testing.T) {
	t.Helper()
	for _, name := range everybody[4:] {
		me := f.send(t, request{method: http.MethodGet, path: "/api/v1/me", token: f.tokens[name]})
		if me.status == http.StatusOK && me.field("role") == string(f.people[name].Role) {
			continue
		}
		f.hire(t, name)
	}
	f.tokens["halfway"] = f.sign(t, domain.Identity{
		Actor: f.people[valuer].Actor(), SecondFactorPending: true, ExpiresAt: f.on.Clock.Now().Add(time.Hour),
	})
	f.keepSecrets()
}

// hire adds a user in the place of one who is gone.
func (f *fuzz) hire(t *testing.T, name string) {
	t.Helper()
	f.keys++
	now := f.on.Clock.Now().Truncate(time.Microsecond)
	user := domain.NewCustomer(domain.UserID(f.on.IDs.New()), domain.Phone(fmt.Sprintf("+9198555%05d", f.keys)), now)
	user.Name, user.Role = fmt.Sprintf("Person %s %d", name, f.keys), f.people[name].Role
	require.NoError(t, f.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, user); err != nil || user.Role != domain.RoleCustomer {
			return err
		}
		consent, err := domain.GiveConsent(domain.ConsentID(f.on.IDs.New()), user.ID, domain.ConsentVersion, domain.English, nil, now)
		if err != nil {
			return err
		}
		return tx.Consents.Add(ctx, consent)
	}))
	f.people[name], f.tokens[name] = user, f.login(t, user, now.Add(24*time.Hour))
}

// keepSecrets adds what is secret of the people to what the log must not have.
func (f *fuzz) keepSecrets() {
	for name, user := range f.people {
		f.secrets[f.tokens[name]], f.secrets[string(user.Phone)], f.secrets[user.Name] = true, true, true
		f.secrets[strings.TrimPrefix(string(user.Phone), "+91")] = true
	}
	f.secrets[f.tokens["expired"]], f.secrets[f.tokens["halfway"]] = true, true
	delete(f.secrets, "")
}

// clean runs what `propflow check --deep` and `propflow audit verify` do.
func (f *fuzz) clean(t *testing.T) {
	t.Helper()
	var faults []string
	note := func(g assurance.Finding) {
		if !g.Warning {
			faults = append(faults, fmt.Sprint(g))
		}
	}
	a := f.on
	checked, err := assurance.CheckInvariants{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}.Execute(t.Context(), assurance.CheckInvariantsInput{Deep: true, Found: note})
	require.NoError(t, err)
	_, err = assurance.VerifyAudit{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}.Execute(t.Context(), assurance.VerifyAuditInput{Found: note})
	require.NoError(t, err)
	assert.Empty(t, faults)
	t.Logf("check: %d properties, %d audit entries, %d faults", checked.Properties, checked.Entries, len(faults))
}

// searchLog looks for every secret in every line that was logged.
func (f *fuzz) searchLog(t *testing.T) {
	t.Helper()
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	lines, hits := 0, 0
	for line := range bytes.Lines(f.log.all.Bytes()) {
		lines++
		for secret := range f.secrets {
			if bytes.Contains(line, []byte(secret)) {
				hits++
				assert.Fail(t, "a secret is in the log", "%q in %s", secret, line)
			}
		}
	}
	t.Logf("log: %d lines, %d secrets looked for, %d hits", lines, len(f.secrets), hits)
	assert.NotZero(t, lines)
}
