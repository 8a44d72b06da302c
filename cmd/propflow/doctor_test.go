package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDoctorSaysWhatIsMissing(t *testing.T) {
	for _, variable := range []string{
		"DATABASE_URL", "REDIS_HOST", "S3_BUCKET", "SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
	} {
		t.Setenv(variable, "")
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"doctor"}, &out)
	assert.Equal(t, 2, exitCode(err))
	assert.ErrorContains(t, err, "6 critical")
	assert.Regexp(t, `(?m)^CRITICAL +configuration +SECRET_KEY: required\n +→ set the variable`, out.String())

	out.Reset()
	assert.Equal(t, 2, exitCode(run(t.Context(), []string{"doctor", "--json"}, &out)))
	var report struct {
		Severity string
		Findings []struct{ Subject, Severity, What, Do string }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	assert.Equal(t, "CRITICAL", report.Severity)
	assert.Contains(t, out.String(), "REDIS_HOST: required")
}
