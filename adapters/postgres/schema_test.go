package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// TestTheSchemaRefusesIllegalStates goes past the domain, as a faulty program would.
func TestTheSchemaRefusesIllegalStates(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 2})
	p, valuer := seed(t, store)
	draft := domain.Property{
		ID: domain.PropertyID(newID()), OwnerID: p.OwnerID, Type: domain.Villa, State: domain.Draft, Salt: "s", CreatedAt: noon, UpdatedAt: noon,
	}
	valuation := domain.Valuation{
		ID: domain.ValuationID(newID()), PropertyID: p.ID, Number: 1, ValuerID: valuer.ID, Amount: 1,
		Methodology: domain.CostApproach, Status: domain.ValuationApproved, CreatedAt: noon,
	}
	challenge := domain.Challenge{
		ID: domain.ChallengeID(newID()), UserID: p.OwnerID, PropertyID: p.ID, Subject: domain.Subject{Type: domain.PhotoFront},
		IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	photo := domain.Photo{
		ID: domain.PhotoID(newID()), PropertyID: p.ID, OwnerID: p.OwnerID, Subject: challenge.Subject, Status: domain.PhotoAwaitingUpload,
		Announced:   domain.Announcement{SHA256: fmt.Sprintf("%064x", 1), Bytes: 1, ContentType: domain.ContentJPEG},
		ChallengeID: challenge.ID, ChallengedAt: noon, CreatedAt: noon,
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		assert.NoError(t, tx.Properties.Add(ctx, draft))
		assert.NoError(t, tx.Valuations.Add(ctx, valuation))
		assert.NoError(t, tx.Challenges.Add(ctx, challenge))
		assert.NoError(t, tx.Photos.Add(ctx, photo))
		_, err := tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: p.ID, At: noon, Action: domain.ActionCreated})
		return err
	}))
	const (
		check, unique, foreign = "23514", "23505", "23503"
		submitted              = "UPDATE properties SET %s WHERE state = 'SUBMITTED'"
	)
	database := owner(t, url)
	for statement, code := range map[string]string{
		fmt.Sprintf(submitted, "state = 'LOST'"):                                                 check,
		fmt.Sprintf(submitted, "state = 'UNDER_REVIEW'"):                                         check, // nobody claims it
		fmt.Sprintf(submitted, "claimed_at = now()"):                                             check,
		fmt.Sprintf(submitted, "reference = NULL"):                                               check,
		fmt.Sprintf(submitted, "reference = 'PF-2026-ILOU'"):                                     check,
		fmt.Sprintf(submitted, "submitted_at = NULL"):                                            check,
		fmt.Sprintf(submitted, "state = 'FOLLOW_UP_REQUIRED'"):                                   check, // nothing was asked
		fmt.Sprintf(submitted, "sla_paused_at = now()"):                                          check,
		fmt.Sprintf(submitted, "state = 'APPROVED', decided_at = now(), sla_stopped_at = now()"): check, // without a valuation
		fmt.Sprintf(submitted, "state = 'REJECTED', decided_at = now(), sla_stopped_at = now()"): check, // for no reason
		fmt.Sprintf(submitted, "state = 'WITHDRAWN'"):                                            check, // at no time
		fmt.Sprintf(submitted, "state = 'WITHDRAWN', decided_at = now()"):                        check, // the clock runs on
		fmt.Sprintf(submitted, "area_sqft = 0"):                                                  check,
		fmt.Sprintf(submitted, "lat = 91, lng = 0, accuracy_m = 0"):                              check,
		fmt.Sprintf(submitted, "lat = 12"):                                                       check, // half a place
		fmt.Sprintf(submitted, "pincode = '012345'"):                                             check,
		fmt.Sprintf(submitted, "reserved_until = now()"):                                         check, // for nobody
		fmt.Sprintf(submitted, "sla_paused = interval '-1 s'"):                                   check,
		fmt.Sprintf(submitted, "owner_id = gen_random_uuid()"):                                   foreign,
		"UPDATE properties SET state = 'SUBMITTED' WHERE state = 'DRAFT'":                        check,
		"UPDATE properties SET reference = (SELECT max(reference) FROM properties)":              unique,
		"DELETE FROM properties WHERE state = 'SUBMITTED'":                                       foreign,
		"DELETE FROM users":                                                                  foreign,
		"UPDATE users SET phone = '98'":                                                      check,
		"UPDATE users SET email = 'anil'":                                                    check,
		"UPDATE users SET email = 'anil@bank.example.in,asha@example.in'":                    check,
		"UPDATE users SET email = 'anil@bank.example.in\n'":                                  check,
		"UPDATE users SET role = 'SYSTEM'":                                                   check,
		"UPDATE valuations SET amount = 0":                                                   check,
		"UPDATE valuations SET confidence = 101":                                             check,
		"UPDATE valuations SET sign_off_at = now()":                                          check,
		"UPDATE photos SET room = 'KITCHEN'":                                                 check,
		"UPDATE photos SET status = 'PASSED'":                                                check, // never inspected
		"UPDATE photos SET resolution = 'ACCEPTED'":                                          check, // by nobody
		"UPDATE photos SET announced_sha256 = upper('ab')":                                   check,
		"UPDATE challenges SET expires_at = issued_at":                                       check,
		"INSERT INTO audit_entries SELECT * FROM audit_entries":                              unique,
		"UPDATE audit_entries SET seq = 2":                                                   check, // without one before it
		"INSERT INTO settings SELECT true, 101, 1, 1, 1, 1, 1, now(), NULL, 1":               check,
		"INSERT INTO feed_head (position, ms, forgotten) VALUES (0, 0, 0)":                   unique,
		"INSERT INTO job_schedule (kind, period, next_at) VALUES ('x', interval '0', now())": check,
		"INSERT INTO steps (kind, property_id, at) VALUES ('', gen_random_uuid(), now())":    check,
		"UPDATE events SET position = 1; INSERT INTO events (position, action, state, sla_level, at, roles) VALUES (1, 'x', '', '', now(), '{}')": check,
	} {
		_, err := database.Exec(t.Context(), statement+"; DO $$ BEGIN RAISE 'not refused'; END $$") // one transaction
		var failure *pgconn.PgError
		if assert.ErrorAs(t, err, &failure, statement) {
			assert.Equal(t, code, failure.Code, "%s: %v", statement, err)
		}
	}
	again := photo
	again.ID = domain.PhotoID(newID())
	err := store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, again) })
	require.Equal(t, "challenge_replayed", domain.CodeOf(err), "a challenge is good for one photo")
}

