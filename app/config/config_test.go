package config_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/config"
)

var key = strings.Repeat("k", config.MinSecretBytes)

var other = strings.Repeat("t", config.MinSecretBytes)

func TestAnEmptyEnvironmentIsEnoughForADemo(t *testing.T) {
	t.Parallel()
	c, err := config.FromMap(nil)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:8000", c.Address)
	assert.Equal(t, slog.LevelInfo, c.LogLevel)
	assert.Empty(t, c.SecretKeys)
}

func TestEveryFaultIsNamedAtOnceAndNoValue(t *testing.T) {
	t.Parallel()
	_, err := config.FromMap(map[string]string{
		"SECRET_KEY": key + ",tooshort", "TOTP_KEY": "veryshort," + key + "," + other + "," + other, "PUBLIC_URL": "nowhere", "LOG_LEVEL": "LOUD",
		"TRUSTED_PROXIES": "-1", "USER_REQUESTS_PER_MINUTE": "-2", "OTP_REQUESTS_PER_HOUR": "0", "ADDRESS_REQUESTS_PER_MINUTE": "-3",
	})
	require.Error(t, err)
	for _, fault := range []string{
		"SECRET_KEY: key 2", "TOTP_KEY: key 1 is shorter", "TOTP_KEY: key 2 is also in SECRET_KEY", "TOTP_KEY: key 4 is given twice", "PUBLIC_URL", "LOG_LEVEL: must be DEBUG", "TRUSTED_PROXIES", "USER_REQUESTS_PER_MINUTE", "ADDRESS_REQUESTS_PER_MINUTE",
		"OTP_REQUESTS_PER_HOUR",
	} {
		assert.ErrorContains(t, err, fault)
	}
	assert.NotContains(t, err.Error(), "tooshort")
	assert.NotContains(t, err.Error(), "veryshort")
	assert.NotContains(t, err.Error(), "nowhere")
	assert.NotContains(t, err.Error(), "LOUD")
}

func TestServersNeedTheirVariables(t *testing.T) {
	t.Parallel()
	_, err := config.ServersFromMap(map[string]string{"DATABASE_CONNECTIONS": "0", "JOB_TIMEOUT": "1ms", "AWS_ACCESS_KEY_ID": "half", "S3_ENDPOINT": "x", "TWILIO_STATUS_CALLBACK": "y",
		"JOBS_WEB_ADDRESS": ":8001", "JOBS_WEB_PASSWORD": "fifteen letters",
		"METRICS_ADDRESS": "nine", "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318", "TRACES_RATE": "1.5", "SENTRY_DSN": "https://keyless.example/1"})
	require.Error(t, err)
	for _, fault := range []string{
		"DATABASE_URL", "REDIS_HOST", "S3_BUCKET", "SECRET_KEY", "TOTP_KEY", "TWILIO_STATUS_CALLBACK", "JOBS_WEB_PASSWORD", "DATABASE_CONNECTIONS", "JOB_TIMEOUT", "AWS_SECRET_ACCESS_KEY", "S3_ENDPOINT",
		"METRICS_ADDRESS", "OTEL_EXPORTER_OTLP_ENDPOINT", "TRACES_RATE", "SENTRY_DSN",
	} {
		assert.ErrorContains(t, err, fault)
	}
	enough := map[string]string{
		"DATABASE_URL": "postgres://localhost/propflow", "REDIS_HOST": "localhost", "S3_BUCKET": "photos", "SECRET_KEY": key,
		"TOTP_KEY": other,
	}
	_, err = config.ServersFromMap(enough)
	require.ErrorContains(t, err, "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: required where the container has no role")
	enough["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1"
	s, err := config.ServersFromMap(enough)
	require.NoError(t, err)
	assert.EqualValues(t, 6379, s.RedisPort)
	assert.Equal(t, "ap-south-1", s.S3Region)
	assert.Equal(t, 2*time.Minute, s.JobTimeout)
}

func TestTheProcessEnvironmentIsRead(t *testing.T) {
	t.Setenv("HTTP_ADDRESS", "127.0.0.1:9")
	c, err := config.Load()
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:9", c.Address)

	t.Setenv("DATABASE_URL", "postgres://localhost/app")
	m, err := config.LoadMigrations()
	require.NoError(t, err)
	assert.Equal(t, "postgres://localhost/app", m.URL, "migrations fall back to the application's database")
	t.Setenv("MIGRATE_DATABASE_URL", "postgres://localhost/owner")
	m, err = config.LoadMigrations()
	require.NoError(t, err)
	assert.Equal(t, "postgres://localhost/owner", m.URL)
	_, err = config.LoadServers()
	assert.ErrorContains(t, err, "REDIS_HOST")
}
