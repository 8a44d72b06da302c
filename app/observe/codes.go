package observe

import (
	"context"
	"log/slog"

	"github.com/propflow/propflow/ports"
)

// The messages that alarms count; infrastructure/alarms.tf names them.
const (
	codeNotSent = "one-time code not sent"
	budgetAlarm = "one-time codes near their budget"
)

// budgetAlarmAt is the used part of the budget, in percent, from which on it is logged.
const budgetAlarmAt = 80

type codeSends struct {
	log     *slog.Logger
	metrics *Metrics
}

// CodeSends returns a ports.CodeSends that logs what operators must know of, and counts all.
func CodeSends(log *slog.Logger, metrics *Metrics) ports.CodeSends { return codeSends{log, metrics} }

// Record implements ports.CodeSends. An error never has the number: adapters return none that has.
func (c codeSends) Record(ctx context.Context, send ports.CodeSend) {
	switch send.Outcome {
	case ports.CodeFailed:
		c.log.ErrorContext(ctx, codeNotSent, "error", send.Err)
	case ports.CodeRefused:
		c.log.WarnContext(ctx, "one-time code refused", "error", send.Err)
	case ports.CodeSent, ports.CodeWithheld:
	}
	if send.BudgetUsed >= budgetAlarmAt {
		c.log.WarnContext(ctx, budgetAlarm, "percent", send.BudgetUsed, "outcome", string(send.Outcome))
	}
	c.metrics.code(send)
}

func (m *Metrics) code(send ports.CodeSend) {
	if m != nil {
		m.codes.WithLabelValues(string(send.Outcome)).Inc()
		m.codeBudget.WithLabelValues().Set(float64(send.BudgetUsed) / 100)
	}
}
