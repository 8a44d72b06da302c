package totp_test

import (
	"testing"

	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.SecondFactors(t, func(*testing.T) ports.SecondFactors { return totp.New("PropFlow", &counting{}) })
}
