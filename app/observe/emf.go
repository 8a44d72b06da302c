package observe

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/ports"
)

// emfNamespace is the CloudWatch namespace of the figures, which the alarms name.
const emfNamespace = "PropFlow"

// figure is one metric of a log line.
type figure struct {
	name, unit string
	value      int64
}

func figures(v ports.Vitals) []figure {
	return []figure{
		{"PendingReviews", "Count", int64(v.PendingReviews)},
		{"CasesBreached", "Count", int64(v.CasesBreached)},
		{"JobsAvailable", "Count", int64(v.JobsAvailable)},
		{"JobsDead", "Count", int64(v.JobsDead)},
		{"JobOldestSeconds", "Seconds", int64(v.OldestJob / time.Second)},
		{"NotificationOldestSeconds", "Seconds", int64(v.OldestNotification / time.Second)},
		{"FailedLogins", "Count", int64(v.FailedLogins)},
		{"Denials", "Count", int64(v.Denials)},
		{"NewAdmins", "Count", int64(v.NewAdmins)},
		{"SMSBudgetPercent", "Percent", int64(v.SMSBudgetPercent)},
	}
}

// EMF logs the figures as one line in CloudWatch's embedded metric format (docs.aws.amazon.com,
// "Specification: Embedded metric format"). CloudWatch turns them into metrics with the
// environment as their dimension. The logger must write JSON and have no open group. The line is
// written at every log level, because alarms depend on it.
func EMF(ctx context.Context, log *slog.Logger, environment string, v ports.Vitals, at time.Time) {
	type metric struct{ Name, Unit string }
	type directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []metric
	}
	record := slog.NewRecord(at, slog.LevelInfo, "vitals", 0)
	var metrics []metric
	for _, f := range figures(v) {
		metrics = append(metrics, metric{f.name, f.unit})
		record.AddAttrs(slog.Int64(f.name, f.value))
	}
	record.AddAttrs(slog.String("Environment", environment), slog.Group("_aws",
		slog.Int64("Timestamp", at.UnixMilli()),
		slog.Any("CloudWatchMetrics", []directive{{emfNamespace, [][]string{{"Environment"}}, metrics}})))
	_ = log.Handler().Handle(ctx, record) // there is nowhere to report that the log cannot be written
}
