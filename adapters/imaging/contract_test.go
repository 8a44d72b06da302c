package imaging_test

import (
	"testing"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func TestInspectorKeepsTheContract(t *testing.T) {
	t.Parallel()
	portstest.PhotoInspector(t, func(*testing.T) ports.PhotoInspector { return imaging.New() })
}
