package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type inventory struct{ *unit }

func (s inventory) Properties(ctx context.Context, after domain.PropertyID, limit int) ([]domain.PropertyID, error) {
	if err := s.call(ctx, "Inventory.Properties"); err != nil {
		return nil, err
	}
	var ids []domain.PropertyID
	for id := range s.store.properties.held {
		if id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), max(0, limit))], nil
}

func (s inventory) Registered(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error) {
	if err := s.call(ctx, "Inventory.Registered"); err != nil {
		return nil, err
	}
	var ids []domain.UserID
	for id := range s.store.users.held {
		user, _ := s.store.users.get(id)
		if id > after && (!user.Ordinary() || len(s.store.consentsOf.held[id]) > 0) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(len(ids), max(0, limit))], nil
}

// Repeated names none: the store keeps nothing in addition.
func (s inventory) Repeated(ctx context.Context, property domain.PropertyID) ([]domain.RecordFault, error) {
	if err := s.call(ctx, "Inventory.Repeated"); err != nil {
		return nil, err
	}
	if _, ok := s.store.properties.get(property); !ok {
		return nil, domain.NotFound("property")
	}
	return nil, nil
}

func (s inventory) Steps(ctx context.Context, property domain.PropertyID) ([]domain.Step, error) {
	if err := s.call(ctx, "Inventory.Steps"); err != nil {
		return nil, err
	}
	var steps []domain.Step
	for _, step := range s.store.steps {
		if step.PropertyID == property {
			steps = append(steps, step)
		}
	}
	slices.SortStableFunc(steps, func(a, b domain.Step) int { return a.At.Compare(b.At) })
	return steps, nil
}

// Job does not find jobs added in the same transaction, because they are queued on commit.
func (s inventory) Job(ctx context.Context, kind domain.JobKind, subject string) (ports.JobState, error) {
	if err := s.call(ctx, "Inventory.Job"); err != nil {
		return ports.JobUnknown, err
	}
	return s.store.Runner.state(kind, subject), nil
}

func (s inventory) DeadJobs(ctx context.Context, limit int) ([]ports.DeadJob, error) {
	if err := s.call(ctx, "Inventory.DeadJobs"); err != nil {
		return nil, err
	}
	var dead []ports.DeadJob
	for _, letter := range slices.Backward(s.store.Runner.DeadLetters()) {
		if len(dead) == max(0, limit) {
			break
		}
		dead = append(dead, ports.DeadJob{Kind: letter.Job.Kind, Subject: letter.Job.Subject, At: letter.At})
	}
	return dead, nil
}

// MissingEvents returns 0: events get their ids as they enter the feed, so none can be lost.
func (s inventory) MissingEvents(ctx context.Context) (int, error) {
	return 0, s.call(ctx, "Inventory.MissingEvents")
}

// state returns what became of the jobs of a kind about a subject.
func (r *Runner) state(kind domain.JobKind, subject string) ports.JobState {
	r.mu.Lock()
	defer r.mu.Unlock()
	is := func(job domain.Job) bool { return job.Kind == kind && job.Subject == subject }
	for w := range r.backlog.running {
		if is(w.job) {
			return ports.JobLive
		}
	}
	if slices.ContainsFunc(r.backlog.waiting, func(w *work) bool { return is(w.job) }) {
		return ports.JobLive
	}
	if slices.ContainsFunc(r.dead, func(d DeadLetter) bool { return is(d.Job) }) {
		return ports.JobDead
	}
	return ports.JobUnknown
}

type auditChains struct{ *unit }

// head returns the mark of a chain's last entry, with only PropertyID set if there is none.
func (s auditChains) head(property domain.PropertyID) domain.AuditMark {
	chain := s.store.audit[property]
	if len(chain) == 0 {
		return domain.AuditMark{AuditHead: domain.AuditHead{PropertyID: property}}
	}
	last := chain[len(chain)-1]
	return domain.AuditMark{AuditHead: domain.AuditHead{PropertyID: property, Seq: last.Seq, Hash: last.Hash}, At: last.At}
}

