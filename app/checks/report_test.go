package checks

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

var findings = []assurance.Finding{
	{Rule: assurance.RuleStateDiffers, PropertyID: "p", Note: "is there"},
	{Rule: assurance.RuleBlobOrphan, PropertyID: "p", Subject: "a/b", Note: "old"},
	{Rule: assurance.RuleJobDead, Warning: true, Subject: "job 1", Note: "given up"},
}

func write(r *report) {
	for _, f := range findings {
		r.finding(f)
	}
	r.end(assurance.Tally{Properties: 12, Faults: 2, NewestAnchor: time.Date(2026, 11, 23, 6, 30, 0, 0, domain.IST)}, nil)
}

func TestFindingsAsText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &report{out: &out}
	write(r)
	require.NoError(t, r.err)
	text := out.String()
	assert.Contains(t, text, "FAULT STATE_DIFFERS property=p: is there\nFAULT BLOB_ORPHAN property=p subject=a/b: old\n"+
		"WARNING JOB_DEAD subject=job 1: given up\n")
	assert.Regexp(t, `(?m)^properties +12$`, text)
	assert.Regexp(t, `(?m)^FAULTS +2$`, text)
	assert.Contains(t, text, "The newest anchor is of 2026-11-23T01:00:00Z.")
}

func TestFindingsAsJSON(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &report{out: &out, json: true}
	write(r)
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	require.Len(t, lines, 4)
	assert.JSONEq(t, `{"rule":"BLOB_ORPHAN","warning":false,"property":"p","subject":"a/b","note":"old"}`, string(lines[1]))
	assert.Contains(t, string(lines[3]), `{"finished":true,"counts":{"properties":12,`)
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	for _, asJSON := range []bool{false, true} {
		r := &report{out: full{}, json: asJSON}
		write(r)
		assert.ErrorIs(t, r.err, io.ErrShortWrite)
	}
}

func TestAnUnfinishedCheckSaysSo(t *testing.T) {
	t.Parallel()
	require.NoError(t, Unfinished(nil))
	nowhere := config.Checks{Database: config.Database{DatabaseURL: "postgres://127.0.0.1:1/none?connect_timeout=1"}}
	err := Invariants(context.Background(), nowhere, Options{}, io.Discard)
	var coded interface{ ExitCode() int }
	require.ErrorAs(t, err, &coded)
	assert.Equal(t, 2, coded.ExitCode())
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
}
