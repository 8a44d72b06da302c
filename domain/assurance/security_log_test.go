package assurance_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// happen logs n events, dated by the clock.
func (w *world) happen(n int) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		for range n {
			if err := tx.Security.Append(ctx, domain.SecurityEvent{At: w.Clock.Now(), Code: domain.SecurityLogin}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) sealLog(rows int) {
	w.T.Helper()
	require.NoError(w.T, assurance.SealSecurityLog{UnitOfWork: w.Store, Clock: w.Clock, Rows: rows}.Execute(w.T.Context(), ""))
}

func (w *world) purgeLog() {
	w.T.Helper()
	require.NoError(w.T, assurance.PurgeSecurityLog{UnitOfWork: w.Store, Clock: w.Clock}.Execute(w.T.Context(), ""))
}

func TestTheLogIsSealedInBatches(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.sealLog(3)
	w.happen(7)
	w.sealLog(3)
	w.sealLog(3)
	w.Clock.Advance(time.Minute)
	w.happen(1)
	w.sealLog(3)
	w.Clock.Advance(-50 * time.Minute) // a request that began earlier and commits now
	w.happen(1)
	w.Clock.Advance(2 * time.Hour)
	w.sealLog(3)
	w.anchor()
	tally, found := w.verify()
	assert.Empty(t, found)
	assert.Equal(t, 9, tally.SecurityRows)
	assert.Equal(t, 5, tally.SecurityBatches)
}

func TestALogThatWasSealedLateIsNoFault(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.happen(1)
	w.sealLog(0)
	for range 5 { // the job is down for hours
		w.Clock.Advance(2 * time.Hour)
		w.happen(2)
	}
	_, found := w.verify()
	assert.Len(t, found, 8, "until it is sealed: all but the newest two")
	w.sealLog(3)
	_, found = w.verify()
	assert.Empty(t, found)
}

func TestWhatIsPurgedLeavesAChainThatVerifies(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.anchor()
	for range 500 {
		w.Clock.Advance(24 * time.Hour)
		w.happen(1)
		w.sealLog(0)
	}
	w.anchor()
	w.purgeLog()
	tally, found := w.verify()
	assert.Empty(t, found)
	assert.GreaterOrEqual(t, tally.SecurityRows, 400)
	assert.Less(t, tally.SecurityRows, 432, "what is older than 400 days goes by month")
	before := tally.SecurityRows
	w.purgeLog()
	tally, _ = w.verify()
	assert.Equal(t, before, tally.SecurityRows)

	w.Clock.Advance(3 * 365 * 24 * time.Hour)
	w.purgeLog()
	w.happen(1)
	w.sealLog(0)
	w.anchor()
	tally, found = w.verify()
	assert.Empty(t, found)
	assert.Equal(t, 1, tally.SecurityRows)
}

func TestAPurgeThatAnAnchorContradictsIsFound(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.happen(1)
	w.sealLog(0)
	w.anchor()
	w.Clock.Advance(500 * 24 * time.Hour)
	w.purgeLog()
	w.Clock.Advance(-300 * 24 * time.Hour)
	_, found := w.verify()
	assert.Contains(t, found, "SECURITY_PURGED_EARLY 1")
}

// TestASealingThatBreaksOff fails every call of the job in turn; the next run goes on.
func TestASealingThatBreaksOff(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := emptyWorld(t)
		w.happen(5)
		job := assurance.SealSecurityLog{UnitOfWork: w.Store, Clock: w.Clock, Rows: 2}
		w.Faults.FailCall(n)
		err := job.Execute(t.Context(), "")
		fired := w.Faults.Fired()
		w.Faults.Up()
		if !fired {
			require.NoError(t, err)
			require.Greater(t, n, 10)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		require.NoError(t, job.Execute(t.Context(), ""))
		w.Clock.Advance(2 * time.Hour)
		_, found := w.verify()
		require.Empty(t, found, "call %d", n)
	}
}
