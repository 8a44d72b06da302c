package observe_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/ports"
)

func TestCodeSendsAreCountedAndFailuresLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	metrics := observe.NewMetrics("1", "c")
	sends := observe.CodeSends(slog.New(slog.NewJSONHandler(&log, nil)), metrics)
	sends.Record(t.Context(), ports.CodeSend{Outcome: ports.CodeSent, BudgetUsed: 79})
	assert.Empty(t, log.String(), "nothing to know")
	sends.Record(t.Context(), ports.CodeSend{Outcome: ports.CodeSent, BudgetUsed: 80})
	assert.Contains(t, log.String(), `"one-time codes near their budget","percent":80`)
	sends.Record(t.Context(), ports.CodeSend{Outcome: ports.CodeFailed, BudgetUsed: 1, Err: errors.New("no answer")})
	assert.Contains(t, log.String(), `"level":"ERROR","msg":"one-time code not sent","error":"no answer"`)
	sends.Record(t.Context(), ports.CodeSend{Outcome: ports.CodeWithheld, BudgetUsed: 100})

	page := httptest.NewRecorder()
	metrics.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		`propflow_otp_sends_total{outcome="sent"} 2`, `propflow_otp_sends_total{outcome="failed"} 1`,
		`propflow_otp_sends_total{outcome="withheld"} 1`, `propflow_otp_budget_used_ratio 1`,
	} {
		assert.Contains(t, page.Body.String(), line)
	}
	observe.CodeSends(slog.New(slog.DiscardHandler), nil).Record(t.Context(), ports.CodeSend{Outcome: ports.CodeSent})
}
