package infra_test

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
)

// container is one of a task definition.
type container struct {
	Name, Image string
	Command     []string
	Environment []struct{ Name, Value string }
	Secrets     []struct{ Name string }
}

// defined returns the containers of all task definitions by run and name.
func defined(t *testing.T) map[string]map[string]container {
	t.Helper()
	runs := make(map[string]map[string]container)
	for _, l := range test(t, code, "-verbose", "-filter=tests/tasks.tftest.hcl") {
		if l.State == nil {
			continue
		}
		runs[l.Run] = make(map[string]container)
		for _, child := range l.State.Root.Children {
			for _, resource := range child.Resources {
				if resource.Type != "aws_ecs_task_definition" {
					continue
				}
				var containers []container
				require.NoError(t, json.Unmarshal([]byte(resource.Values.ContainerDefinitions), &containers), child.Address)
				for _, c := range containers[1:] {
					assert.Equal(t, "collector", c.Name)
				}
				runs[l.Run][containers[0].Name] = containers[0]
			}
		}
	}
	require.Len(t, runs, 2)
	return runs
}

// left says of each variable that no task is given why not.
var left = map[string]string{
	"LOG_LEVEL":                   "INFO suits",
	"USER_REQUESTS_PER_MINUTE":    "the default suits",
	"OTP_REQUESTS_PER_HOUR":       "the default suits",
	"OTP_RESEND_AFTER":            "the default suits",
	"OTP_NUMBER_PER_HOUR":         "the default suits",
	"OTP_NUMBER_PER_DAY":          "the default suits",
	"OTP_BUDGET_PER_MINUTE":       "the default suits",
	"OTP_BUDGET_PER_HOUR":         "the default suits",
	"JOB_TIMEOUT":                 "the default is what tasks are given to stop",
	"QUEUE_CACHE":                 "on unless it is in doubt",
	"REDIS_PREFIX":                "each environment has a server of its own",
	"S3_ENDPOINT":                 "AWS's own",
	"S3_LINK_ENDPOINT":            "AWS's own",
	"AWS_ACCESS_KEY_ID":           "the task has a role",
	"AWS_SECRET_ACCESS_KEY":       "the task has a role",
	"TWILIO_API_URL":              "Twilio's own",
	"TWILIO_STATUS_CALLBACK":      "below PUBLIC_URL",
	"GOOGLE_VISION_API_URL":       "Google's own",
	"JOBS_WEB_ADDRESS":            "`propflow jobs` in a one-off task instead",
	"JOBS_WEB_PASSWORD":           "`propflow jobs` in a one-off task instead",
	"ADDRESS_REQUESTS_PER_MINUTE": "the default suits",
	"SECOND_ADMIN":                "the default suits",
}

// byECS reports whether ECS itself sets the variable in every task.
func byECS(name string) bool {
	return strings.HasPrefix(name, "AWS_CONTAINER_") || strings.HasPrefix(name, "ECS_")
}

// always must be set in production, whatever the code would do without.
var always = []string{
	"DASHBOARD_ORIGINS", "DATABASE_CONNECTIONS", "DATABASE_URL", "ENVIRONMENT", "GRIEVANCE_EMAIL", "GRIEVANCE_NAME", "HTTP_ADDRESS", "HTTP_TLS", "PEPPER",
	"PUBLIC_URL", "REDIS_HOST", "REDIS_PASSWORD", "REDIS_PORT",
	"REDIS_TLS", "S3_BUCKET", "S3_REGION", "SECRET_KEY", "SHUTDOWN_DELAY", "TOTP_KEY", "TRUSTED_PROXIES",
}

