package memory_test

import (
	"testing"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

// openStore returns an empty store that reruns every second transaction.
func openStore(*testing.T) ports.UnitOfWork { return memory.ForTest().Store }

func TestUnitOfWork(t *testing.T) {
	t.Parallel()
	portstest.UnitOfWork(t, openStore)
}

func TestStores(t *testing.T) {
	t.Parallel()
	portstest.Stores(t, openStore)
}
