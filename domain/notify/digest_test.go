package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestDigestText(t *testing.T) {
	t.Parallel()
	d := digest{
		at:     time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC), // the 24th in India
		states: map[domain.State]int{domain.Submitted: 3, domain.UnderReview: 2, domain.Valued: 40},
		steps:  map[domain.StepKind]int{domain.StepSubmitted: 12, domain.StepApproved: 9, domain.StepRejected: 2, domain.StepWithdrawn: 1},
	}
	assert.Equal(t, strings.Join([]string{
		"PropFlow digest of 24-11-2026 01:30",
		"Last 24 h: 12 submitted, 9 approved, 2 rejected, 1 withdrawn",
		"Now: 0 DRAFT, 3 SUBMITTED, 2 UNDER_REVIEW, 0 FOLLOW_UP_REQUIRED, 0 AWAITING_SIGN_OFF, 0 APPROVED, 40 VALUED, 0 REJECTED, 0 WITHDRAWN",
		"Past due: 0",
	}, "\n"), d.text())
}

func TestDigestNamesTheLatestCases(t *testing.T) {
	t.Parallel()
	var d digest
	for i, want := range []string{
		0: "Past due: 0", 1: "Past due: 1: PF-0", 2: "Past due: 2: PF-0, PF-1",
		10: "Past due: 10: PF-0, PF-1, PF-2, PF-3, PF-4, PF-5, PF-6, PF-7, PF-8, PF-9",
		11: "Past due: 11: PF-0, PF-1, PF-2, PF-3, PF-4, PF-5, PF-6, PF-7, PF-8, PF-9, …",
	} {
		if want != "" {
			lines := strings.Split(d.text(), "\n")
			assert.Equal(t, want, lines[len(lines)-1])
		}
		d.late = append(d.late, domain.Reference(fmt.Sprintf("PF-%d", i)))
	}
}
