package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
)

func TestCodesPerAddressAreAsConfigured(t *testing.T) {
	t.Parallel()
	d, err := app.NewDemo(t.Context(), config.Config{Address: "127.0.0.1:0", OTPRequestsPerHour: 2}, silent)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	var statuses []int
	for _, phone := range []string{"+919811100001", "+919811100002", "+919811100003"} {
		response, err := http.Post(d.URL+"/api/v1/auth/otp", "application/json", strings.NewReader(`{"phone":"`+phone+`"}`))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		statuses = append(statuses, response.StatusCode)
	}
	assert.Less(t, statuses[1], 300)
	assert.Equal(t, http.StatusTooManyRequests, statuses[2])
	stop()
	require.NoError(t, <-ended)
}
