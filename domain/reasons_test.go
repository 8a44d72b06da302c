package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// TestReasonsAreWritten asks each method that needs a reason for one without words.
func TestReasonsAreWritten(t *testing.T) {
	t.Parallel()
	const dots = "...................."
	flagged := with(photo("1", front), func(p *domain.Photo) { p.Status = domain.PhotoFlagged })
	for field, give := range map[string]func(t *testing.T, reason string) error{
		"flag reason": func(t *testing.T, reason string) error {
			k := inState(t, domain.UnderReview)
			_, err := k.Property.Flag(valuer, reason, k.Now)
			return err
		},
		"reject note": func(t *testing.T, reason string) error {
			k := inState(t, domain.UnderReview)
			_, err := k.Property.Reject(valuer, domain.RejectedOther, reason, k.Now)
			return err
		},
		"return reason": func(t *testing.T, reason string) error {
			k := inState(t, domain.AwaitingSignOff)
			_, err := k.Property.Return(supervisor, &k.Valuation, working(valuer), reason, k.Now)
			return err
		},
		"resolve reason": func(_ *testing.T, reason string) error {
			p := flagged
			return p.Resolve(domain.FlagAccepted, reason, valuer.ID, t0)
		},
		"ask items[0].message": func(t *testing.T, reason string) error {
			k := inState(t, domain.UnderReview)
			item := question("1")
			item.Message = reason
			_, err := k.Property.AskFollowUp(valuer, []domain.FollowUpItem{item}, k.Photos, k.Now)
			return err
		},
		"answer answers[0].text": func(t *testing.T, reason string) error {
			k := asked(t, question("1"))
			_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "1", Text: reason})
			return err
		},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			assert.NoError(t, give(t, "The wall is damp"))
			assert.NoError(t, give(t, "दीवार गीली है"))
			for _, silent := range []string{dots, " . . . ", "-----", "👍👍👍👍"} {
				err := give(t, silent)
				requireError(t, err, domain.KindInvalid, "invalid_input")
				assert.Regexp(t, `words$`, brokenFields(t, err)[0], "%q", silent)
			}
		})
	}
}
