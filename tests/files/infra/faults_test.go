package infra_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fault is a change of one file, and what is said of it.
type fault struct{ file, old, new, want string }

// wrong are faults that do not hide each other; each is named by a sentence of its own.
var wrong = []fault{
	{"database.tf", "publicly_accessible    = false", "publicly_accessible    = true", "private, in two zones, protected from deletion"},
	{"database.tf", "storage_encrypted     = true", "storage_encrypted     = false", "20 GB, encrypted"},
	{"database.tf", "= var.backup_days", "= 1", "7 days of backups"},
	{"database.tf", `name  = "rds.force_ssl"
    value = "1"`, `name  = "rds.force_ssl"
    value = "0"`, "pg_stat_statements, connections and TLS are set"},
	{"cache.tf", "transit_encryption_enabled = true", "transit_encryption_enabled = false", "TLS, a password, encrypted at rest"},
	{"storage.tf", "block_public_policy     = true", "block_public_policy     = false", "the bucket is private"},
	{"storage.tf", "versioning_configuration {\n    status = \"Enabled\"", "versioning_configuration {\n    status = \"Suspended\"", "photos can be brought back"},
	{"storage.tf", `sse_algorithm = "aws:kms"`, `sse_algorithm = "AES256"`, "photos are encrypted"},
	{"storage.tf", "var.upload_origins)", `["*"])`, "uploads come from known pages"},
	{"storage.tf", `effect    = "Deny"`, `effect    = "Allow"`, "TLS only"},
	{"access.tf", `["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"]`, `["s3:*"]`, "no wildcard actions"},
	{"access.tf", "[aws_s3_bucket.photos.arn]", `["*"]`, "resources by name, but for the three actions that know none"},
	{"access.tf", `? ["release.yml"] :`, `? ["release.yml", "ci.yml"] :`, "only release.yml, as it is on main, may deploy to production"},
	{"access.tf", `      values   = ["refs/heads/main"]`, `      values   = ["refs/heads/main", "refs/heads/next"]`, "only runs of main, in this environment, may deploy"},
	{"firewall.tf", `aws_lb.main.arn`, `aws_lb_target_group.api.arn`, "the firewall is in front of the load balancer"},
	{"firewall.tf", `= var.requests_per_address`, `= 100`, "an address that floods is refused, from 3,000 requests in 5 minutes at the earliest"},
	{"firewall.tf", "override_action {\n        none {}", "override_action {\n        count {}", "what AWS knows as hostile is refused, not just counted"},
	{"firewall.tf", `priority = 20, counted = []`, `priority = 20, counted = ["Log4JRCE_BODY"]`, "no managed rule is switched off, but for the one that files of comparables break"},
	{"firewall.tf", `var.blocked_addresses`, `[]`, "addresses of an attack are refused by hand"},
	{"firewall.tf", `["authorization", "cookie", "propflow-reason"]`, `["authorization", "cookie"]`, "what the firewall refused is written down, without tokens and reasons"},
	{"load_balancer.tf", "bucket  = aws_s3_bucket.requests.id", "bucket  = aws_s3_bucket.photos.id", "every request is written down, in a bucket of its own"},
	{"request_log.tf", `sse_algorithm = "AES256"`, `sse_algorithm = "aws:kms"`, "requests are private and encrypted, with the one kind of key that load balancers can write with"},
	{"request_log.tf", "/AWSLogs/${local.account}/*", "/*", "load balancers of this account may add requests, and nobody anything else"},
	{"network.tf", "retention_in_days = var.log_days", "retention_in_days = 30", "logs are kept for a year"},
	{"security.tf", "security_group_id = aws_security_group.load_balancer.id\n  description       = \"${each.key} from everywhere\"", "security_group_id = aws_security_group.api.id\n  description       = \"${each.key} from everywhere\"", "only the load balancer is open to the internet"},
	{"load_balancer.tf", `"/readyz"`, `"/health"`, "the right health paths"},
	{"load_balancer.tf", "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08", "HTTPS only, with today's ciphers"},
	{"load_balancer.tf", "host = local.api_host", "host = local.dashboard_host", "the API's name leads to the API"},
	{"registry.tf", `"IMMUTABLE"`, `"MUTABLE"`, "images are scanned and never replaced"},
	{"variables.tf", "memory = 1024, min = 2, max = 10", "memory = 1024, min = 3, max = 10", "api runs 2 to 10 tasks"},
	{"scaling.tf", `"JobsAvailable"`, `"PendingReviews"`, "workers follow the jobs that could run"},
	{"alarms.tf", `statistic = "p95", threshold = 1,`, `statistic = "p95", threshold = 2,`, "HighLatency: p95 above 1 s for 5 minutes"},
	{"alarms.tf", "threshold = 5, page = true", "threshold = 50, page = true", "HighErrorRate: 5 % for 5 minutes"},
	{"alarms.tf", "threshold = 14.4 *", "threshold = 20 *", "burn rates: 14.4 and 6 times the budget of 0.1 %"},
	{"alarms.tf", "floor(0.8 * var.database_connections)", "floor(0.9 * var.database_connections)", "DatabaseConnections: 80 % of 200"},
	{"alarms.tf", "threshold = 50, period", "threshold = 500, period", "QueueBacklog: 50 cases for 30 minutes"},
	{"alarms.tf", "floor(0.15 *", "floor(0.05 *", "DiskUsage: 85 %"},
	{"alarms.tf", "kms_master_key_id = aws_kms_key.alarms.arn", `kms_master_key_id = "alias/aws/sns"`, "CloudWatch may use the key of the topic, or alarms are lost"},
	{"alarms.tf", `statistic           = "SampleCount"`, `statistic           = "Maximum"`, "a silent scheduler is told"},
	{"dashboard.tf", `"FreeStorageSpace"`, `"FreeableMemory"`, "the dashboard shows what the alarms are about"},
	{"modules/service/main.tf", "rollback = true", "rollback = false", "a deployment that does not get healthy is taken back"},
	{"modules/service/main.tf", "readonlyRootFilesystem = true", "readonlyRootFilesystem = false", "containers write nothing and may do nothing"},
	{"modules/service/main.tf", "assign_public_ip = false", "assign_public_ip = true", "tasks have no public address"},
	{"collector.tf", `metrics_address = "127.0.0.1:9464"`, `metrics_address = "0.0.0.0:9464"`, "metrics and traces stay inside the task"},
}

