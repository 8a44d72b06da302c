package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type steps struct{ q *sqlcgen.Queries }

func (s steps) Append(ctx context.Context, step domain.Step) error {
	return translate(s.q.InsertStep(ctx, sqlcgen.InsertStepParams{
		Kind: string(step.Kind), PropertyID: string(step.PropertyID), UserID: optionalID(step.UserID), At: step.At,
	}))
}

func (s steps) Between(ctx context.Context, from, to time.Time) ([]domain.Step, error) {
	rows, err := s.q.StepsBetween(ctx, sqlcgen.StepsBetweenParams{Since: from, Until: to})
	return mapped(rows, func(r sqlcgen.Step) domain.Step {
		return domain.Step{
			Kind: domain.StepKind(r.Kind), PropertyID: domain.PropertyID(r.PropertyID), UserID: idOf[domain.UserID](r.UserID), At: r.At,
		}
	}), translate(err)
}

type audit struct{ q *sqlcgen.Queries }

// Append locks the head of the chain until the transaction ends, so that chains have neither
// gaps nor forks.
func (s audit) Append(ctx context.Context, entry domain.AuditEntry) (domain.AuditEntry, error) {
	head, err := s.q.LockAuditHead(ctx, string(entry.PropertyID))
	if err != nil {
		return domain.AuditEntry{}, translate(err)
	}
	var prev *domain.AuditEntry
	if head.Seq > 0 {
		prev = &domain.AuditEntry{Seq: head.Seq, Hash: head.Hash}
	}
	sealed := entry.Seal(prev)
	facts, err := encode(mapped(sealed.Facts, factTo))
	if err != nil {
		return domain.AuditEntry{}, err
	}
	err = s.q.InsertAuditEntry(ctx, sqlcgen.InsertAuditEntryParams{
		PropertyID: string(sealed.PropertyID), Seq: sealed.Seq, At: sealed.At, ActorID: optionalID(sealed.ActorID),
		ActorRole: string(sealed.ActorRole), Action: string(sealed.Action), FromState: string(sealed.From), ToState: string(sealed.To),
		Facts: facts, PrevHash: sealed.PrevHash, Hash: sealed.Hash,
	})
	return sealed, translate(err)
}

func (s audit) Chain(ctx context.Context, property domain.PropertyID) ([]domain.AuditEntry, error) {
	rows, err := s.q.AuditChain(ctx, string(property))
	if err != nil {
		return nil, translate(err)
	}
	return mappedErr(rows, func(r sqlcgen.AuditEntry) (domain.AuditEntry, error) {
		facts, err := decodeList[factShape]("audit facts", r.Facts)
		return domain.AuditEntry{
			PropertyID: domain.PropertyID(r.PropertyID), Seq: r.Seq, At: r.At, ActorID: idOf[domain.UserID](r.ActorID),
			ActorRole: domain.Role(r.ActorRole), Action: domain.Action(r.Action), From: domain.State(r.FromState), To: domain.State(r.ToState),
			Facts: mapped(facts, factFrom), PrevHash: r.PrevHash, Hash: r.Hash,
		}, err
	})
}

func (s audit) Acted(ctx context.Context, actor domain.UserID, actions []domain.Action, among []domain.PropertyID) ([]domain.PropertyID, error) {
	found, err := s.q.AuditActed(ctx, sqlcgen.AuditActedParams{
		Among: texts[string](among), ActorID: string(actor), Actions: texts[string](actions),
	})
	return texts[domain.PropertyID](found), translate(err)
}

type events struct{ q *sqlcgen.Queries }

func (s events) Append(ctx context.Context, e domain.Event) error {
	return translate(s.q.InsertEvent(ctx, sqlcgen.InsertEventParams{
		Action: string(e.Action), PropertyID: optionalID(e.PropertyID), PhotoID: optionalID(e.PhotoID), State: string(e.State),
		SlaLevel: string(e.SLALevel), At: e.At, OwnerID: optionalID(e.OwnerID), Roles: texts[string](e.Roles),
		LostBy: optionalID(e.LostBy), GivenTo: optionalID(e.GivenTo),
	}))
}

type idempotency struct{ q *sqlcgen.Queries }

// Find locks the key until the transaction ends, so that a concurrent request with the same
// key fails at once with "request_in_progress". A result that is already stored needs no
// lock: any number of requests may get it at the same time.
func (s idempotency) Find(ctx context.Context, key domain.IdempotencyKey, now time.Time) (domain.IdempotencyRecord, bool, error) {
	locked, err := s.q.TryLockKey(ctx, lockOf(key))
	if err != nil {
		return domain.IdempotencyRecord{}, false, translate(err)
	}
	r, err := s.q.FindKey(ctx, sqlcgen.FindKeyParams{
		UserID: string(key.UserID), Operation: key.Operation, Key: key.Key, Since: now.Add(-domain.IdempotencyTTL),
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows) && !locked:
		return domain.IdempotencyRecord{}, false, inProgress()
	case errors.Is(err, pgx.ErrNoRows):
		return domain.IdempotencyRecord{}, false, nil
	case err != nil:
		return domain.IdempotencyRecord{}, false, translate(err)
	}
	return domain.IdempotencyRecord{
		Key:    domain.IdempotencyKey{UserID: domain.UserID(r.UserID), Operation: r.Operation, Key: r.Key, Fingerprint: r.Fingerprint},
		Result: r.Result, CreatedAt: r.CreatedAt,
	}, true, nil
}

// lockOf returns the name of a key's lock. Each part follows its length, so that no two keys
// have the same name.
func lockOf(key domain.IdempotencyKey) string {
	var b strings.Builder
	for _, part := range []string{"idempotency", string(key.UserID), key.Operation, key.Key} {
		b.WriteString(strconv.Itoa(len(part)))
		b.WriteByte(':')
		b.WriteString(part)
	}
	return b.String()
}

// Save leaves the transaction usable if the key is taken.
func (s idempotency) Save(ctx context.Context, record domain.IdempotencyRecord) error {
	expired := record.CreatedAt.Add(-domain.IdempotencyTTL)
	rows, err := s.q.SaveKey(ctx, sqlcgen.SaveKeyParams{
		UserID: string(record.Key.UserID), Operation: record.Key.Operation, Key: record.Key.Key,
		Fingerprint: record.Key.Fingerprint, Result: record.Result, CreatedAt: record.CreatedAt, Since: expired,
	})
	switch {
	case err != nil:
		return translate(err)
	case rows == 0:
		return inProgress()
	}
	return translate(s.q.ForgetKeys(ctx, expired))
}
