package e2e_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// dueDigest is the job as releases have always enqueued it: it has no subject.
const dueDigest = `INSERT INTO river_job (kind, args, max_attempts, queue, state)
	VALUES ('send_digest', '{"subject": "", "key": "periodic"}', 16, 'maintenance', 'available')`

// TestTheDigestGoesByEmail has a worker find a job that the release before enqueued. The mail server
// asks to come again first.
func TestTheDigestGoesByEmail(t *testing.T) {
	t.Parallel()
	ctx := within(t, 2*time.Minute)
	server := vendors.StartMail(t, vendors.MailOptions{Plain: true})
	g := newGround(ctx, t, func(vars map[string]string) {
		vars["SMTP_HOST"], vars["SMTP_PORT"], vars["SMTP_TLS"] = server.Host, fmt.Sprint(server.Port), "none"
		vars["SMTP_FROM"] = "PropFlow <digest@propflow.example.in>"
	})
	server.Fail(vendors.MailRecipient, vendors.MailReply(450, 4, 2, 0))
	_, err := g.database.Exec(ctx, dueDigest)
	require.NoError(t, err)
	g.run(ctx, t, app.Worker)
	next(ctx, t, server.Reached)
	server.Fail(vendors.MailRecipient, nil)
	letter := next(ctx, t, server.Arrived)
	require.NoError(t, g.idle(ctx))

	assert.Equal(t, []string{string(g.staff[3].Email)}, letter.To)
	subject, err := letter.Header("Subject")
	require.NoError(t, err)
	assert.Regexp(t, `^PropFlow digest of \d\d-\d\d-\d{4} \d\d:\d\d$`, subject)
	text, err := letter.Text()
	require.NoError(t, err)
	assert.Contains(t, text, "Last 24 h: 0 submitted")
	for _, personal := range []string{"Staff", "98000", "sunita", "bank"} {
		assert.NotContains(t, text, personal)
	}

	_, err = g.database.Exec(ctx, dueDigest) // and runs again, as it died before it was noted as done
	require.NoError(t, err)
	require.NoError(t, g.idle(ctx))
	assert.Len(t, server.Letters(), 1, "once a day, and only to who has an address")
}

// next awaits what comes.
func next[T any](ctx context.Context, t *testing.T, from <-chan T) (what T) {
	t.Helper()
	select {
	case what = <-from:
	case <-ctx.Done():
		require.NoError(t, ctx.Err())
	}
	return what
}
