package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLicencesPrintsTheNotices(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"licences"}, &out))
	for _, part := range []string{"\nlibheif\n", "\ngithub.com/riverqueue/river\n", "\nlibjpeg-turbo\n", "GNU LESSER GENERAL PUBLIC LICENSE", "Mozilla Public License"} {
		assert.Contains(t, out.String(), part)
	}
}
