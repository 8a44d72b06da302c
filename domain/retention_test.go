package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestRetentionEnds(t *testing.T) {
	t.Parallel()
	for _, state := range domain.States {
		p := inState(t, state).Property
		var want time.Time
		switch {
		case state == domain.Withdrawn:
			want = p.DecidedAt.AddDate(1, 0, 0)
		case state.Decided():
			want = p.DecidedAt.AddDate(7, 0, 0)
		}
		assert.Equal(t, want, p.RetentionEndsAt(), state)
		if want.IsZero() {
			assert.False(t, p.RetentionEnded(t0.AddDate(100, 0, 0)), state)
			continue
		}
		assert.False(t, p.RetentionEnded(want.Add(-time.Nanosecond)), state)
		assert.True(t, p.RetentionEnded(want), state)
		change, err := p.Purge(want)
		require.NoError(t, err, state)
		assert.Equal(t, domain.ActionPurged, change.Action)
		assert.Empty(t, change.Facts)
	}
}
