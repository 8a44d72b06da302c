package domain_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func headOf(entries []domain.AuditEntry) domain.AuditHead {
	if len(entries) == 0 {
		return domain.AuditHead{PropertyID: "property"}
	}
	last := entries[len(entries)-1]
	return domain.AuditHead{PropertyID: last.PropertyID, Seq: last.Seq, Hash: last.Hash}
}

func fault(kind domain.AuditFaultKind, from, to int64) domain.AuditFault {
	return domain.AuditFault{PropertyID: "property", Kind: kind, From: from, To: to}
}

func TestASoundChainHasNoFaults(t *testing.T) {
	t.Parallel()
	for n := range 5 {
		assert.Empty(t, domain.ExamineChain(headOf(chain(n)), chain(n)), "%d entries", n)
	}
}

func TestChainsTellWhatWasDoneToThem(t *testing.T) {
	t.Parallel()
	whole := chain(6)
	head := headOf(whole)
	for name, c := range map[string]struct {
		head    domain.AuditHead
		entries []domain.AuditEntry
		want    []domain.AuditFault
	}{
		"all gone":          {head, nil, []domain.AuditFault{fault(domain.AuditDeleted, 1, 6)}},
		"cut":               {head, whole[:4], []domain.AuditFault{fault(domain.AuditTruncated, 5, 6)}},
		"begun late":        {head, whole[2:], []domain.AuditFault{fault(domain.AuditDeleted, 1, 2)}},
		"holed twice":       {head, slices.Concat(whole[:1], whole[2:3], whole[5:]), []domain.AuditFault{fault(domain.AuditDeleted, 2, 2), fault(domain.AuditDeleted, 4, 5)}},
		"without its head":  {domain.AuditHead{PropertyID: "property"}, whole, []domain.AuditFault{fault(domain.AuditDeleted, 0, 0)}},
		"longer than known": {headOf(whole[:4]), whole, []domain.AuditFault{fault(domain.AuditAdded, 5, 6)}},
		"another end":       {domain.AuditHead{PropertyID: "property", Seq: 6, Hash: "other"}, whole, []domain.AuditFault{fault(domain.AuditEdited, 6, 6)}},
	} {
		assert.Equal(t, c.want, domain.ExamineChain(c.head, c.entries), name)
	}
}

func TestAnEntrySealedAnewIsNamed(t *testing.T) {
	t.Parallel()
	forged := chain(6)
	forged[2].Action = domain.ActionReleased
	forged[2] = forged[2].Seal(&forged[1])
	assert.Equal(t, []domain.AuditFault{fault(domain.AuditEdited, 3, 3)}, domain.ExamineChain(headOf(forged), forged))
}

func TestAChainThatRunsInACircle(t *testing.T) {
	t.Parallel()
	circle := chain(3)
	circle[2].Hash = "" // the first entry's predecessor
	assert.NotEmpty(t, domain.ExamineChain(headOf(chain(3)), circle))
}

// TestEveryEditIsNamed edits any field of any entry.
func TestEveryEditIsNamed(t *testing.T) {
	t.Parallel()
	edits := map[string]func(e *domain.AuditEntry){
		"property":  func(e *domain.AuditEntry) { e.PropertyID = "another" },
		"time":      func(e *domain.AuditEntry) { e.At = e.At.Add(time.Microsecond) },
		"fraction":  func(e *domain.AuditEntry) { e.At = e.At.Add(1) },
		"actor":     func(e *domain.AuditEntry) { e.ActorID = "another" },
		"role":      func(e *domain.AuditEntry) { e.ActorRole = domain.RoleAdmin },
		"action":    func(e *domain.AuditEntry) { e.Action = domain.ActionReleased },
		"from":      func(e *domain.AuditEntry) { e.From = domain.Draft },
		"to":        func(e *domain.AuditEntry) { e.To = domain.Draft },
		"facts":     func(e *domain.AuditEntry) { e.Facts = e.Facts[:1] },
		"fact":      func(e *domain.AuditEntry) { e.Facts[0].Value = "another" },
		"hash":      func(e *domain.AuditEntry) { e.Hash = "another" },
		"link":      func(e *domain.AuditEntry) { e.PrevHash = "another" },
		"no change": func(*domain.AuditEntry) {},
	}
	for name, edit := range edits {
		for i := range 6 {
			entries := chain(6)
			edit(&entries[i])
			var named []int64
			for _, f := range domain.ExamineChain(headOf(chain(6)), entries) {
				assert.Equal(t, domain.AuditEdited, f.Kind)
				named = append(named, f.From)
			}
			want := []int64{int64(i + 1)}
			if name == "no change" {
				want = nil
			}
			assert.Equal(t, want, named, "%s of entry %d", name, i+1)
		}
	}
}

// TestEverySwapIsNamed lets any two entries change places.
func TestEverySwapIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "entries")
		a := rapid.IntRange(0, n-1).Draw(t, "one")
		b := rapid.IntRange(0, n-1).Filter(func(i int) bool { return i != a }).Draw(t, "another")
		entries := chain(n)
		entries[a], entries[b] = entries[b], entries[a]
		entries[a].Seq, entries[b].Seq = entries[b].Seq, entries[a].Seq
		first, second := int64(min(a, b)+1), int64(max(a, b)+1)
		want := []domain.AuditFault{fault(domain.AuditReordered, first, first), fault(domain.AuditReordered, second, second)}
		assert.Equal(t, want, domain.ExamineChain(headOf(chain(n)), entries))
	})
}

func TestFaultsReadWell(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]domain.AuditFault{
		"EDITED entry 3":                    fault(domain.AuditEdited, 3, 3),
		"TRUNCATED entries 5 to 6":          fault(domain.AuditTruncated, 5, 6),
		"DELETED the chain's recorded head": fault(domain.AuditDeleted, 0, 0),
		"DELETED every entry from 1 on":     fault(domain.AuditDeleted, 1, 0),
	} {
		assert.Equal(t, want, f.String())
	}
}
