package totp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/totp"
)

func TestCodeIsWhatCheckAccepts(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	at := time.Unix(1234567890, 0)
	code := factors.Code(rfcSecret, at)
	assert.Equal(t, "005924", code)
	step, ok := factors.Check(rfcSecret, code, at)
	assert.True(t, ok)
	assert.Equal(t, at.Unix()/30, step)
	assert.Empty(t, factors.Code("not base 32!", at))
}
