package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Keys as openssl rand -base64 48 and scripts/dotenv make them.
const (
	randomKey = "q0JrXj2V0m8y7nEJ3uW1cFhJm3nq4y6VxZ5oSgB1tKc9LwPzR2dTfUiAeGkNvYbM"
	totpKey   = "m2Xw9TzQe7RkV4bYh8Jc1LpD6sGf3NuA0oEiWqZvBxCtMyKjHgUrSlPdFaTn5O+/"
	hexKey    = "7f3a9c1e5b2d8064af19e3c7d5b80264913fae7c0d58b26e"
)

func production() map[string]string {
	return map[string]string{
		"ENVIRONMENT": "production", "SECRET_KEY": randomKey, "PEPPER": hexKey, "TOTP_KEY": totpKey, "PUBLIC_URL": "https://api.example.in",
		"DATABASE_URL": "postgres://login:p@db.example.in/propflow?sslmode=verify-full", "REDIS_HOST": "cache.example.in", "REDIS_TLS": "true",
		"REDIS_PASSWORD": "p", "S3_BUCKET": "photos", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1",
		"GRIEVANCE_NAME": "Grievance officer", "GRIEVANCE_EMAIL": "privacy@example.in",
	}
}

func TestProductionRefusesWhatIsUnsafe(t *testing.T) {
	t.Parallel()
	_, faults := ServersAnyway(production())
	require.Empty(t, faults)
	for _, c := range []struct{ name, value, fault string }{
		{"SECRET_KEY", strings.Repeat("k", 64), "SECRET_KEY: key 1 is no random key"},
		{"SECRET_KEY", randomKey + "," + strings.Repeat("ab", 40), "SECRET_KEY: key 2 is no random key"},
		{"TOTP_KEY", strings.Repeat("k", 64), "TOTP_KEY: key 1 is no random key"},
		{"TOTP_KEY", totpKey + "," + hexKey, "TOTP_KEY: key 2 is the PEPPER"},
		{"PEPPER", "", "PEPPER: required in production"},
		{"PEPPER", strings.Repeat("0123456789", 6), "PEPPER: is no random key"},
		{"PEPPER", randomKey, "PEPPER: must not be a SECRET_KEY"},
		{"USER_REQUESTS_PER_MINUTE", "0", "USER_REQUESTS_PER_MINUTE: must not be 0"},
		{"ADDRESS_REQUESTS_PER_MINUTE", "0", "ADDRESS_REQUESTS_PER_MINUTE: must not be 0"},
		{"PUBLIC_URL", "http://api.example.in", "PUBLIC_URL: must be https"},
		{"PUBLIC_URL", "", "PUBLIC_URL: must be https"},
		{"REDIS_TLS", "false", "REDIS_TLS: must be true"},
		{"REDIS_PASSWORD", "", "REDIS_PASSWORD: required in production"},
		{"DATABASE_URL", "postgres://db.example.in/propflow", "DATABASE_URL: must have sslmode=verify-full"},
		{"DATABASE_URL", "postgres://db.example.in/propflow?sslmode=disable", "DATABASE_URL: must have sslmode=verify-full"},
		{"DATABASE_URL", "postgres://db.example.in/propflow?sslmode=prefer", "DATABASE_URL: must have sslmode=verify-full"},
		{"DATABASE_URL", "postgres://db.example.in/propflow?sslmode=require", "DATABASE_URL: must have sslmode=verify-full"},
		{"DATABASE_URL", "postgres://db.example.in/propflow?sslmode=verify-ca", "DATABASE_URL: must have sslmode=verify-full"},
		{"S3_ENDPOINT", "http://minio:9000", "S3_ENDPOINT: must be https"},
		{"S3_LINK_ENDPOINT", "http://minio:9000", "S3_LINK_ENDPOINT: must be https"},
		{"TWILIO_API_URL", "http://twilio", "TWILIO_API_URL: must be https"},
		{"GOOGLE_VISION_API_URL", "http://vision", "GOOGLE_VISION_API_URL: must be https"},
		{"TWILIO_STATUS_CALLBACK", "http://api.example.in/twilio", "TWILIO_STATUS_CALLBACK: must be https"},
		{"SENTRY_DSN", "http://key@sentry.example.in/1", "SENTRY_DSN: must be https"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT: must be https, or on this machine"},
		{"OTP_RESEND_AFTER", "0s", "OTP_RESEND_AFTER: must not be 0"},
		{"DASHBOARD_ORIGINS", "http://x.example.in", "DASHBOARD_ORIGINS: must be https"},
		{"CAPTURE_ORIGINS", "http://x.example.in", "CAPTURE_ORIGINS: must be https"},
	} {
		for _, environment := range []string{"production", "Production", "prod"} {
			vars := production()
			vars["ENVIRONMENT"], vars[c.name] = environment, c.value
			_, faults := ServersAnyway(vars)
			require.Len(t, faults, 1, "%s=%s", c.name, c.value)
			assert.ErrorContains(t, faults[0], c.fault)
		}
		vars := production()
		vars["ENVIRONMENT"], vars[c.name] = "staging", c.value
		_, faults := ServersAnyway(vars)
		assert.Empty(t, faults, "only production demands it: %s", c.fault)
	}
}

func TestProductionTakesWhatNobodyElseCanRead(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": {"http://127.0.0.1:4318", "http://localhost:4318", "http://[::1]:4318", "https://collector.example.in"},
		"SENTRY_DSN":                  {"https://key@sentry.example.in/1"},
		"TWILIO_STATUS_CALLBACK":      {"https://api.example.in/twilio"},
	} {
		for _, value := range values {
			vars := production()
			vars[name] = value
			_, faults := ServersAnyway(vars)
			assert.Empty(t, faults, "%s=%s", name, value)
		}
	}
}