func (s auditChains) Head(ctx context.Context, property domain.PropertyID) (domain.AuditHead, error) {
	if err := s.call(ctx, "AuditChains.Head"); err != nil {
		return domain.AuditHead{}, err
	}
	return s.head(property).AuditHead, nil
}

// marks returns the heads of the chains for which keep returns true, in order, at most limit.
func (s auditChains) marks(keep func(domain.AuditMark) bool, order func(a, b domain.AuditMark) int, limit int) []domain.AuditMark {
	var marks []domain.AuditMark
	for id, chain := range s.store.audit {
		if m := s.head(id); len(chain) > 0 && keep(m) {
			marks = append(marks, m)
		}
	}
	slices.SortFunc(marks, order)
	return marks[:min(len(marks), max(0, limit))]
}

func (s auditChains) Heads(ctx context.Context, after domain.PropertyID, limit int) ([]domain.AuditHead, error) {
	if err := s.call(ctx, "AuditChains.Heads"); err != nil {
		return nil, err
	}
	behind := func(m domain.AuditMark) bool { return m.PropertyID > after }
	marks := s.marks(behind, func(a, b domain.AuditMark) int { return cmp.Compare(a.PropertyID, b.PropertyID) }, limit)
	heads := make([]domain.AuditHead, len(marks))
	for i, m := range marks {
		heads[i] = m.AuditHead
	}
	return heads, nil
}

func (s auditChains) Grown(ctx context.Context, after domain.AuditMark, limit int) ([]domain.AuditMark, error) {
	if err := s.call(ctx, "AuditChains.Grown"); err != nil {
		return nil, err
	}
	order := func(a, b domain.AuditMark) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.PropertyID, b.PropertyID))
	}
	after.At = after.At.Truncate(time.Microsecond) // as AuditEntry.Seal does
	return s.marks(func(m domain.AuditMark) bool { return order(m, after) > 0 }, order, limit), nil
}

func (s auditChains) Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error) {
	if err := s.call(ctx, "AuditChains.Stored"); err != nil {
		return nil, err
	}
	var stored []domain.AuditHead
	for _, e := range entries {
		if chain := s.store.audit[e.PropertyID]; e.Seq >= 1 && e.Seq <= int64(len(chain)) {
			stored = append(stored, domain.AuditHead{PropertyID: e.PropertyID, Seq: e.Seq, Hash: chain[e.Seq-1].Hash})
		}
	}
	return stored, nil
}

func (s auditChains) Anchors(ctx context.Context, after int64, limit int) ([]domain.AuditAnchor, error) {
	if err := s.call(ctx, "AuditChains.Anchors"); err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearchFunc(s.store.anchors, after+1, func(a domain.AuditAnchor, n int64) int { return cmp.Compare(a.Number, n) })
	rest := s.store.anchors[from:]
	return slices.Clone(rest[:min(len(rest), max(0, limit))]), nil
}

func (s auditChains) NewestAnchor(ctx context.Context) (domain.AuditAnchor, error) {
	if err := s.call(ctx, "AuditChains.NewestAnchor"); err != nil || len(s.store.anchors) == 0 {
		return domain.AuditAnchor{}, err
	}
	return s.store.anchors[len(s.store.anchors)-1], nil
}

func (s auditChains) AddAnchor(ctx context.Context, anchor domain.AuditAnchor) error {
	if err := s.call(ctx, "AuditChains.AddAnchor"); err != nil {
		return err
	}
	before := s.store.anchors
	at, taken := slices.BinarySearchFunc(before, anchor.Number, func(a domain.AuditAnchor, n int64) int { return cmp.Compare(a.Number, n) })
	if taken {
		return domain.Conflict("anchor_exists", "anchor %d is recorded already", anchor.Number)
	}
	s.store.anchors = slices.Insert(slices.Clone(before), at, anchor)
	s.onRollback(func() { s.store.anchors = before })
	return nil
}
