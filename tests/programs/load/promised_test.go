package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

func TestTheLevelsAreThoseOfThePage(t *testing.T) {
	t.Parallel()
	page, err := docs.DomainPage()
	require.NoError(t, err)
	var bounds []string
	for _, row := range docs.Rows(docs.Section(page, "## Service levels"))[:5] {
		bounds = append(bounds, row[2])
	}
	l := promised()
	assert.Equal(t, []string{l.api.String(), l.verdict.String(), l.queue.String(), l.screen.String(), l.notification.String()}, bounds)
}
