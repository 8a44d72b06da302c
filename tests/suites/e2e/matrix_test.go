package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// visitor is somebody who sends a request: a column of the matrix.
type visitor struct {
	name string
	// token returns what they send for an operation that one of the roles may call.
	token func(roles []domain.Role) string
	// bad is the code that a token gets which is none, or not for this operation; empty for a login.
	bad    string
	role   domain.Role // of a login, empty if it is that of the operation
	ended  bool        // the login ended
	stale  bool        // it proved no factor lately
	owns   bool        // it is the owner of the case
	holds  bool        // it is the valuer of the case
	reason bool        // it sends one
}

// dryRun rolls back what requests do once it is armed, so that every cell finds the same world.
type dryRun struct {
	ports.UnitOfWork
	armed atomic.Bool
}

// rolledBack is the answer to a request that the product would have done.
var rolledBack = &domain.Error{Kind: domain.KindUnavailable, Code: "database_unavailable", Message: "the test rolled it back"}

func (d *dryRun) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	if !d.armed.Load() || ports.ClientOf(ctx) == "" { // jobs go on
		return d.UnitOfWork.Do(ctx, fn)
	}
	return d.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return rolledBack
	})
}

// matrix tries every operation against every visitor, and those on a case in every state.
type matrix struct {
	*stage
	visitors []visitor
	cases    map[domain.State]map[string]string // ids by their names in paths
	open     map[domain.Role][]domain.State     // x-open-states
	keys     atomic.Int64
	cells    atomic.Int64
	wrong    atomic.Int64
	verdicts [len(verdicts)]atomic.Int64
}

// TestEveryOperationLetsInWhomItDeclares derives from the document alone what each cell must
// answer. An operation that does not declare enough for that fails.
func TestEveryOperationLetsInWhomItDeclares(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	t.Run("operations", func(t *testing.T) {
		for path, item := range m.doc.Paths.Map() {
			for method, op := range item.Operations() {
				t.Run(op.OperationID, func(t *testing.T) {
					t.Parallel()
					if fault := undeclared(path, op); fault != "" {
						t.Fatalf("%s %s", op.OperationID, fault)
					}
					m.row(t, method, path, op)
				})
			}
		}
	})
	for i, verdict := range verdicts {
		t.Logf("%6d %s", m.verdicts[i].Load(), verdict)
	}
	t.Logf("%d cells, %d wrong", m.cells.Load(), m.wrong.Load())
	assert.GreaterOrEqual(t, m.cells.Load(), int64(2500))
	assert.Zero(t, m.wrong.Load())
}

// undeclared returns what the operation leaves open about who may call it.
func undeclared(path string, op *openapi3.Operation) string {
	access, _ := op.Extensions["x-case-access"].(string)
	reasoned := op.Parameters.GetByInAndName(openapi3.ParameterInHeader, domain.CaseReasonField) != nil
	switch {
	case op.Security == nil:
		return "declares no security"
	case len(*op.Security) > 0 && len(rolesOf(op)) == 0:
		return "declares no x-roles"
	case strings.Contains(path, "{propertyId}") && !slices.Contains([]string{"owner", "claim", "review", "reason"}, access):
		return "is on a case, and declares no x-case-access"
	case reasoned != (access == "reason") && op.OperationID != "listQueue":
		return "takes a reason if and only if x-case-access is reason"
	}
	return ""
}

func rolesOf(op *openapi3.Operation) (roles []domain.Role) {
	listed, _ := op.Extensions["x-roles"].([]any)
	for _, role := range listed {
		roles = append(roles, domain.Role(fmt.Sprint(role)))
	}
	return roles
}

// The verdicts that a cell can expect; the others are the codes of refusals of a token.
const (
	allowed = "allowed" // what the operation itself answers
	hidden  = "property_not_found"
	noClaim = "claim_not_held"
)

var verdicts = [...]string{allowed, "401", "role_not_allowed", "fresh_factor_required", "reason_required", hidden, noClaim}

