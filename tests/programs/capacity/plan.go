package capacity

import (
	"fmt"
	"math"
	"strings"
)

// hours is the hours of a month.
const hours = 730

// Plan is what a number of submissions a day takes.
type Plan struct {
	PerDay    float64
	Rate      float64 // submissions a second in the busiest hour
	Requests  float64 // a second, dashboards included
	Valuers   float64 // employed; a share of them is on duty
	Refreshes float64 // of queues, a second

	API, Worker, Postgres, Redis float64 // cores that are busy in the busiest hour
	APITasks, WorkerTasks        int
	APICores                     float64 // of one task
	Database, Cache              Instance
	Shards                       int // Redis

	DatabaseGB, FilesGB float64 // grown by in a month
	Costs               []Cost
}

// Cost is a line of the monthly bill, in US dollars.
type Cost struct {
	Of     string
	Dollar float64
}

// For returns the plan for a number of submissions a day. API tasks have half a core each as
// long as ten of them suffice, otherwise two. The busy share leaves room for the loss of a zone.
func For(perDay float64, m Measured, a Assumed, p Prices) Plan {
	plan := Plan{PerDay: perDay, Rate: perDay * a.Peak / 3600}
	plan.Valuers = math.Ceil(perDay / a.Cases)
	// A dashboard reads again when the queue changed, once a second at the most; a case
	// changes it when it is submitted, claimed and decided.
	plan.Refreshes = plan.Valuers * a.OnDuty * min(1, 3*plan.Rate)
	plan.Requests = plan.Rate*m.Requests + plan.Refreshes
	plan.API = plan.Rate*m.API + plan.Refreshes*m.QueueRead
	plan.Postgres = plan.Rate*m.Postgres + plan.Refreshes*m.QueueReadDatabase
	plan.Worker, plan.Redis = plan.Rate*m.Worker, plan.Rate*m.Redis

	plan.APICores = 0.5
	if plan.API > 10*plan.APICores*a.Busy {
		plan.APICores = 2
	}
	plan.APITasks = max(2, int(math.Ceil(plan.API/a.Busy/plan.APICores)))
	plan.WorkerTasks = max(1, int(math.Ceil(plan.Worker/a.Busy)))
	plan.DatabaseGB, plan.FilesGB = perDay*a.Days*m.Database/1e9, perDay*a.Days*m.Files/1e9
	plan.Database = smallest(p.Databases, plan.Postgres/a.Busy, plan.DatabaseGB*a.Retention*a.Hot)
	plan.Cache = smallest(p.Caches, min(1, plan.Redis/a.Busy), 0) // Redis works on one core
	plan.Shards = int(math.Ceil(max(1, plan.Redis/a.Busy)))
	plan.Costs = costs(plan, m, a, p)
	return plan
}

// smallest returns the first instance with at least so many cores and GB of memory, or the
// largest if none has.
func smallest(of []Instance, cores, memory float64) Instance {
	for _, i := range of {
		if i.Cores >= cores && i.Memory >= memory {
			return i
		}
	}
	return of[len(of)-1]
}

// costs returns the bill of the twelfth month, when a year of files is kept.
func costs(plan Plan, m Measured, a Assumed, p Prices) []Cost {
	task := func(cores, gb float64) float64 { return hours * (cores*p.TaskCore + gb*p.TaskGB) }
	month := plan.PerDay * a.Days
	standard, rare := min(3, a.Retention), max(0, a.Retention-3) // months; infrastructure/storage.tf moves them after 90 days
	return []Cost{
		{"API tasks", float64(plan.APITasks) * task(plan.APICores, 2*plan.APICores)},
		{"worker tasks", float64(plan.WorkerTasks) * task(1, 2)},
		{"scheduler and dashboard", 3 * task(0.25, 0.5)},
		{"PostgreSQL in two zones", 2 * (hours*plan.Database.Dollar + max(20, plan.DatabaseGB*a.Retention)*p.DatabaseGB)},
		{"Redis", float64(plan.Shards) * hours * plan.Cache.Dollar},
		{"photos kept", plan.FilesGB * (standard*p.FilesGB + rare*p.RareGB)},
		{"photos put and read", month * (19*p.Put + 25*p.Get) / 1000},
		{"data to owners and valuers", month * m.Served / 1e9 * p.Out},
		{"load balancer and NAT", hours*(p.Balancer+2*p.Gateway) + month*m.Requests*4e3/p.BalancerBytes*p.BalancerUnit},
		{"logs", month * m.Requests * 1.5 * a.LogBytes / 1e9 * p.LogGB},
		{"everything else", p.Rest},
	}
}

// Total returns the whole bill of a month, in US dollars.
func (p Plan) Total() (sum float64) {
	for _, c := range p.Costs {
		sum += c.Dollar
	}
	return sum
}

// Tables returns a table of the plans side by side, in Markdown.
func Tables(plans []Plan) string {
	var b strings.Builder
	row := func(name string, cell func(p Plan) string) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, p := range plans {
			fmt.Fprintf(&b, " %s |", cell(p))
		}
		b.WriteByte('\n')
	}
	number := func(name, format string, value func(p Plan) float64) {
		row(name, func(p Plan) string { return fmt.Sprintf(format, value(p)) })
	}
	row("submissions a day", func(p Plan) string { return grouped(p.PerDay) })
	row("---", func(Plan) string { return "---:" })
	number("submissions a second, busiest hour", "%.3g", func(p Plan) float64 { return p.Rate })
	row("valuers", func(p Plan) string { return grouped(p.Valuers) })
	row("queues read again, a second", func(p Plan) string { return grouped(p.Refreshes) })
	row("requests a second", func(p Plan) string { return grouped(p.Requests) })
	number("cores busy: API", "%.2f", func(p Plan) float64 { return p.API })
	number("cores busy: worker", "%.2f", func(p Plan) float64 { return p.Worker })
	number("cores busy: PostgreSQL", "%.2f", func(p Plan) float64 { return p.Postgres })
	number("cores busy: Redis", "%.2f", func(p Plan) float64 { return p.Redis })
	row("API tasks", func(p Plan) string { return fmt.Sprintf("%d × %g vCPU", p.APITasks, p.APICores) })
	row("worker tasks", func(p Plan) string { return fmt.Sprintf("%d × 1 vCPU", p.WorkerTasks) })
	row("PostgreSQL", func(p Plan) string { return p.Database.Name })
	row("Redis", func(p Plan) string { return fmt.Sprintf("%d × %s", p.Shards, p.Cache.Name) })
	row("database grows by, GB a month", func(p Plan) string { return grouped(p.DatabaseGB) })
	row("photos grow by, GB a month", func(p Plan) string { return grouped(p.FilesGB) })
	for i, c := range plans[0].Costs {
		row(c.Of+", $", func(p Plan) string { return grouped(p.Costs[i].Dollar) })
	}
	row("**a month, $**", func(p Plan) string { return "**" + grouped(p.Total()) + "**" })
	number("a submission, $", "%.3f", func(p Plan) float64 { return p.Total() / p.PerDay / Usual.Days })
	return b.String()
}

// grouped formats a number with commas between thousands: whole from 10 on, otherwise with one
// digit after the point.
func grouped(n float64) string {
	if n < 9.95 {
		return fmt.Sprintf("%.1f", n)
	}
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
