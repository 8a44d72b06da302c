package kpi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

// row writes a threshold as docs/domain.md does.
func (t threshold) row(name Name) string {
	beyond := ">"
	if t.critical != nil && *t.critical < *t.warn {
		beyond = "<"
	}
	limit := func(sign string, value *float64) string {
		if value == nil {
			return "–"
		}
		return strings.TrimSpace(fmt.Sprintf("%s %g", sign, *value))
	}
	return strings.Join([]string{
		"`" + string(name) + "`", t.unit, limit("", t.target), limit(beyond, t.warn), limit(beyond, t.critical),
	}, " | ")
}

func TestTheTableOfKeyFiguresHasTheirThresholds(t *testing.T) {
	t.Parallel()
	page, err := docs.DomainPage()
	require.NoError(t, err)
	var tabled, wanted []string
	for _, row := range docs.Rows(docs.Section(page, "### Key figures")) {
		tabled = append(tabled, strings.Join(row[:5], " | "))
	}
	for name, t := range thresholds() {
		wanted = append(wanted, t.row(name))
	}
	assert.ElementsMatch(t, wanted, tabled)
}