// want returns the verdict that the document declares.
func (m *matrix) want(op *openapi3.Operation, v visitor, state domain.State) string {
	security := *op.Security
	if len(security) == 0 {
		return allowed
	}
	_, halfway := security[0]["secondFactor"]
	switch {
	case v.bad == "wrong_token" && halfway:
		return allowed
	case v.bad != "":
		return v.bad
	case halfway:
		return "wrong_token"
	case v.role != "" && !slices.Contains(rolesOf(op), v.role):
		return "role_not_allowed"
	case v.ended && len(security) == 1:
		return "session_ended"
	case v.ended:
		return allowed // to end what ended is no harm
	}
	if fresh, _ := op.Extensions["x-fresh"].(bool); fresh && v.stale {
		return "fresh_factor_required"
	}
	return m.wantOfCase(op, v, state)
}

// wantOfCase is want for somebody whose role may call the operation.
func (m *matrix) wantOfCase(op *openapi3.Operation, v visitor, state domain.State) string {
	access, _ := op.Extensions["x-case-access"].(string)
	switch {
	case access == "", access == "list", v.owns:
		return allowed
	case access == "owner", v.role == domain.RoleCustomer, state == domain.Draft:
		return hidden
	case access == "claim" && state == domain.UnderReview && !v.holds:
		return noClaim
	case access == "claim", access == "review", v.reason, v.holds && m.worked(state), slices.Contains(m.open[v.role], state):
		return allowed
	}
	return "reason_required"
}

// worked reports whether the stage's valuer has the claim of a case in this state, or worked on it.
func (m *matrix) worked(state domain.State) bool {
	return !slices.Contains([]domain.State{domain.Draft, domain.Submitted, domain.Withdrawn}, state)
}

// row sends the operation's requests, and holds the answers against the document.
func (m *matrix) row(t *testing.T, method, path string, op *openapi3.Operation) {
	t.Helper()
	states := domain.States
	if access, _ := op.Extensions["x-case-access"].(string); access == "" || access == "list" {
		states = states[:1]
	}
	reached := false
	for _, state := range states {
		w := newWalk(t, m.stage, method, path, op, m.cases[state])
		w.valid.body = aboutCase(t, w.body, m.cases[state]["propertyId"])
		for _, v := range m.visitors {
			a := m.knock(t, w, v, rolesOf(op))
			got, want := verdictOf(a), m.want(op, v, state)
			reached = reached || reaches(a)
			m.count(got)
			if got != want {
				m.wrong.Add(1)
				t.Errorf("%s of a case that is %s, as %s: %s, want %s: %d %s", op.OperationID, state, v.name, got, want, a.status, a.body)
			}
		}
	}
	assert.True(t, reached, "every request broke a rule of the document, which shows nothing")
}

// aboutCase returns the body, which may be none, about the case if it is about any.
func aboutCase(t *testing.T, body []byte, id string) any {
	t.Helper()
	var fields object
	if err := json.Unmarshal(body, &fields); err != nil || fields["property_id"] == nil {
		if body == nil {
			return nil
		}
		return body
	}
	fields["property_id"] = id
	return fields
}

// knock sends the valid request of the walk as the visitor.
func (m *matrix) knock(t *testing.T, w walk, v visitor, roles []domain.Role) answer {
	t.Helper()
	q := w.with(v.name, 0, func(q *request) {
		q.token = v.token(roles)
		if q.headers["Idempotency-Key"] != "" {
			q.headers["Idempotency-Key"] = fmt.Sprintf("matrix-%d", m.keys.Add(1))
		}
		if v.reason {
			q.headers[domain.CaseReasonField] = why
		}
	}).request
	return m.send(t, q)
}

// verdictOf returns the code of an answer that keeps somebody out.
func verdictOf(a answer) string {
	switch code := a.code(); code {
	case "missing_token", "invalid_token", "token_expired", "wrong_token", "session_ended",
		"role_not_allowed", "fresh_factor_required", "reason_required", hidden, noClaim:
		return code
	}
	return allowed
}

