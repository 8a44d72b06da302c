package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// deviceHashes returns the hashes of at most domain.MaxDeviceTokens tokens. Like refresh tokens they
// need neither salt nor stretching.
func deviceHashes(tokens []string) []string {
	var hashes []string
	for _, token := range tokens[:min(len(tokens), domain.MaxDeviceTokens)] {
		sum := sha256.Sum256([]byte(token))
		hashes = append(hashes, hex.EncodeToString(sum[:]))
	}
	return hashes
}

// knownDevice returns the device of the user to which one of the tokens belongs, and the zero one if
// none does. It asks the store in any case, so that everybody is answered in the same time.
func knownDevice(ctx context.Context, tx ports.Tx, user domain.UserID, tokens []string, now time.Time) (domain.Device, error) {
	if user == "" {
		user = nobody
	}
	device, err := tx.Devices.Known(ctx, user, deviceHashes(tokens), now.Add(-domain.DeviceUnused))
	if domain.IsKind(err, domain.KindNotFound) {
		return domain.Device{}, nil
	}
	return device, err
}

// nobody is the id of no user.
const nobody = domain.UserID("00000000-0000-0000-0000-000000000000")

// keepDevice stores that the user logged in from the device of one of the tokens, and returns its
// token. If none is known it makes one: a token that the client brings is never taken over, because a
// stranger may have planted it.
func keepDevice(ctx context.Context, tx ports.Tx, entropy ports.Entropy, user domain.UserID, tokens []string, now time.Time) (string, error) {
	device, err := knownDevice(ctx, tx, user, tokens, now)
	if err != nil {
		return "", err
	}
	token := ""
	for i, hash := range deviceHashes(tokens) {
		if hash == device.TokenHash {
			token = tokens[i]
		}
	}
	if token == "" {
		token = base64.RawURLEncoding.EncodeToString(entropy.Bytes(32))
		device = domain.Device{UserID: user, TokenHash: deviceHashes([]string{token})[0], CreatedAt: now}
	}
	device.LastUsedAt = now
	return token, tx.Devices.Keep(ctx, device)
}