// A file of others' making may say anything of itself.
func TestKeepsTextThatPostgreSQLCannot(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 2})
	p, _ := seed(t, store)
	challenge := domain.Challenge{
		ID: domain.ChallengeID(newID()), UserID: p.OwnerID, PropertyID: p.ID, Subject: domain.Subject{Type: domain.PhotoFront},
		IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	photo := domain.Photo{
		ID: domain.PhotoID(newID()), PropertyID: p.ID, OwnerID: p.OwnerID, Subject: challenge.Subject, Status: domain.PhotoProcessing,
		Announced:   domain.Announcement{SHA256: fmt.Sprintf("%064x", 1), Bytes: 1, ContentType: domain.ContentJPEG},
		ChallengeID: challenge.ID, ChallengedAt: noon, CreatedAt: noon, CompletedAt: noon,
		Facts:    domain.ImageFacts{EXIF: domain.EXIF{Make: "a\x00b", Model: "\xff", Software: "\\u0000"}},
		Analysis: domain.ImageAnalysis{Done: true, Text: "\x00", Labels: []domain.Label{{Name: "x\x00"}}},
	}
	var got domain.Photo
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) (err error) {
		assert.NoError(t, tx.Challenges.Add(ctx, challenge))
		assert.NoError(t, tx.Photos.Add(ctx, photo))
		got, err = tx.Photos.Get(ctx, photo.ID)
		return err
	}))
	require.Equal(t, domain.EXIF{Make: "ab", Model: "\uFFFD", Software: "\\u0000"}, got.Facts.EXIF)
	require.Equal(t, []domain.Label{{Name: "x"}}, got.Analysis.Labels)
}
