package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// DeviceStore keeps the devices from which users logged in. Every method may return
// KindUnavailable.
type DeviceStore interface {
	// Keep stores a device, or when it was used last if it is stored already. A user has at most
	// domain.MaxDevices: those used last are kept.
	Keep(ctx context.Context, device domain.Device) error
	// Known returns that device of the user which has one of the hashes and was used after since;
	// if there are several, the one used last. Errors: KindNotFound "device_not_found".
	Known(ctx context.Context, user domain.UserID, hashes []string, since time.Time) (domain.Device, error)
	// Forget deletes all devices of a user.
	Forget(ctx context.Context, user domain.UserID) error
	// Purge deletes at most limit devices that were not used since before, and returns how many it
	// deleted.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}