// random returns what looks like a key drawn at random, the same for the same seed.
func random(seed string) string {
	sum := sha512.Sum384([]byte(seed))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// secrets are values, as people put them into Secrets Manager.
var secrets = map[string]string{
	"SECRET_KEY": random("signs"), "PEPPER": random("hashes"), "TOTP_KEY": random("seals"),
	"DATABASE_URL":   "postgres://propflow_login:x@mock.rds.example:5432/propflow?sslmode=verify-full",
	"REDIS_PASSWORD": strings.Repeat("r", 32), "SENTRY_DSN": "https://key@o1.ingest.sentry.io/1",
	"TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000", "TWILIO_AUTH_TOKEN": "token", "GOOGLE_VISION_API_KEY": "key",
	"SMTP_USERNAME": "AKIAIOSFODNN7EXAMPLE", "SMTP_PASSWORD": "password",
}

// values are what the process finds, secrets included; faults name what nobody reads, is missing
// or set twice, and secrets that stand in the open.
func values(c container, read []string) (vars map[string]string, faults []string) {
	vars = make(map[string]string)
	put := func(name, value string) {
		if _, twice := vars[name]; twice {
			faults = append(faults, c.Name+": "+name+" is set twice")
		}
		if !slices.Contains(read, name) {
			faults = append(faults, c.Name+": nobody reads "+name)
		}
		vars[name] = value
	}
	for _, v := range c.Environment {
		put(v.Name, v.Value)
		if _, is := secrets[v.Name]; is {
			faults = append(faults, c.Name+": the secret "+v.Name+" stands in the open")
		}
	}
	for _, s := range c.Secrets {
		put(s.Name, secrets[s.Name])
	}
	for _, name := range always {
		if _, given := vars[name]; !given {
			faults = append(faults, c.Name+": "+name+" is missing")
		}
	}
	return vars, faults
}

func TestTasksAreGivenWhatTheProcessesRead(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	read := config.Variables(config.Servers{})
	runs := defined(t)
	for run, containers := range runs {
		assert.Equal(t, []string{"api", "beat", "dashboard", "migrate", "worker"}, slices.Sorted(maps.Keys(containers)), run)
		for name, command := range map[string]string{"api": "serve", "worker": "worker", "beat": "scheduler"} {
			vars, faults := values(containers[name], read)
			assert.Empty(t, faults, run)
			assert.Equal(t, []string{command}, containers[name].Command)
			usable(t, vars, run)
		}
		migrate := containers["migrate"]
		assert.Equal(t, []string{"migrate", "up"}, migrate.Command)
		require.Len(t, migrate.Environment, 1)
		assert.Equal(t, "MIGRATE_DATABASE_URL", migrate.Environment[0].Name)
		assert.Contains(t, config.Variables(config.Migrations{}), migrate.Environment[0].Name)
		assert.Equal(t, []struct{ Name string }{{"PGPASSWORD"}}, migrate.Secrets, "the driver's own variable")
	}
	vars, _ := values(runs["everything"]["api"], read)
	for _, name := range read {
		_, given := vars[name]
		_, known := left[name]
		assert.True(t, given || known || byECS(name), "%s: no task is given it, and nobody says why", name)
		assert.False(t, given && known, "%s: it is given, against what is said here", name)
	}
}

// usable wants the values to be those of production behind a load balancer.
func usable(t *testing.T, vars map[string]string, run string) {
	t.Helper()
	vars = maps.Clone(vars)
	vars["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x" // by ECS
	c, err := config.ServersFromMap(vars)
	require.NoError(t, err, run)
	assert.Equal(t, "https://api.propflow.example.in", c.PublicURL)
	assert.Equal(t, []string{"https://valuers.propflow.example.in"}, c.DashboardOrigins)
	assert.Equal(t, "production", c.Environment)
	assert.Equal(t, 1, c.TrustedProxies)
	assert.True(t, c.RedisTLS)
	assert.Greater(t, c.ShutdownDelay, time.Second)
	assert.Empty(t, c.AccessKey, "the role, not a key")
	if run == "everything" {
		assert.Equal(t, []string{"https://app.propflow.example.in"}, c.CaptureOrigins)
		assert.Regexp(t, `^127\.0\.0\.1:`, c.MetricsAddress, "nobody outside the task may ask")
		assert.Regexp(t, `^http://127\.0\.0\.1:`, c.TracesEndpoint)
		assert.Equal(t, "HX11111111111111111111111111111111", c.TwilioSMSContents["valued.hi"])
		assert.NotEmpty(t, c.VisionKey)
		assert.Equal(t, "email-smtp.ap-south-1.amazonaws.com", c.SMTPHost)
		assert.NotEmpty(t, c.SentryDSN)
	} else {
		assert.Empty(t, c.CaptureOrigins)
		assert.Empty(t, c.MetricsAddress)
		assert.Empty(t, c.TwilioAccountSID+c.SMTPHost+c.VisionKey+c.SentryDSN)
	}
}

func TestEveryFaultOfATaskIsNamed(t *testing.T) {
	t.Parallel()
	type pair = struct{ Name, Value string }
	c := container{
		Name:        "api",
		Environment: []pair{{"S3_BUCKET", "b"}, {"S3_BUCKET", "c"}, {"COLOUR", "red"}, {"SENTRY_DSN", "https://key@o1.ingest.sentry.io/1"}},
		Secrets:     []struct{ Name string }{{"SECRET_KEY"}},
	}
	_, faults := values(c, config.Variables(config.Servers{}))
	for _, want := range []string{
		"api: S3_BUCKET is set twice", "api: nobody reads COLOUR", "api: the secret SENTRY_DSN stands in the open", "api: TRUSTED_PROXIES is missing",
	} {
		assert.Contains(t, faults, want)
	}
	assert.NotContains(t, faults, "api: SECRET_KEY is missing")
}

// TestTheBucketLetsInWhatTheAPISigns compares the headers that a browser has to send with those
// that the bucket's CORS rule allows.
func TestTheBucketLetsInWhatTheAPISigns(t *testing.T) {
	t.Parallel()
	storage, err := os.ReadFile(code + "/storage.tf")
	require.NoError(t, err)
	rule := regexp.MustCompile(`allowed_headers = \[(.*)\]`).FindSubmatch(storage)
	require.NotNil(t, rule)
	allowed := strings.Split(strings.ReplaceAll(string(rule[1]), `"`, ""), ", ")

	blobs, err := s3.Open(s3.Options{Bucket: "propflow-photos", Region: "ap-south-1", AccessKey: "a", SecretKey: "b"})
	require.NoError(t, err)
	upload, err := blobs.PresignPut(t.Context(), "properties/1/photos/2", domain.Announcement{
		ContentType: "image/jpeg", Bytes: 1000, SHA256: strings.Repeat("ab", 32),
	}, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "PUT", upload.Method)
	var sent []string
	for header := range upload.Headers {
		sent = append(sent, strings.ToLower(header))
	}
	slices.Sort(sent)
	slices.Sort(allowed)
	assert.Equal(t, sent, allowed, "no fewer, or uploads fail; no more than is needed")
}

// TestWhatAlarmsReadIsWritten holds names in alarms.tf against the code that logs them.
func TestWhatAlarmsReadIsWritten(t *testing.T) {
	t.Parallel()
	alarms, err := os.ReadFile(code + "/alarms.tf")
	require.NoError(t, err)
	figures, err := os.ReadFile(root + "/app/observe/emf.go")
	require.NoError(t, err)
	runner, err := os.ReadFile(root + "/adapters/postgres/runner.go")
	require.NoError(t, err)
	own := regexp.MustCompile(`namespace = local\.metric_namespace, metric = "(\w+)"`).FindAllSubmatch(alarms, -1)
	require.GreaterOrEqual(t, len(own), 4)
	for _, metric := range own {
		assert.Contains(t, string(figures), `"`+string(metric[1])+`"`)
	}
	message := regexp.MustCompile(`\$\.msg = \\"(.*?)\\"`).FindSubmatch(alarms)
	require.NotNil(t, message)
	assert.Contains(t, string(runner), `"`+string(message[1])+`", "kind"`)
}
