package checks_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// chain appends n entries to the chain of a new property.
func (s *stage) chain(n int) string {
	s.t.Helper()
	id := system.IDs{}.New()
	s.grow(id, n)
	return id
}

func (s *stage) grow(id string, n int) {
	s.t.Helper()
	require.NoError(s.t, s.store.Do(s.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i := range n {
			_, err := tx.Audit.Append(ctx, domain.AuditEntry{
				PropertyID: domain.PropertyID(id), At: time.Now(), ActorRole: domain.RoleSystem,
				Action: domain.ActionEdited, From: domain.Draft, To: domain.Draft, Facts: []domain.Fact{domain.Count("n", i)},
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// resealed puts a chain computed anew, and sound in itself, in the place of a chain, with its head.
func (s *stage) resealed(id string, from int64, n int) {
	s.t.Helper()
	var chain []domain.AuditEntry
	require.NoError(s.t, s.store.Do(s.t.Context(), func(ctx context.Context, tx ports.Tx) (err error) {
		chain, err = tx.Audit.Chain(ctx, domain.PropertyID(id))
		return err
	}))
	for i := from - 1; i < int64(n); i++ {
		var prev *domain.AuditEntry
		if i > 0 {
			prev = &chain[i-1]
		}
		chain[i].ActorRole = domain.RoleCustomer // the forgery
		chain[i] = chain[i].Seal(prev)
		s.exec("UPDATE audit_entries SET actor_role = $3, prev_hash = $4, hash = $5 WHERE property_id = $1 AND seq = $2",
			id, i+1, string(chain[i].ActorRole), chain[i].PrevHash, chain[i].Hash)
	}
	s.exec("UPDATE audit_heads SET hash = $2 WHERE property_id = $1", id, chain[n-1].Hash)
}

// swap lets two entries change places.
func (s *stage) swap(id string, a, b int64) {
	for _, move := range [][2]int64{{a, 1000}, {b, a}, {1000, b}} {
		s.exec("UPDATE audit_entries SET seq = $3 WHERE property_id = $1 AND seq = $2", id, move[0], move[1])
	}
}

func TestAuditNamesWhatASuperuserDid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	forgeries := []struct {
		name string
		do   func(id string)
		want []string // rule and entries
	}{
		{"nothing", func(string) {}, nil},
		{"grew", func(id string) { s.grow(id, 2) }, nil},
		{"edit", func(id string) {
			s.exec("UPDATE audit_entries SET to_state = 'VALUED' WHERE property_id = $1 AND seq = 3", id)
		}, []string{"AUDIT_EDITED 3"}},
		{"edit of a fact", func(id string) {
			s.exec("UPDATE audit_entries SET facts = replace(facts::text, '\"2\"', '\"7\"')::jsonb WHERE property_id = $1 AND seq = 3", id)
		}, []string{"AUDIT_EDITED 3"}},
		{"edit of the time", func(id string) {
			s.exec("UPDATE audit_entries SET at = at - interval '1 microsecond' WHERE property_id = $1 AND seq = 6", id)
		}, []string{"AUDIT_EDITED 6"}},
		{"edit and new hash", func(id string) {
			s.exec("UPDATE audit_entries SET hash = repeat('ab', 32) WHERE property_id = $1 AND seq = 2", id)
		}, []string{"AUDIT_EDITED 2"}},
		{"entry sealed anew", func(id string) {
			s.exec("UPDATE audit_entries SET action = 'property.created' WHERE property_id = $1 AND seq = 6", id)
			s.exec("UPDATE audit_entries SET prev_hash = repeat('0', 64) WHERE property_id = $1 AND seq = 2", id)
		}, []string{"AUDIT_EDITED 2", "AUDIT_EDITED 6"}},
		{"deletion in the middle", func(id string) { s.exec("DELETE FROM audit_entries WHERE property_id = $1 AND seq IN (3, 4)", id) }, []string{"AUDIT_DELETED 3-4"}},
		{"deletion of the first", func(id string) { s.exec("DELETE FROM audit_entries WHERE property_id = $1 AND seq = 1", id) }, []string{"AUDIT_DELETED 1"}},
		{"swap", func(id string) { s.swap(id, 2, 4) }, []string{"AUDIT_REORDERED 2", "AUDIT_REORDERED 4"}},
		{"truncation", func(id string) { s.exec("DELETE FROM audit_entries WHERE property_id = $1 AND seq > 4", id) }, []string{"AUDIT_TRUNCATED 5-6"}},
		{"truncation with the head", func(id string) {
			s.exec("DELETE FROM audit_entries WHERE property_id = $1 AND seq > 4", id)
			s.exec("UPDATE audit_heads SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE property_id = $1 AND seq = 4) WHERE property_id = $1", id)
		}, []string{"AUDIT_TRUNCATED 5-6"}},
		{"chain without its head", func(id string) { s.exec("DELETE FROM audit_heads WHERE property_id = $1", id) }, []string{"AUDIT_DELETED 0"}},
		{"entries without a chain", func(id string) { s.exec("DELETE FROM audit_entries WHERE property_id = $1", id) }, []string{"AUDIT_DELETED 1-6"}},
		{"whole chain with its head", func(id string) {
			s.exec("DELETE FROM audit_entries WHERE property_id = $1", id)
			s.exec("DELETE FROM audit_heads WHERE property_id = $1", id)
		}, []string{"AUDIT_DELETED 1-6"}},
		{"addition", func(id string) {
			s.exec(`INSERT INTO audit_entries SELECT property_id, 7, at, actor_id, actor_role, action, from_state, to_state, facts, hash, repeat('cd', 32)
				FROM audit_entries WHERE property_id = $1 AND seq = 6`, id)
		}, []string{"AUDIT_EDITED 7", "AUDIT_ADDED 7"}},
		{"end computed anew without the head", func(id string) {
			s.resealed(id, 6, 6)
			s.exec("UPDATE audit_heads SET hash = repeat('ef', 32) WHERE property_id = $1", id)
		}, []string{"AUDIT_EDITED 6"}},
		{"end computed anew", func(id string) { s.resealed(id, 4, 6) }, []string{"AUDIT_REPLACED 6"}},
		{"whole chain computed anew", func(id string) { s.resealed(id, 1, 6) }, []string{"AUDIT_REPLACED 6"}},
	}
	ids := make([]string, len(forgeries))
	for i := range forgeries {
		ids[i] = s.chain(6)
	}
	s.anchor()
	clean := s.ask(audit, checks.Options{})
	require.Empty(t, clean.found)
	require.Zero(t, clean.code)
	require.Equal(t, len(forgeries), clean.counts.Chains)
	require.Equal(t, 6*len(forgeries), clean.counts.Entries)
	require.Equal(t, (len(forgeries)+4)/5, clean.counts.Anchors, "five heads in each")
	require.WithinDuration(t, time.Now(), clean.counts.NewestAnchor, time.Minute)

	var want []string
	for i, f := range forgeries {
		f.do(ids[i])
		var mine []string
		for _, w := range f.want {
			rule, entry, _ := strings.Cut(w, " ")
			mine = append(mine, fmt.Sprintf("%s %s %s", rule, ids[i], entry))
		}
		alone := s.ask(audit, checks.Options{Property: ids[i]})
		require.ElementsMatch(t, mine, alone.found, f.name)
		require.Equal(t, min(1, len(f.want)), alone.code, f.name)
		want = append(want, mine...)
	}
	all := s.ask(audit, checks.Options{})
	slices.Sort(want)
	slices.Sort(all.found)
	require.Equal(t, want, all.found)
	require.Equal(t, 1, all.code)
	require.Equal(t, len(want), all.counts.Faults)
}

func TestAuditNamesWhatWasDoneToAnchors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := func(n int) string { return fmt.Sprintf("audit/anchors/%012d.json", n) }
	for range 6 {
		s.chain(1)
		s.anchor()
	}
	clean := s.ask(audit, checks.Options{})
	require.Empty(t, clean.found)
	newest := clean.counts.Anchors
	require.GreaterOrEqual(t, newest, 6)
	original := func(n int) []byte { return s.object(key(n)) }

	for name, c := range map[string]struct {
		do   func(at string, data []byte)
		n    int
		want []string
	}{
		"deleted":             {func(at string, _ []byte) { require.NoError(t, s.blobs.DeletePrefix(t.Context(), at)) }, 2, []string{"ANCHOR_DELETED 2"}},
		"newest deleted":      {func(at string, _ []byte) { require.NoError(t, s.blobs.DeletePrefix(t.Context(), at)) }, newest, []string{fmt.Sprintf("ANCHOR_DELETED %d", newest)}},
		"edited":              {func(at string, data []byte) { s.put(at, bytes.Replace(data, []byte(`"seq":1`), []byte(`"seq":2`), 1)) }, 3, []string{"ANCHOR_EDITED 3"}},
		"newest edited":       {func(at string, data []byte) { s.put(at, append(data, ' ')) }, newest, []string{fmt.Sprintf("ANCHOR_EDITED %d", newest)}},
		"made unreadable":     {func(at string, _ []byte) { s.put(at, []byte("{")) }, 4, []string{"ANCHOR_EDITED 4"}},
		"replaced by another": {func(at string, _ []byte) { s.put(at, original(1)) }, 4, []string{"ANCHOR_EDITED 4"}},
	} {
		data := original(c.n)
		c.do(key(c.n), data)
		v := s.ask(audit, checks.Options{})
		require.Equal(t, c.want, v.found, name)
		require.Equal(t, 1, v.code, name)
		s.put(key(c.n), data)
		require.Empty(t, s.ask(audit, checks.Options{}).found, name)
	}

	// Whoever rules over both stores and edits object and record still breaks the chain of anchors.
	data := original(3)
	s.put(key(3), append(data, ' '))
	sum := sha256.Sum256(append(data, ' '))
	s.exec("UPDATE audit_anchors SET hash = $1 WHERE number = 3", hex.EncodeToString(sum[:]))
	require.Equal(t, []string{"ANCHOR_EDITED 4"}, s.ask(audit, checks.Options{}).found)
	require.NoError(t, s.blobs.DeletePrefix(t.Context(), key(3)))
	s.exec("DELETE FROM audit_anchors WHERE number = 3")
	require.Equal(t, []string{"ANCHOR_DELETED 3"}, s.ask(audit, checks.Options{}).found)
}

func (s *stage) put(key string, data []byte) {
	s.t.Helper()
	require.NoError(s.t, s.blobs.Put(s.t.Context(), key, "application/json", data))
}

func (s *stage) object(key string) []byte {
	s.t.Helper()
	object, err := s.blobs.Open(s.t.Context(), key)
	require.NoError(s.t, err)
	defer object.Close()
	data, err := io.ReadAll(object)
	require.NoError(s.t, err)
	return data
}

func TestTheApplicationCannotChangeAnchors(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.anchor()
	_, err := s.super.Exec(t.Context(), "SET ROLE propflow_app")
	require.NoError(t, err)
	for _, statement := range []string{"UPDATE audit_anchors SET number = 9", "DELETE FROM audit_anchors", "TRUNCATE audit_anchors"} {
		_, err := s.super.Exec(t.Context(), statement)
		require.ErrorContains(t, err, "permission denied", statement)
	}
}
