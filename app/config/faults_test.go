package config

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// malformed has values that must be refused, for each variable that has a form.
var malformed = map[string][]string{
	"HTTP_TLS":     {"perhaps"},
	"HTTP_ADDRESS": {"8000", "localhost:http8", "localhost:70000"}, "PUBLIC_URL": {"example.com", "/path"},
	"DASHBOARD_ORIGINS": {"app.example.in", "https://app.example.in/"}, "CAPTURE_ORIGINS": {"https://a.example.in,https://b.example.in/x"},
	"SECRET_KEY": {"short"}, "TOTP_KEY": {"short"}, "PEPPER": {"short"}, "LOG_LEVEL": {"LOUD"}, "TRUSTED_PROXIES": {"one", "-1"},
	"USER_REQUESTS_PER_MINUTE": {"many", "-1"}, "ADDRESS_REQUESTS_PER_MINUTE": {"many", "-1"}, "OTP_REQUESTS_PER_HOUR": {"0", "x"},
	"OTP_RESEND_AFTER": {"soon", "-1s"}, "OTP_NUMBER_PER_HOUR": {"0", "x"}, "OTP_NUMBER_PER_DAY": {"0", "x"},
	"OTP_BUDGET_PER_MINUTE": {"0", "x"}, "OTP_BUDGET_PER_HOUR": {"0", "x"},
	"SHUTDOWN_DELAY": {"10", "-1s"}, "DATABASE_URL": {"http://localhost", "postgres://u:p@h:port/d"}, "DATABASE_CONNECTIONS": {"0", "x"},
	"JOB_TIMEOUT": {"2", "1ms"}, "REDIS_HOST": {"redis:6379", "redis://host", "two words"}, "REDIS_PORT": {"0", "70000", "x"}, "REDIS_TLS": {"perhaps"}, "QUEUE_CACHE": {"maybe"},
	"S3_BUCKET": {"Photos", "x", "a/b"}, "S3_ENDPOINT": {"minio:9000"}, "S3_REGION": {"Mumbai!"}, "S3_LINK_ENDPOINT": {"minio"},
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": {"v2", "http://169.254.170.2/v2"},
	"AWS_CONTAINER_CREDENTIALS_FULL_URI": {
		"v2", "/v2", "http://", "https://", "http://example.com/", "http://192.0.2.1/", "http://169.254.169.254/", "ftp://localhost/", "http://localhost.example/",
	},
	"TWILIO_API_URL": {"api"}, "TWILIO_WHATSAPP_FROM": {"PropFlow", "98"}, "TWILIO_SMS_CONTENTS": {"valued"}, "TWILIO_WHATSAPP_CONTENTS": {"valued"},
	"TWILIO_STATUS_CALLBACK": {"/status"}, "GOOGLE_VISION_API_URL": {"vision"}, "JOBS_WEB_ADDRESS": {"8090", ":x"},
	"METRICS_ADDRESS": {"9090"}, "OTEL_EXPORTER_OTLP_ENDPOINT": {"collector"}, "TRACES_RATE": {"2", "-1", "x"}, "SENTRY_DSN": {"https://no-key.example"},
	"SECOND_ADMIN": {"perhaps"}, "MIGRATE_DATABASE_URL": {"http://localhost"},
	"GRIEVANCE_EMAIL": {"privacy", "Office <privacy@example.in>"},
	"SMTP_HOST":       {"mail:587", "smtp://mail", "two words"}, "SMTP_PORT": {"0", "70000", "x"}, "SMTP_TLS": {"perhaps", "TLS"},
	"SMTP_FROM": {"propflow", "a@b", "a@example.in\r\nBcc: b@example.in"},
}

// anything lists the variables that take any text.
var anything = []string{
	"REDIS_PASSWORD", "REDIS_PREFIX", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM",
	"GOOGLE_VISION_API_KEY", "JOBS_WEB_PASSWORD", "ENVIRONMENT", "SMTP_USERNAME", "SMTP_PASSWORD", "GRIEVANCE_NAME",
}

func TestEveryVariableWithAFormIsChecked(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"DATABASE_URL": "postgres://localhost/propflow", "REDIS_HOST": "localhost", "S3_BUCKET": "photos", "SECRET_KEY": strings.Repeat("k", MinSecretBytes), "TOTP_KEY": strings.Repeat("t", MinSecretBytes),
		"JOBS_WEB_PASSWORD": strings.Repeat("p", MinJobsWebPassword), "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
	}
	_, faults := ServersAnyway(good)
	require.Empty(t, faults)
	for _, r := range readers {
		for field := range fields(r.config) {
			name := variable(field)
			if _, listed := malformed[name]; !listed {
				assert.Contains(t, anything, name, "a new variable: say which values it refuses")
				continue
			}
			for _, value := range malformed[name] {
				vars := maps.Clone(good)
				vars[name] = value
				err := r.load(vars)
				if assert.Error(t, err, "%s=%s", name, value) {
					assert.Contains(t, err.Error(), name+": ", "it names the variable")
					assert.NotContains(t, strings.TrimPrefix(err.Error(), name), ": "+value, "it does not quote the value")
				}
			}
		}
	}
}

