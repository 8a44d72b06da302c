package assurance

import (
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of reports.
const (
	// RuleReportStuck: an approved case without a report has a job that will make one.
	RuleReportStuck Rule = "REPORT_STUCK"
	// RuleReportFailed is a warning: a report could not be made.
	RuleReportFailed Rule = "REPORT_FAILED"
	// RuleReportUnaudited: the history contains the checksum of every stored report.
	RuleReportUnaudited Rule = "REPORT_UNAUDITED"
)

// checkReports: every approved case has its report, or a job to make it, or a record that the
// report failed.
func checkReports(d *dossier) {
	sums := make(map[string]bool)
	for _, e := range d.chain {
		if e.Action == domain.ActionReportStored {
			sums[fact(e, "report_sha256")] = true
		}
	}
	for _, v := range d.valuations {
		if !v.Report.StoredAt.IsZero() && !sums[v.Report.SHA256] {
			d.fault(RuleReportUnaudited, string(v.ID), "the history does not hold the checksum of its report")
		}
	}
	v := d.valuation(d.property.Valuation)
	if v == nil || d.property.State != domain.Approved {
		return
	}
	switch d.jobs[job{domain.JobRenderReport, string(v.ID)}] {
	case ports.JobLive:
	case ports.JobDead:
		d.warn(RuleReportFailed, string(v.ID), "its report could not be made")
	case ports.JobUnknown:
		if v.Report.FailedAt.IsZero() {
			d.fault(RuleReportStuck, string(v.ID), "it is approved and has neither a report nor a job")
		} else {
			d.warn(RuleReportFailed, string(v.ID), "its report could not be made")
		}
	}
}
