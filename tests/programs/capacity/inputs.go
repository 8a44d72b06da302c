package capacity

// Measured is what one submission costs, in seconds of one core and in bytes, and what it costs
// when a dashboard reads its queue again.
type Measured struct {
	API, Worker, Postgres, Redis float64
	Requests, Photos             float64
	Database, WAL, Files, Served float64
	QueueRead, QueueReadDatabase float64 // seconds of API and of PostgreSQL
}

// AsMeasured are the figures of docs/performance.md, "What a submission costs": six photos
// of 12 megapixels, libjpeg-turbo. Served are ten pictures of 1600 px and the report. Reading a
// queue again costs what "Against a bare handler" measured, but PostgreSQL a ninth of that,
// because of the cache.
var AsMeasured = Measured{
	API: 0.173, Worker: 0.629, Postgres: 0.132, Redis: 0.031,
	Requests: 51, Photos: 6,
	Database: 89e3, WAL: 208e3, Files: 20.4e6, Served: 3e6,
	QueueRead: 0.0005, QueueReadDatabase: 0.0001,
}

// Assumed is how people work and how busy machines may be.
type Assumed struct {
	Peak      float64 // share of a day's submissions in its busiest hour, as in `make load`
	Busy      float64 // share of a processor that is used in the busiest hour: the rest is for minutes above it and a lost zone
	Cases     float64 // that a valuer decides a day
	OnDuty    float64 // share of valuers whose dashboards are open in the busiest hour
	Days      float64 // of submissions a month
	LogBytes  float64 // of a request's line
	Retention float64 // months of photos and rows that are kept by then
	Hot       float64 // share of those rows that stays in memory
}

// Usual are the assumptions of the plan. A week of a year's rows is hot: cases end within days.
var Usual = Assumed{Peak: 0.12, Busy: 0.5, Cases: 15, OnDuty: 0.6, Days: 30, LogBytes: 600, Retention: 12, Hot: 7.0 / 365}

// Instance is a size of a managed server.
type Instance struct {
	Name   string
	Cores  float64 // that it can use all day: the baseline if the class is burstable
	Memory float64 // GB
	Dollar float64 // an hour, one zone
}

// Prices are list prices on demand for ap-south-1 in US dollars, rounded, without tax; they
// change, and AWS's calculator has the last word.
type Prices struct {
	TaskCore, TaskGB            float64 // Fargate, an hour
	Databases, Caches           []Instance
	DatabaseGB                  float64 // a month, one zone
	FilesGB, RareGB             float64 // S3 Standard and Standard-IA, a month
	Put, Get                    float64 // S3, per thousand
	Out                         float64 // a GB to the internet
	Gateway, Balancer           float64 // NAT gateway and load balancer, an hour
	LogGB                       float64 // taken in
	Rest                        float64 // a month: zone, secrets, keys, alarms, dashboard, images
	BalancerUnit, BalancerBytes float64 // an hour of one unit, and the bytes it carries in it
}

// Listed are the prices of the plan.
var Listed = Prices{
	TaskCore: 0.0426, TaskGB: 0.0047,
	Databases: []Instance{
		{"db.t3.small", 0.4, 2, 0.05}, {"db.t3.medium", 0.4, 4, 0.10}, {"db.m6g.large", 2, 8, 0.20}, {"db.m6g.xlarge", 4, 16, 0.39},
		{"db.r6g.2xlarge", 8, 64, 1.10}, {"db.r6g.4xlarge", 16, 128, 2.20}, {"db.r6g.8xlarge", 32, 256, 4.40}, {"db.r6g.16xlarge", 64, 512, 8.80},
	},
	Caches: []Instance{
		{"cache.t3.small", 0.4, 1.4, 0.04}, {"cache.m6g.large", 1, 6.4, 0.17}, {"cache.r6g.xlarge", 1, 26, 0.49},
	},
	DatabaseGB: 0.13, FilesGB: 0.025, RareGB: 0.019, Put: 0.005, Get: 0.0004, Out: 0.11,
	Gateway: 0.056, Balancer: 0.024, LogGB: 0.67, Rest: 60, BalancerUnit: 0.008, BalancerBytes: 1e9,
}