func TestMailThatCouldNotBeSentIsAFault(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"DATABASE_URL": "postgres://localhost/propflow", "REDIS_HOST": "localhost", "S3_BUCKET": "photos", "SECRET_KEY": strings.Repeat("k", MinSecretBytes), "TOTP_KEY": strings.Repeat("t", MinSecretBytes),
		"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "ENVIRONMENT": "staging",
		"SMTP_HOST": "mail.example.in", "SMTP_FROM": "PropFlow <digest@example.in>", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p",
		"GRIEVANCE_NAME": "Grievance officer", "GRIEVANCE_EMAIL": "privacy@example.in",
	}
	c, faults := ServersAnyway(good)
	require.Empty(t, faults)
	assert.Equal(t, Mail{SMTPHost: "mail.example.in", SMTPPort: 587, SMTPTLS: "starttls", SMTPUsername: "u", SMTPPassword: "p", SMTPFrom: "PropFlow <digest@example.in>"}, c.Mail)
	for name, change := range map[string]map[string]string{
		"SMTP_FROM: required": {"SMTP_FROM": ""}, "SMTP_USERNAME, SMTP_PASSWORD: give both": {"SMTP_PASSWORD": ""},
		"SMTP_TLS: a login needs": {"SMTP_TLS": "none", "ENVIRONMENT": "development"},
	} {
		vars := maps.Clone(good)
		maps.Copy(vars, change)
		_, err := ServersFromMap(vars)
		assert.ErrorContains(t, err, name)
	}
	delete(good, "SMTP_USERNAME")
	delete(good, "SMTP_PASSWORD")
	good["SMTP_TLS"], good["ENVIRONMENT"] = "none", "development"
	_, faults = ServersAnyway(good)
	assert.Empty(t, faults, "a server on the same machine")
	for _, environment := range []string{"production", "Production", "prod", "staging", " development"} {
		good["ENVIRONMENT"] = environment
		_, err := ServersFromMap(good)
		assert.ErrorContains(t, err, "SMTP_TLS: must be starttls or implicit", environment)
	}
	good["ENVIRONMENT"] = ""
	_, faults = ServersAnyway(good)
	assert.Empty(t, faults, "an empty variable is development, as an absent one is")
}

func TestKeysComeFromThisMachineOrUnread(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{
		"http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials", "http://169.254.170.2/", "http://localhost:8080/",
		"http://127.0.0.1:51678/keys", "http://[::1]/", "https://keys.example/1",
	} {
		assert.Empty(t, S3{S3Bucket: "photos", RoleURL: endpoint}.faults(), endpoint)
	}
}

func TestWhatCanBeReadIsReadBesideTheFaults(t *testing.T) {
	t.Parallel()
	c, faults := ServersAnyway(map[string]string{
		"REDIS_HOST": "localhost", "REDIS_PORT": "x", "S3_BUCKET": "photos", "JOB_TIMEOUT": "x", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/keys",
	})
	assert.Equal(t, "localhost", c.RedisHost)
	assert.Equal(t, "photos", c.S3Bucket)
	var said []string
	for _, fault := range faults {
		said = append(said, fault.Error())
	}
	assert.ElementsMatch(t, []string{
		"DATABASE_URL: required", "SECRET_KEY: required", "TOTP_KEY: required", "REDIS_PORT: must be a number from 0 to 65535", "JOB_TIMEOUT: must be a duration such as 90s or 2m",
	}, said, "each once")
}

func TestFormsOfAllTypesThatAreRead(t *testing.T) {
	t.Parallel()
	for field := range fields(reflect.TypeFor[Servers]()) {
		switch field.Type.Kind() {
		case reflect.String, reflect.Slice: // anything can be read
		default:
			assert.NotEmpty(t, form(field.Type))
		}
	}
	assert.Equal(t, "true or false", form(reflect.TypeFor[bool]()))
	assert.Equal(t, "a whole number", form(reflect.TypeFor[int32]()))
}

func TestAnInstallationOfPeopleNamesWhoAnswersThem(t *testing.T) {
	t.Parallel()
	vars := map[string]string{
		"DATABASE_URL": "postgres://localhost/propflow", "REDIS_HOST": "localhost", "S3_BUCKET": "photos", "SECRET_KEY": strings.Repeat("k", MinSecretBytes), "TOTP_KEY": strings.Repeat("t", MinSecretBytes),
		"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
	}
	_, err := ServersFromMap(vars)
	require.NoError(t, err)
	vars["ENVIRONMENT"] = "Production"
	_, err = ServersFromMap(vars)
	require.ErrorContains(t, err, "GRIEVANCE_NAME: required")
	require.ErrorContains(t, err, "GRIEVANCE_EMAIL: required")
}
