package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var (
	//go:embed sql/TryLockKey.sql
	tryLockKey string
	//go:embed sql/FindKey.sql
	findKey string
	//go:embed sql/LockProperty.sql
	lockProperty string
	//go:embed sql/LockUser.sql
	lockUser string
	//go:embed sql/UpdateProperty.sql
	updateProperty string
	//go:embed sql/LockAuditHead.sql
	lockAuditHead string
	//go:embed sql/InsertAuditEntry.sql
	insertAuditEntry string
	//go:embed sql/InsertEvent.sql
	insertEvent string
	//go:embed sql/InsertNotification.sql
	insertNotification string
	//go:embed sql/JobInsertFastMany.sql
	insertJob string
	//go:embed sql/PGNotifyMany.sql
	notifyWorkers string
	//go:embed sql/InsertStep.sql
	insertStep string
	//go:embed sql/SaveKey.sql
	saveKey string
	//go:embed sql/ForgetKeys.sql
	forgetKeys string
)

var errTaken = errors.New("the property is not to be claimed")

const (
	operation = "claimProperty"
	keyLasts  = 24 * time.Hour
	committed = 782 // length of the product's commitment to a property in an audit entry
)

// facts returns those of an audit entry about the property, with a stand-in as long as the
// product's commitment.
func facts(id string) []byte {
	return []byte(`{"v":1,"value":[{"name":"records","value":"1"},{"name":"record.property:` + id + `","value":"` + strings.Repeat("c", committed) + `"}]}`)
}

// claim is one claim in progress.
type claim struct {
	tx               pgx.Tx
	now              time.Time
	valuer           string
	key, fingerprint string
	p                property
}

func (s server) claimProperty(w http.ResponseWriter, r *http.Request) {
	respond(s, w, r, func(ctx context.Context, tx pgx.Tx) (json.RawMessage, error) {
		asked := sha256.Sum256([]byte(r.Method + " " + r.URL.RequestURI() + "\n"))
		c := claim{
			tx: tx, now: time.Now().UTC().Truncate(time.Microsecond), valuer: s.valuer,
			key: r.Header.Get("Idempotency-Key"), fingerprint: hex.EncodeToString(asked[:]),
		}
		answer, err := c.once(ctx, chi.URLParam(r, "id"))
		if err == nil {
			w.Header().Set("ETag", etag(c.p.version))
		}
		return answer, err
	})
}

// once claims, or returns the stored result if the same request was answered before.
func (c *claim) once(ctx context.Context, id string) (json.RawMessage, error) {
	var locked bool
	name := fmt.Sprintf("%d:%s%d:%s%d:%s%d:%s", len("idempotency"), "idempotency", len(c.valuer), c.valuer, len(operation), operation, len(c.key), c.key)
	if err := c.tx.QueryRow(ctx, tryLockKey, name).Scan(&locked); err != nil {
		return nil, err
	}
	var user, op, key, fingerprint string
	var known []byte
	var at time.Time
	err := c.tx.QueryRow(ctx, findKey, c.valuer, operation, c.key, c.now.Add(-keyLasts)).Scan(&user, &op, &key, &fingerprint, &known, &at)
	if !errors.Is(err, pgx.ErrNoRows) {
		return known, err
	}
	if err := c.take(ctx, id); err != nil {
		return nil, err
	}
	if err := c.record(ctx); err != nil {
		return nil, err
	}
	answer, err := json.Marshal(c.p.answer(c.now))
	if err != nil {
		return nil, err
	}
	return answer, c.all(ctx,
		statement{saveKey, []any{c.valuer, operation, c.key, c.fingerprint, answer, c.now, c.now.Add(-keyLasts)}},
		statement{forgetKeys, []any{c.now.Add(-keyLasts)}})
}

// take gives the property to the valuer. Errors: pgx.ErrNoRows if it does not exist, errTaken if
// it does not wait for a review, is the valuer's own, or the valuer may not review.
func (c *claim) take(ctx context.Context, id string) error {
	p := &c.p
	if err := c.tx.QueryRow(ctx, lockProperty, id).Scan(p.columns()...); err != nil {
		return err
	}
	if p.state != "SUBMITTED" || p.ownerID == c.valuer {
		return errTaken
	}
	var role string
	var disabled bool
	err := c.tx.QueryRow(ctx, lockUser, c.valuer).Scan(nil, nil, nil, &role, nil, &disabled, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil)
	if err != nil {
		return err
	}
	if role != "VALUER" || disabled {
		return errTaken
	}
	p.state, p.claimValuerID, p.claimedAt, p.claimHeartbeatAt = "UNDER_REVIEW", &c.valuer, &c.now, &c.now
	p.reservedFor, p.reservedUntil, p.reviewedAt, p.updatedAt = nil, nil, &c.now, c.now
	if _, err := c.tx.Exec(ctx, updateProperty, p.columns()...); err != nil {
		return err
	}
	p.version++
	return nil
}

// record writes what a claim leaves behind: its audit entry, event, message, job and step.
func (c *claim) record(ctx context.Context) error {
	var seq int64
	var previous string
	if err := c.tx.QueryRow(ctx, lockAuditHead, c.p.id).Scan(&seq, &previous); err != nil {
		return err
	}
	const before, role, action = "SUBMITTED", "VALUER", "review.claimed"
	entry := fmt.Sprint(c.p.id, seq+1, c.now, c.valuer, role, action, before, c.p.state, previous)
	sealed := sha256.Sum256([]byte(entry))
	message, err := uuid.NewV7()
	if err != nil {
		return err
	}
	args, err := json.Marshal(map[string]string{"subject": message.String(), "key": message.String()})
	if err != nil {
		return err
	}
	unique := sha256.Sum256(append([]byte("&kind=send_notification&args="), args...))
	const queue, attempts, living = "notifications", 16, 241
	return c.all(ctx,
		statement{insertAuditEntry, []any{
			c.p.id, seq + 1, c.now, c.valuer, role, action, before, c.p.state, facts(c.p.id), previous, hex.EncodeToString(sealed[:]),
		}},
		statement{insertEvent, []any{action, c.p.id, nil, c.p.state, "", c.now, c.p.ownerID, []string{role, "SUPERVISOR"}, nil, nil}},
		statement{insertNotification, []any{
			message.String(), "REVIEW_STARTED", "WHATSAPP", c.p.ownerID, c.p.id, "PENDING", 0, "", c.now, nil, 0, "", nil,
		}},
		statement{insertJob, []any{
			[]int64{0}, [][]byte{args}, []time.Time{c.now}, []string{"send_notification"}, []int16{attempts}, [][]byte{[]byte("{}")},
			[]int16{1}, []string{queue}, []time.Time{c.now}, []string{"available"}, []string{""}, [][]byte{unique[:]}, []int32{living},
		}},
		statement{notifyWorkers, []any{nil, "river_insert", []string{`{"queue": "` + queue + `"}`}}},
		statement{insertStep, []any{"CLAIMED", c.p.id, c.valuer, c.now}})
}

type statement struct {
	sql  string
	args []any
}

// all executes statements whose rows are not read, one after another as the product does.
func (c *claim) all(ctx context.Context, statements ...statement) error {
	for _, s := range statements {
		if _, err := c.tx.Exec(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}
