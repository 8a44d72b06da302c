package app

import (
	"crypto/tls"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAnEncryptedAddressSpeaksNothingElse serves by TLS and asks in every way.
func TestAnEncryptedAddressSpeaksNothingElse(t *testing.T) {
	t.Parallel()
	plain, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	listener, err := encrypt(plain)
	require.NoError(t, err)
	server := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		assert.ErrorIs(t, <-ended, http.ErrServerClosed)
	})

	url := URL(listener)
	require.Regexp(t, `^https://localhost:\d+$`, url)
	get := func(c *tls.Config, url string) (*http.Response, error) {
		response, err := (&http.Client{Transport: &http.Transport{TLSClientConfig: c}}).Get(url)
		if err == nil {
			err = response.Body.Close()
		}
		return response, err
	}
	answer, err := get(&tls.Config{InsecureSkipVerify: true}, url) // as a load balancer does
	require.NoError(t, err)
	assert.Equal(t, http.StatusNotFound, answer.StatusCode)
	assert.GreaterOrEqual(t, answer.TLS.Version, uint16(tls.VersionTLS12))

	_, err = get(&tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, url)
	assert.Error(t, err, "an old version")
	_, err = get(&tls.Config{MinVersion: tls.VersionTLS12}, url)
	assert.ErrorContains(t, err, "certificate", "nobody has signed it")
	inTheClear, err := get(nil, "http"+url[len("https"):])
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadRequest, inTheClear.StatusCode, "net/http answers that it speaks TLS")
}
