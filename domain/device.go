package domain

import "time"

const (
	// DeviceUnused is how long a device that nobody logs in from is known.
	DeviceUnused = 90 * 24 * time.Hour
	// MaxDevices is the number of devices of one user. One more makes the one that was not used for
	// the longest time unknown.
	MaxDevices = 10
	// NumberUnused is how long a customer may go without a login until the number must be proved to
	// be still theirs, because operators reissue numbers after about as long.
	NumberUnused = 90 * 24 * time.Hour
	// PincodeTries is how often the holder of such a number may name a pincode.
	PincodeTries = 3
	// MaxDeviceTokens is the number of device tokens that one request may carry.
	MaxDeviceTokens = 5
)

// Device is a device from which a user logged in. Strangers who know the number do not share its
// limits. It has only the hash of its token, so that what is in the store is not enough to use them.
type Device struct {
	UserID     UserID
	TokenHash  string // hex SHA-256
	CreatedAt  time.Time
	LastUsedAt time.Time
}
