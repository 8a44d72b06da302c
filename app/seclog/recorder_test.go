package seclog_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/app/seclog"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func open() (*memory.Ports, *seclog.Recorder) {
	m := memory.ForTest()
	return m, seclog.New(m.Store, m.Clock, m.IDs, slog.New(slog.DiscardHandler))
}

// rows returns every row of the log, newest first.
func rows(t *testing.T, m *memory.Ports) []domain.SecurityEvent {
	t.Helper()
	var all []domain.SecurityEvent
	page := domain.Page{Limit: 100}
	for {
		list, err := ports.InTx(t.Context(), m.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
			return tx.Security.List(ctx, domain.SecurityFilter{}, page)
		})
		require.NoError(t, err)
		all = append(all, list.Items...)
		if page.Cursor = list.Next; page.Cursor == (domain.Cursor{}) {
			return all
		}
	}
}

func occurrences(rows []domain.SecurityEvent) int {
	n := 0
	for _, row := range rows {
		n += row.Count
	}
	return n
}

var failed = domain.SecurityEvent{Code: domain.SecurityLoginFailed, Detail: "otp_invalid"}

func TestTheFirstOfAMinuteHaveRowsOfTheirOwn(t *testing.T) {
	t.Parallel()
	m, r := open()
	ctx := ports.WithClient(t.Context(), "203.0.113.7")
	for range domain.SecurityPerClient + 100 {
		r.Record(ctx, failed)
	}
	r.Record(ports.WithClient(t.Context(), "203.0.113.8"), failed)
	r.Flush(t.Context())
	got := rows(t, m)
	require.Len(t, got, domain.SecurityPerClient+2)
	assert.Equal(t, domain.SecurityPerClient+101, occurrences(got))
	counted := 0
	for _, row := range got {
		if row.Detail == domain.SecurityCounted {
			counted++
			assert.Equal(t, 100, row.Count)
			assert.Equal(t, "203.0.113.7", row.Client)
		}
	}
	assert.Equal(t, 1, counted)

	m.Clock.Advance(time.Minute)
	r.Record(ctx, failed)
	r.Flush(t.Context())
	assert.Len(t, rows(t, m), domain.SecurityPerClient+3, "the next minute begins anew")
}

// TestAFloodWritesFewRows records 1,000 failures a second for a minute, from few addresses and from
// one each.
func TestAFloodWritesFewRows(t *testing.T) {
	t.Parallel()
	for name, addresses := range map[string]int{"from one": 1, "from a thousand": 1000, "from one each": 60_000} {
		m, r := open()
		for i := range 60_000 {
			n := i % addresses
			r.Record(ports.WithClient(t.Context(), fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255)), failed)
			if i%1000 == 999 {
				m.Clock.Advance(time.Second)
			}
		}
		r.Flush(t.Context())
		got := rows(t, m)
		assert.Less(t, len(got), 1000, name)
		assert.Equal(t, 60_000, occurrences(got), name)
	}
}

func TestWhatTheStoreRefusesIsWrittenLater(t *testing.T) {
	t.Parallel()
	m, r := open()
	m.Faults.Down("Security.Append")
	r.Record(t.Context(), failed)
	r.Flush(t.Context())
	m.Faults.Up()
	require.Empty(t, rows(t, m))
	r.Flush(t.Context())
	require.Len(t, rows(t, m), 1)
}

func TestWhatIsPendingIsWrittenAtTheEnd(t *testing.T) {
	t.Parallel()
	m, r := open()
	ctx, end := context.WithCancel(t.Context())
	end()
	r.Record(ctx, failed)
	require.NoError(t, r.Run(ctx))
	require.Len(t, rows(t, m), 1)
}
