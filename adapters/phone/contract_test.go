package phone_test

import (
	"testing"

	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.PhoneNumbers(t, func(*testing.T) ports.PhoneNumbers { return phone.Numbers{} })
}
