package memory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// boxPrefix begins what SecretBox seals.
const boxPrefix = "m1."

// SecretBox is a ports.SecretBox for tests: a stream cipher made of HMAC-SHA-256, with a check sum
// that includes the owner.
type SecretBox struct {
	entropy ports.Entropy
	keys    []string
}

// NewSecretBox returns a SecretBox that seals with the first key.
func NewSecretBox(entropy ports.Entropy, keys ...string) *SecretBox {
	return &SecretBox{entropy, keys}
}

func boxSum(key string, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, part := range parts {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return string(mac.Sum(nil))
}

func boxID(key string) string { return hex.EncodeToString([]byte(boxSum(key, "id")))[:8] }

// crypt adds the stream of the key and the nonce to the text, or takes it away.
func crypt(key, nonce, text string) string {
	var stream strings.Builder
	for stream.Len() < len(text) {
		stream.WriteString(boxSum(key, "stream", nonce, fmt.Sprint(stream.Len())))
	}
	out := []byte(text)
	for i := range out {
		out[i] ^= stream.String()[i]
	}
	return string(out)
}

// Seal implements ports.SecretBox.
func (b *SecretBox) Seal(secret, owner string) (string, error) {
	key, nonce := b.keys[0], string(b.entropy.Bytes(16))
	text := nonce + boxSum(key, "sum", nonce, owner, secret) + crypt(key, nonce, secret)
	return boxPrefix + boxID(key) + "." + hex.EncodeToString([]byte(text)), nil
}

// Open implements ports.SecretBox.
func (b *SecretBox) Open(sealed, owner string) (string, error) {
	rest, ours := strings.CutPrefix(sealed, boxPrefix)
	if !ours {
		return sealed, nil
	}
	id, text, _ := strings.Cut(rest, ".")
	raw, err := hex.DecodeString(text)
	for _, key := range b.keys {
		if boxID(key) != id {
			continue
		}
		if err != nil || len(raw) < 48 || strings.ToLower(text) != text {
			return "", errBox
		}
		nonce, sum := string(raw[:16]), string(raw[16:48])
		secret := crypt(key, nonce, string(raw[48:]))
		if sum != boxSum(key, "sum", nonce, owner, secret) {
			return "", errBox
		}
		return secret, nil
	}
	return "", domain.Unavailable("secret_key", 0, fmt.Errorf("no key with the id %q", id))
}

var errBox = errors.New("memory: the sealed text was changed, or belongs to another owner")

// Current implements ports.SecretBox.
func (b *SecretBox) Current(sealed string) bool {
	return strings.HasPrefix(sealed, boxPrefix+boxID(b.keys[0])+".")
}