// TestNoCommandOfProductionReachesAnUnverifiedDatabase covers the commands that need less than servers.
func TestNoCommandOfProductionReachesAnUnverifiedDatabase(t *testing.T) {
	for name, value := range production() {
		t.Setenv(name, value)
	}
	for name, load := range map[string]func() error{
		"check, audit, files": func() error { _, err := LoadChecks(); return err },
		"staff, jobs":         func() error { _, err := LoadDatabase(); return err },
		"migrate":             func() error { _, err := LoadMigrations(); return err },
	} {
		t.Setenv("ENVIRONMENT", "production")
		t.Setenv("DATABASE_URL", production()["DATABASE_URL"])
		require.NoError(t, load(), name)
		t.Setenv("DATABASE_URL", "postgres://login:p@db.example.in/propflow?sslmode=disable")
		require.ErrorContains(t, load(), "DATABASE_URL: must have sslmode=verify-full", name)
		t.Setenv("ENVIRONMENT", "staging")
		require.NoError(t, load(), name)
	}
}

func TestProductionNamesEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	laptop := map[string]string{
		"ENVIRONMENT": "production", "SECRET_KEY": strings.Repeat("stack-", 8), "TOTP_KEY": strings.Repeat("totp-", 8), "PUBLIC_URL": "http://localhost:8000", "USER_REQUESTS_PER_MINUTE": "0",
		"ADDRESS_REQUESTS_PER_MINUTE": "0", "DATABASE_URL": "postgres://localhost/propflow?sslmode=disable", "REDIS_HOST": "localhost",
		"S3_BUCKET": "photos", "S3_ENDPOINT": "http://localhost:9000", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
	}
	_, faults := ServersAnyway(laptop)
	assert.Len(t, faults, 12)
	assert.NotContains(t, errors.Join(faults...).Error(), "stack-stack")
	laptop["ENVIRONMENT"] = "development"
	_, faults = ServersAnyway(laptop)
	assert.Empty(t, faults)
}

func TestTheDemoIsNotForProduction(t *testing.T) {
	t.Setenv("ENVIRONMENT", "production")
	_, err := Load()
	require.ErrorContains(t, err, "ENVIRONMENT: the demo must not run in production")
	t.Setenv("ENVIRONMENT", "staging")
	_, err = Load()
	require.NoError(t, err)
}

func TestRandomKeys(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		randomKey: true, hexKey: true, hexKey[:40]: true,
		strings.Repeat("k", 100): false, strings.Repeat("deadbeef", 10): false, strings.Repeat(hexKey[:12], 8): false,
		"0123456789abcdefghijklmnopqrstuvwxyz": false, "correct-horse": false, "change-me-change-me-change-me-0123456": false,
		"my very secret key that nobody guesses": false, "ThisIsTheExampleKeyOfTheDocumentation": false,
	} {
		assert.Equal(t, want, isRandom(key), key)
	}
}

// TestNoKeyOfTheRepositoryIsGoodForProduction looks for values of keys where people copy from.
func TestNoKeyOfTheRepositoryIsGoodForProduction(t *testing.T) {
	t.Parallel()
	given := regexp.MustCompile(`(?m)(?:SECRET_KEY|TOTP_KEY|PEPPER)["']?(?:\s*[:=]\s*|\s+)["']?([^\s"'$(]{16,})`)
	for _, line := range []string{"SECRET_KEY=" + hexKey, "  TOTP_KEY: " + hexKey, `export PEPPER="` + hexKey + `"`, `"PEPPER": '` + hexKey, "put propflow/PEPPER '" + hexKey} {
		found := given.FindStringSubmatch(line)
		require.NotNil(t, found, line)
		require.Equal(t, hexKey, found[1], line)
	}
	for _, place := range []string{"../../.env.example", "../../docker-compose.yml", "../../README.md", "../../docs/*.md", "../../docs/*/*.md", "../../.github/workflows/*.yml", "../../scripts/*", "../../infrastructure/*"} {
		files, err := filepath.Glob(place)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil { // a folder
				continue
			}
			for _, found := range given.FindAllStringSubmatch(string(text), -1) {
				vars := maps.Clone(production())
				vars["SECRET_KEY"] = found[1]
				_, faults := ServersAnyway(vars)
				assert.NotEmpty(t, faults, "%s: %s", file, found[1])
			}
		}
	}
}
