package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestRejecting(t *testing.T) {
	t.Parallel()
	for _, code := range domain.ValuerRejectionCodes {
		k := inState(t, domain.UnderReview).later(time.Minute)
		change := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Reject(valuer, code, "see photos", k.Now) })
		assert.Equal(t, &domain.Rejection{Code: code, Note: "see photos", By: valuer.ID, At: k.Now}, k.Property.Rejection)
		assert.Equal(t, []domain.Fact{{Name: "code", Value: string(code)}}, change.Facts, "the note stays out of the audit chain")
		assert.Equal(t, k.Now, k.Property.DecidedAt)
		assert.Nil(t, k.Property.Claim)
		assert.False(t, k.Property.SLA.Running())
	}
	for name, c := range map[string]struct {
		code   domain.RejectionCode
		note   string
		broken []string
	}{
		"no code":     {"", "see photos", []string{"code enum"}},
		"the clock's": {domain.RejectedFollowUpExpired, "see photos", []string{"code enum"}},
		"no note":     {domain.RejectedOther, "", []string{"note length"}},
		"a long note": {domain.RejectedOther, strings.Repeat("x", 1001), []string{"note length"}},
		"nothing":     {"", "", []string{"code enum", "note length"}},
	} {
		k := inState(t, domain.UnderReview)
		before := snapshot(t, k.Property)
		_, err := k.Property.Reject(valuer, c.code, c.note, k.Now)
		assert.Equal(t, c.broken, brokenFields(t, err), name)
		assertUnchanged(t, before, k.Property)
	}
}