// reaches reports whether the answer is that of the operation itself, not of a rule before it.
func reaches(a answer) bool {
	return verdictOf(a) == allowed && a.status != http.StatusBadRequest &&
		(a.status < http.StatusInternalServerError || a.status == http.StatusServiceUnavailable)
}

func TestARefusalReachesNoOperation(t *testing.T) {
	t.Parallel()
	for code, status := range map[string]int{
		"missing_token": http.StatusUnauthorized, "role_not_allowed": http.StatusForbidden, hidden: http.StatusNotFound,
		"invalid_input": http.StatusBadRequest, "internal": http.StatusInternalServerError,
	} {
		assert.False(t, reaches(answer{status: status, body: fmt.Appendf(nil, `{"code":%q}`, code)}), code)
	}
	assert.True(t, reaches(answer{status: http.StatusOK}))
	assert.True(t, reaches(answer{status: http.StatusConflict, body: []byte(`{"code":"illegal_transition"}`)}))
	assert.True(t, reaches(answer{status: http.StatusServiceUnavailable, body: []byte(`{"code":"database_unavailable"}`)}))
}

func (m *matrix) count(verdict string) {
	m.cells.Add(1)
	if strings.Contains(verdict, "token") || verdict == "session_ended" {
		verdict = "401"
	}
	i := slices.Index(verdicts[:], verdict)
	m.verdicts[i].Add(1)
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{stage: stageOnMemory(), cases: map[domain.State]map[string]string{}, open: map[domain.Role][]domain.State{}}
	dry := &dryRun{UnitOfWork: m.on.UnitOfWork}
	m.on.UnitOfWork = dry
	m.stage.open(t)
	listed, _ := m.doc.Extensions["x-open-states"].(map[string]any)
	for role, states := range listed {
		for _, state := range states.([]any) {
			m.open[domain.Role(role)] = append(m.open[domain.Role(role)], domain.State(fmt.Sprint(state)))
		}
	}
	sale := m.appraisal(t, valuer, m.inState(t, domain.UnderReview))["comparable_ids"].([]string)[0]
	for _, state := range domain.States {
		id := m.inState(t, state)
		m.Faults.Up() // of what keeps a case APPROVED
		photo := sale // there is none
		if state != domain.Draft {
			photo = m.firstPhoto(t, id)
		}
		m.cases[state] = map[string]string{
			"propertyId": id, "photoId": photo, "userId": string(m.people[valuer].ID), "comparableId": sale,
			"requestId": m.privacyRequest(t), "proposalId": sale, "holdId": sale, "exportId": sale, "sessionId": sale,
		}
	}
	m.idle(t)
	m.invite(t)
	dry.armed.Store(true)
	return m
}

// invite makes the columns.
func (m *matrix) invite(t *testing.T) {
	t.Helper()
	now := m.Clock.Now()
	always := func(token string) func([]domain.Role) string { return func([]domain.Role) string { return token } }
	login := func(name, who string, more func(*visitor)) {
		v := visitor{name: name, role: m.people[who].Role, token: always(m.tokens[who])}
		more(&v)
		m.visitors = append(m.visitors, v)
	}
	m.visitors = []visitor{
		{name: "nobody", token: always(""), bad: "missing_token"},
		{name: "garbage", token: always("garbage"), bad: "invalid_token"},
		{name: "expired", token: always(m.sign(t, domain.Identity{Actor: m.people[owner].Actor(), ExpiresAt: now})), bad: "token_expired"},
		{name: "half a login", bad: "wrong_token", token: always(m.sign(t, domain.Identity{
			Actor: m.people[valuer].Actor(), SecondFactorPending: true, ExpiresAt: now.Add(24 * time.Hour),
		}))},
	}
	for name, end := range ends {
		m.visitors = append(m.visitors, visitor{name: name, ended: true, token: m.ended(t, end)})
	}
	login("the owner", owner, func(v *visitor) { v.owns = true })
	login("the owner, a while after", owner, func(v *visitor) { v.owns, v.stale, v.token = true, true, always(m.stale(t, owner)) })
	login("another owner", stranger, func(*visitor) {})
	login("its valuer", valuer, func(v *visitor) { v.holds = true })
	login("another valuer", colleague, func(*visitor) {})
	login("another valuer with a reason", colleague, func(v *visitor) { v.reason = true })
	login("a supervisor", deputy, func(*visitor) {})
	login("a supervisor with a reason", deputy, func(v *visitor) { v.reason = true })
	login("a supervisor, a while after", deputy, func(v *visitor) { v.stale, v.token = true, always(m.stale(t, deputy)) })
	login("an ADMIN", admin, func(*visitor) {})
	login("an ADMIN with a reason", admin, func(v *visitor) { v.reason = true })
	login("an ADMIN, a while after", admin, func(v *visitor) { v.stale, v.token = true, always(m.stale(t, admin)) })
}

