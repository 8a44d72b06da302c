package jwt_test

import (
	"testing"

	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.AccessTokens(t, func(t *testing.T, secret []byte) ports.AccessTokens { return tokens(t, secret) })
}
