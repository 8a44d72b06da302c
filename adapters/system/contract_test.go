package system_test

import (
	"testing"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContracts(t *testing.T) {
	t.Parallel()
	portstest.Clock(t, func(*testing.T) ports.Clock { return system.Clock{} })
	portstest.IDs(t, func(*testing.T) ports.IDs { return system.IDs{} })
	portstest.Entropy(t, func(*testing.T) ports.Entropy { return system.Entropy{} })
}