// stale logs in somebody who proved a factor longer ago than x-fresh allows.
func (m *matrix) stale(t *testing.T, who string) string {
	t.Helper()
	user, now := m.people[who], m.Clock.Now()
	session := domain.NewSession(domain.SessionID(m.IDs.New()), user, domain.ClientProgram, strings.Repeat("0", 64), now)
	session.ConfirmedAt = now.Add(-domain.FreshFactor - time.Second)
	m.write(t, func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) })
	return m.sign(t, domain.Identity{Actor: user.Actor(), SessionID: session.ID, ExpiresAt: session.ExpiresAt})
}

// ends are what takes access away from a user who has a session.
var ends = map[string]func(ctx context.Context, tx ports.Tx, user domain.UserID, now time.Time) error{
	"logged out": func(ctx context.Context, tx ports.Tx, user domain.UserID, now time.Time) error {
		_, err := tx.Sessions.EndAll(ctx, user, "", domain.EndedByHolder, now)
		return err
	},
	"disabled": changed(func(user *domain.User) { user.Disabled = true }),
	"demoted": changed(func(user *domain.User) {
		demoted := map[domain.Role]domain.Role{domain.RoleAdmin: domain.RoleSupervisor, domain.RoleSupervisor: domain.RoleValuer}
		user.Role = cmp.Or(demoted[user.Role], domain.RoleAdmin) // others get another role, which ends the login, too
	}),
}

func changed(change func(user *domain.User)) func(context.Context, ports.Tx, domain.UserID, time.Time) error {
	return func(ctx context.Context, tx ports.Tx, id domain.UserID, _ time.Time) error {
		user, err := tx.Users.Lock(ctx, id)
		if err != nil {
			return err
		}
		change(&user)
		return tx.Users.Update(ctx, &user)
	}
}

// ended returns the tokens of a user of each role whose access ended.
func (m *matrix) ended(t *testing.T, end func(context.Context, ports.Tx, domain.UserID, time.Time) error) func([]domain.Role) string {
	t.Helper()
	tokens := map[domain.Role]string{}
	for _, who := range []string{owner, valuer, supervisor, admin} {
		user := m.people[who]
		user.ID, user.Phone = domain.UserID(m.IDs.New()), domain.Phone(fmt.Sprintf("+9197%08d", m.keys.Add(1)))
		m.write(t, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) })
		tokens[user.Role] = m.login(t, user, m.Clock.Now().Add(time.Hour))
		m.write(t, func(ctx context.Context, tx ports.Tx) error { return end(ctx, tx, user.ID, m.Clock.Now()) })
	}
	return func(roles []domain.Role) string {
		if len(roles) == 0 {
			return tokens[domain.RoleCustomer]
		}
		return tokens[roles[0]]
	}
}

func (m *matrix) write(t *testing.T, fn func(ctx context.Context, tx ports.Tx) error) {
	t.Helper()
	require.NoError(t, m.Store.Do(t.Context(), fn))
}