// open is a check that lets too much through. Terraform ends at a refusal that does not come,
// so there is one of its kind; the run that wants it is named.
var open = fault{"database.tf", "<= 0.8 * var.database_connections", "<= 8 * var.database_connections", "more_connections_than_the_database_has"}

func TestEveryPlantedFaultOfTheInfrastructureIsNamed(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	said, runs := make(map[string]bool), make(map[string]bool)
	var status string
	for _, l := range test(t, planted(t, append(slices.Clone(wrong), open)...)) {
		if d := l.Diagnostic; d != nil && d.Severity == "error" {
			said[d.Detail], runs[l.Run] = true, true
		}
		if l.Summary != nil {
			status = l.Summary.Status
		}
	}
	assert.Equal(t, "error", status)
	for _, f := range wrong {
		assert.True(t, said[f.want], "%s, %s: nobody says %q", f.file, f.new, f.want)
	}
	assert.True(t, runs[open.want], "%s, %s: %s passes", open.file, open.new, open.want)
}

func TestVerifyInfraFailsWhateverIsWrong(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	for name, f := range map[string]fault{
		"formatting":            {"bootstrap/main.tf", "billing_mode = ", "billing_mode=", "main.tf"},
		"a name of nothing":     {"bootstrap/main.tf", "bucket = aws_s3_bucket.state.id", "bucket = aws_s3_bucket.photos.id", "Reference to undeclared resource"},
		"a variable twice":      {"bootstrap/main.tf", "provider \"aws\" {", "variable \"a\" {}\nvariable \"a\" {}\nprovider \"aws\" {", "Duplicate variable declaration"},
		"a state without locks": {"bootstrap/main.tf", `"LockID"`, `"Lock"`, "bucket and lock table must be those of versions.tf"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath("terraform"); err != nil {
				reached(t, exec.CommandContext(t.Context(), "sh", "-c", "exit 69").Run(), "terraform is not installed")
			}
			verify := exec.CommandContext(t.Context(), root+"/scripts/verify-infra", planted(t, f))
			out, err := verify.CombinedOutput()
			text := strings.Join(strings.Fields(string(out)), " ")
			if err == nil && strings.Contains(text, "formatting checked, nothing else") {
				t.Skip("skipped: the AWS provider is out of reach")
			}
			require.Error(t, err, text)
			assert.Contains(t, text, f.want)
		})
	}
}
