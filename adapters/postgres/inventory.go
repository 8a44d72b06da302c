package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type inventory struct {
	q  *sqlcgen.Queries
	tx pgx.Tx
}

// behind returns the id after which a list in order of ids continues: firstID for "".
func behind[T ~string](after T) string {
	if after == "" {
		return firstID
	}
	return string(after)
}

func (s inventory) Properties(ctx context.Context, after domain.PropertyID, limit int) ([]domain.PropertyID, error) {
	ids, err := s.q.PropertiesAfter(ctx, sqlcgen.PropertiesAfterParams{After: behind(after), PageLimit: max(0, limit)})
	return texts[domain.PropertyID](ids), translate(err)
}

func (s inventory) Registered(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error) {
	ids, err := s.q.RegisteredAfter(ctx, sqlcgen.RegisteredAfterParams{After: behind(after), PageLimit: max(0, limit)})
	return texts[domain.UserID](ids), translate(err)
}

func (s inventory) Repeated(ctx context.Context, property domain.PropertyID) ([]domain.RecordFault, error) {
	stored, err := s.q.GetProperty(ctx, string(property))
	if err != nil {
		return nil, absent(err, "property")
	}
	p, err := propertyOf(stored)
	if err != nil {
		return nil, err
	}
	follows, err := propertyRow(p)
	if err != nil {
		return nil, err
	}
	var differ []domain.RecordFault
	add := func(r domain.Record, column string) {
		differ = append(differ, domain.RecordFault{Record: r.Subject(), Field: column})
	}
	for _, column := range []struct {
		name            string
		stored, follows *time.Time
	}{
		{"sla_due_at", &stored.SlaDueAt, &follows.SlaDueAt}, {"sla_alert_at", stored.SlaAlertAt, follows.SlaAlertAt},
		{"follow_up_asked_at", stored.FollowUpAskedAt, follows.FollowUpAskedAt},
		{"follow_up_due_at", stored.FollowUpDueAt, follows.FollowUpDueAt},
		{"follow_up_reminded_at", stored.FollowUpRemindedAt, follows.FollowUpRemindedAt},
	} {
		if !value(column.stored).Equal(value(column.follows)) {
			add(p.Record(), column.name)
		}
	}
	if stored.RejectionCode == nil && stored.RejectedBy != nil {
		add(p.Record(), "rejected_by")
	}
	valuations, err := s.q.ValuationsByProperty(ctx, string(property))
	for _, row := range valuations {
		v := domain.Valuation{ID: domain.ValuationID(row.Valuation.ID)}.Record()
		if row.Valuation.ValuerName == nil {
			add(v, "valuer_name")
		}
		if (row.Valuation.SignOffBy == nil) != (row.Valuation.SignOffName == nil) {
			add(v, "sign_off_name")
		}
	}
	return differ, translate(err)
}

func (s inventory) Steps(ctx context.Context, property domain.PropertyID) ([]domain.Step, error) {
	rows, err := s.q.StepsOf(ctx, string(property))
	return mapped(rows, stepOf), translate(err)
}

func stepOf(r sqlcgen.Step) domain.Step {
	return domain.Step{
		Kind: domain.StepKind(r.Kind), PropertyID: domain.PropertyID(r.PropertyID), UserID: idOf[domain.UserID](r.UserID), At: r.At,
	}
}

// Job queries River's own table, whose index of arguments finds the subject.
func (s inventory) Job(ctx context.Context, kind domain.JobKind, subject string) (ports.JobState, error) {
	var live, dead bool
	err := s.tx.QueryRow(ctx, `
		SELECT coalesce(bool_or(state NOT IN ('completed', 'cancelled', 'discarded')), false),
			coalesce(bool_or(state IN ('cancelled', 'discarded')), false)
		FROM river_job WHERE kind = $1 AND args @> jsonb_build_object('subject', $2::text)`, string(kind), subject).Scan(&live, &dead)
	switch {
	case err != nil:
		return ports.JobUnknown, translate(err)
	case live:
		return ports.JobLive, nil
	case dead:
		return ports.JobDead, nil
	}
	return ports.JobUnknown, nil
}

