package main

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnOutageWaitsForTheWork(t *testing.T) {
	t.Parallel()
	w := &world{ledger: newLedger(), storiesDone: make(chan struct{}), expected: 4, out: io.Discard}
	require.NoError(t, w.reach(t.Context(), 0))
	reached := make(chan error, 1)
	go func() { reached <- w.reach(t.Context(), 0.5) }()
	w.ledger.write()
	assert.Empty(t, reached)
	w.ledger.write()
	require.NoError(t, <-reached)
	assert.InDelta(t, 0.5, w.progress(), 1e-9)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, w.reach(ctx, 0.75), context.Canceled)
	close(w.storiesDone)
	require.ErrorContains(t, w.reach(t.Context(), 0.75), "the journeys ended at 50 %", "a run that breaks too little is none")
	require.ErrorContains(t, w.rage(t.Context(), &target{name: "s3", outages: []outage{{at: 0.8, kind: "cut"}}}), "s3: cut at 80 %")
}

func TestAMissedEndIsAFault(t *testing.T) {
	t.Parallel()
	w := new(world)
	assert.Empty(t, w.judgeStreams())
	w.missed.Add(1)
	assert.Len(t, w.judgeStreams(), 1)
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	var d durations
	assert.Zero(t, d.quantile(1))
	for _, took := range []time.Duration{3 * time.Second, time.Second, 2 * time.Second, 5 * time.Second, 4 * time.Second} {
		d.add(took)
	}
	assert.Equal(t, time.Second, d.quantile(0))
	assert.Equal(t, 3*time.Second, d.quantile(.5))
	assert.Equal(t, 5*time.Second, d.quantile(1))
}

func TestAWorldThatCannotBegin(t *testing.T) {
	t.Parallel()
	require.Error(t, run(t.Context(), []string{"--limit=1ms"}, io.Discard))
}
