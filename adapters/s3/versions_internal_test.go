package s3

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWhenAVersionBegan(t *testing.T) {
	t.Parallel()
	modified := time.Date(2026, time.November, 23, 11, 49, 25, 0, time.UTC)
	for id, want := range map[string]time.Time{
		"null":                             modified, // from before versions were kept
		"3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrH": modified, // Amazon's own
		"01M843TGZFM1ABHSVM4YKE9XD6":       time.Date(2026, time.November, 23, 11, 49, 22, 543_000_000, time.UTC),
		"01M843TJESKFM0RXF1VZADPCT!":       time.Date(2026, time.November, 23, 11, 49, 24, 57_000_000, time.UTC),
		"!1M843TJESKFM0RXF1VZADPCTR":       modified,
	} {
		assert.Equal(t, want, began(id, modified), id)
	}
	assert.Equal(t, "a%20b/%C3%A4%2Bc", copySource("a b/ä+c"))
}
