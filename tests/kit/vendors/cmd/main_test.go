package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestItSaysWhereItListens(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"--listen", "127.0.0.1:0"}, write)
		_ = write.Close()
	}()
	said := make(map[string]string)
	lines := bufio.NewScanner(read)
	for said["TWILIO_WHATSAPP_FROM"] == "" && lines.Scan() { // the last of them
		name, value, _ := strings.Cut(lines.Text(), "=")
		said[name] = value
	}
	response, err := http.Get(said["TWILIO_API_URL"] + "/inbox")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	taken := strings.TrimPrefix(said["TWILIO_API_URL"], "http://")
	assert.Error(t, run(ctx, []string{"--listen", taken}, io.Discard))
	assert.Error(t, run(ctx, []string{"--nonsense"}, io.Discard))
	stop()
	assert.NoError(t, <-ended)
}
