package checks_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// happen logs n events that happened some time ago, and returns their ids.
func (s *stage) happen(n int, ago time.Duration) []string {
	s.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = system.IDs{}.New()
	}
	require.NoError(s.t, s.store.Do(s.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i, id := range ids {
			if err := tx.Security.Append(ctx, domain.SecurityEvent{
				ID: domain.SecurityEventID(id), At: time.Now().Add(-ago).Add(time.Duration(i) * time.Millisecond), Code: domain.SecurityLogin,
				ActorID: domain.UserID(system.IDs{}.New()), ActorRole: domain.RoleAdmin, Client: "203.0.113.7",
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	return ids
}

func (s *stage) sealLog() {
	s.t.Helper()
	require.NoError(s.t, assurance.SealSecurityLog{UnitOfWork: s.store, Clock: system.Clock{}}.Execute(s.t.Context(), ""))
}

func TestAuditNamesWhatWasDoneToTheSecurityLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ids := make([][]string, 5)
	for i := range ids {
		ids[i] = s.happen(3, time.Second)
		s.sealLog()
	}
	s.anchor()
	clean := s.ask(audit, checks.Options{})
	require.Empty(t, clean.found)
	require.Equal(t, 15, clean.counts.SecurityRows)
	require.Equal(t, 5, clean.counts.SecurityBatches)

	edits := map[string][]string{}
	for column, value := range map[string]string{
		"id": "gen_random_uuid()", "at": "at + interval '1 microsecond'", "code": "'logout'", "actor_id": "NULL", "actor_role": "'VALUER'",
		"target_id": "gen_random_uuid()", "property_id": "gen_random_uuid()", "photo_id": "gen_random_uuid()", "client": "''", "detail": "'x'", "count": "2",
	} {
		want := []string{"SECURITY_EDITED 2"}
		if column == "id" {
			want = []string{"SECURITY_DELETED 2"}
		}
		edits[fmt.Sprintf("UPDATE security_events SET %s = %s WHERE id = '%s'", column, value, ids[1][1])] = want
	}
	for column, value := range map[string]string{
		"at": "at + interval '1 microsecond'", "through": "at - interval '1 s'", "rows": "4", "previous": "repeat('ab', 32)", "hash": "repeat('cd', 32)",
	} {
		want := []string{"SECURITY_EDITED 3"}
		switch column {
		case "rows":
			want = []string{"SECURITY_DELETED 3"}
		case "hash":
			want = []string{"SECURITY_EDITED 3", "SECURITY_EDITED 4"}
		}
		edits[fmt.Sprintf("UPDATE security_batches SET %s = %s WHERE seq = 3", column, value)] = want
	}
	edits[fmt.Sprintf("DELETE FROM security_events WHERE id = '%s'", ids[1][2])] = []string{"SECURITY_DELETED 2"}
	edits["DELETE FROM security_events"] = []string{
		"SECURITY_DELETED 1", "SECURITY_DELETED 2", "SECURITY_DELETED 3", "SECURITY_DELETED 4", "SECURITY_DELETED 5",
	}
	edits[`WITH e AS (INSERT INTO security_events (id, at, code, actor_role, client, detail, count)
		SELECT gen_random_uuid(), at, 'login', '', '', '', 1 FROM security_events LIMIT 1 RETURNING id)
		INSERT INTO security_seals SELECT id, 4 FROM e`] = []string{"SECURITY_ADDED 4"}
	edits["DELETE FROM security_seals WHERE batch = 3; DELETE FROM security_batches WHERE seq = 3"] = []string{"SECURITY_DELETED 4", "SECURITY_EDITED 4"}
	edits["DELETE FROM security_seals WHERE batch = 5; DELETE FROM security_batches WHERE seq = 5; DELETE FROM security_events WHERE id = ANY ('{"+
		ids[4][0]+","+ids[4][1]+","+ids[4][2]+"}')"] = []string{"SECURITY_DELETED 5"}
	for statement, want := range edits {
		_, err := s.super.Exec(t.Context(), "CREATE TABLE kept_e AS TABLE security_events; CREATE TABLE kept_b AS TABLE security_batches; CREATE TABLE kept_s AS TABLE security_seals")
		require.NoError(t, err)
		_, err = s.super.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
		v := s.ask(audit, checks.Options{})
		_, err = s.super.Exec(t.Context(), `DELETE FROM security_seals; DELETE FROM security_batches; DELETE FROM security_events;
			INSERT INTO security_events TABLE kept_e; INSERT INTO security_batches TABLE kept_b; INSERT INTO security_seals TABLE kept_s;
			DROP TABLE kept_e, kept_b, kept_s`)
		require.NoError(t, err)
		var found []string
		for _, f := range v.found {
			if f != "SECURITY_REPLACED 5" { // the anchor finds some of them, too
				found = append(found, f)
			}
		}
		require.Subset(t, found, want[:1], statement)
		require.Equal(t, 1, v.code, statement)
	}
	require.Empty(t, s.ask(audit, checks.Options{}).found)
}

func TestAuditFindsALogThatWasComputedAnew(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.happen(3, time.Second)
	s.sealLog()
	s.happen(3, time.Second)
	s.sealLog()
	s.anchor()
	s.exec("UPDATE security_events SET code = 'logout' WHERE id = $1", first[0])
	_, err := s.super.Exec(t.Context(), "DELETE FROM security_seals; DELETE FROM security_batches")
	require.NoError(t, err)
	s.sealLog()
	s.happen(1, time.Second)
	s.sealLog()
	require.Equal(t, []string{"SECURITY_REPLACED 2"}, s.ask(audit, checks.Options{}).found)
	require.Equal(t, []string{"SECURITY_REPLACED 2"}, s.ask(invariants, checks.Options{}).found)
}

func TestCheckFindsRowsThatWereNeverSealed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.happen(2, time.Second)
	s.sealLog()
	back := s.happen(1, 3*time.Hour) // what somebody inserts with a date of before
	s.sealLog()
	for _, check := range []verdict{s.ask(audit, checks.Options{}), s.ask(invariants, checks.Options{})} {
		require.Equal(t, []string{"SECURITY_UNSEALED " + back[0]}, check.found)
	}
}

func TestTheApplicationCanOnlyAddToTheSecurityLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.exec("INSERT INTO security_batches VALUES (1, '2001-01-01', '2001-01-01', 1, '', repeat('ab', 32))") // as the application may, too
	s.happen(2, time.Second)
	s.sealLog()
	_, err := s.super.Exec(t.Context(), "SET ROLE propflow_app")
	require.NoError(t, err)
	for _, table := range []string{"security_events", "security_batches", "security_seals", "security_purges"} {
		for _, statement := range []string{"DELETE FROM %s", "TRUNCATE %s"} {
			_, err := s.super.Exec(t.Context(), fmt.Sprintf(statement, table))
			require.ErrorContains(t, err, "permission denied", statement)
		}
	}
	for _, statement := range []string{
		"UPDATE security_events SET code = 'x'", "UPDATE security_batches SET rows = 1", "UPDATE security_seals SET batch = 1",
		"UPDATE security_purges SET through = 1", "INSERT INTO security_purges VALUES (now(), 1, '', 1, now())",
	} {
		_, err := s.super.Exec(t.Context(), statement)
		require.ErrorContains(t, err, "permission denied", statement)
	}
	var removed, left int
	// What it may call removes nothing young, whatever it claims.
	_, err = s.super.Exec(t.Context(), "INSERT INTO security_batches VALUES (1000, '2001-01-01', '2001-01-01', 1, '', repeat('ab', 32))")
	require.NoError(t, err)
	_, err = s.super.Exec(t.Context(), `INSERT INTO security_events VALUES (gen_random_uuid(), now(), 'login', NULL, '', NULL, NULL, NULL, '', '', 1);
		INSERT INTO security_seals SELECT e.id, 1000 FROM security_events e WHERE NOT EXISTS (SELECT FROM security_seals s WHERE s.event_id = e.id)`)
	require.NoError(t, err)
	require.NoError(t, s.super.QueryRow(t.Context(), "SELECT purge_security_log(now(), 1000000)").Scan(&removed))
	require.Zero(t, removed)
	require.NoError(t, s.super.QueryRow(t.Context(), "SELECT count(*) FROM security_batches WHERE seq > 1").Scan(&left))
	require.Equal(t, 2, left, "a forged batch with an old date takes no other with it")
	for _, at := range []string{"now()", "'9999-01-01'", "'infinity'"} {
		require.NoError(t, s.super.QueryRow(t.Context(), "SELECT purge_security_log("+at+", 1000000)").Scan(&removed))
		require.Zero(t, removed, at)
	}
	require.NoError(t, s.super.QueryRow(t.Context(), "SELECT count(*) FROM security_events").Scan(&left))
	require.Equal(t, 3, left)
}

func TestAnchorsNameTheEndOfTheSecurityLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.anchor()
	s.happen(1, time.Second)
	s.sealLog()
	s.anchor()
	for n, want := range map[int]bool{1: false, 2: true} {
		var a assurance.Anchor
		require.NoError(t, json.Unmarshal(s.object(fmt.Sprintf("audit/anchors/%012d.json", n)), &a))
		require.Equal(t, want, a.Security != nil)
	}
}