func (s inventory) DeadJobs(ctx context.Context, limit int) ([]ports.DeadJob, error) {
	rows, err := s.tx.Query(ctx, `
		SELECT kind, coalesce(args->>'subject', ''), finalized_at
		FROM river_job WHERE state IN ('cancelled', 'discarded') ORDER BY finalized_at DESC, id DESC LIMIT $1`, max(0, limit))
	if err != nil {
		return nil, translate(err)
	}
	dead, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ports.DeadJob])
	return dead, translate(err)
}

// MissingEvents returns how many positions were assigned and not forgotten, but have no event.
func (s inventory) MissingEvents(ctx context.Context) (int, error) {
	missing, err := s.q.MissingEvents(ctx)
	return int(missing), translate(err)
}

type auditChains struct{ q *sqlcgen.Queries }

func (s auditChains) Heads(ctx context.Context, after domain.PropertyID, limit int) ([]domain.AuditHead, error) {
	rows, err := s.q.AuditHeads(ctx, sqlcgen.AuditHeadsParams{After: behind(after), PageLimit: max(0, limit)})
	return mapped(rows, func(r sqlcgen.AuditHeadsRow) domain.AuditHead {
		return domain.AuditHead{PropertyID: domain.PropertyID(r.PropertyID), Seq: r.Seq, Hash: r.Hash}
	}), translate(err)
}

func (s auditChains) Head(ctx context.Context, property domain.PropertyID) (domain.AuditHead, error) {
	row, err := s.q.AuditHead(ctx, string(property))
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return domain.AuditHead{PropertyID: property, Seq: row.Seq, Hash: row.Hash}, translate(err)
}

func (s auditChains) Grown(ctx context.Context, after domain.AuditMark, limit int) ([]domain.AuditMark, error) {
	rows, err := s.q.AuditGrown(ctx, sqlcgen.AuditGrownParams{
		AfterAt: after.At, AfterID: behind(after.PropertyID), PageLimit: max(0, limit),
	})
	return mapped(rows, func(r sqlcgen.AuditGrownRow) domain.AuditMark {
		return domain.AuditMark{AuditHead: domain.AuditHead{PropertyID: domain.PropertyID(r.PropertyID), Seq: r.Seq, Hash: r.Hash}, At: r.At}
	}), translate(err)
}

func (s auditChains) Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error) {
	params := sqlcgen.AuditStoredParams{PropertyIds: make([]string, len(entries)), Seqs: make([]int64, len(entries))}
	for i, e := range entries {
		params.PropertyIds[i], params.Seqs[i] = string(e.PropertyID), e.Seq
	}
	rows, err := s.q.AuditStored(ctx, params)
	return mapped(rows, func(r sqlcgen.AuditStoredRow) domain.AuditHead {
		return domain.AuditHead{PropertyID: domain.PropertyID(r.PropertyID), Seq: r.Seq, Hash: r.Hash}
	}), translate(err)
}

func anchorOf(r sqlcgen.AuditAnchor) domain.AuditAnchor {
	return domain.AuditAnchor{Number: r.Number, Hash: r.Hash, At: r.At, Through: r.Through}
}

func (s auditChains) Anchors(ctx context.Context, after int64, limit int) ([]domain.AuditAnchor, error) {
	rows, err := s.q.AuditAnchors(ctx, sqlcgen.AuditAnchorsParams{After: after, PageLimit: max(0, limit)})
	return mapped(rows, anchorOf), translate(err)
}

func (s auditChains) NewestAnchor(ctx context.Context) (domain.AuditAnchor, error) {
	row, err := s.q.NewestAuditAnchor(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return anchorOf(row), translate(err)
}

func (s auditChains) AddAnchor(ctx context.Context, a domain.AuditAnchor) error {
	rows, err := s.q.InsertAuditAnchor(ctx, sqlcgen.InsertAuditAnchorParams{Number: a.Number, Hash: a.Hash, At: a.At, Through: a.Through})
	if err == nil && rows == 0 {
		return domain.Conflict("anchor_exists", "anchor %d is recorded already", a.Number)
	}
	return translate(err)
}
