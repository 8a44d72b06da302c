package secretbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Prefix begins every sealed text. No base-32 secret contains its dot.
const Prefix = "s1."

const (
	keyBytes = 32 // AES-256
	idBytes  = 4  // enough to tell a few keys apart
)

var _ ports.SecretBox = (*Box)(nil)

// Box seals with its first key and opens with all of them.
type Box struct {
	entropy ports.Entropy
	first   string
	ciphers map[string]cipher.AEAD // by the id of the key
}

// New returns a Box. Each key is random text of at least 32 bytes. Errors: no key, or two keys with
// the same id, which are equal except by an unlikely chance.
func New(entropy ports.Entropy, keys ...[]byte) (*Box, error) {
	b := &Box{entropy: entropy, ciphers: make(map[string]cipher.AEAD)}
	for _, key := range keys {
		id, err := ID(key)
		if err != nil {
			return nil, err
		}
		if _, taken := b.ciphers[id]; taken {
			return nil, errors.New("secretbox: a key is given twice")
		}
		if b.ciphers[id], err = sealer(key); err != nil {
			return nil, err
		}
		if b.first == "" {
			b.first = id
		}
	}
	if b.first == "" {
		return nil, errors.New("secretbox: no key")
	}
	return b, nil
}

// ID returns the id of a key in sealed texts. Errors: an empty key.
func ID(key []byte) (string, error) {
	id, err := derived(key, "id", idBytes)
	return hex.EncodeToString(id), err
}

func derived(key []byte, purpose string, length int) ([]byte, error) {
	if len(key) == 0 {
		return nil, errors.New("secretbox: an empty key")
	}
	return hkdf.Key(sha256.New, key, nil, "propflow secretbox "+purpose, length)
}

func sealer(key []byte) (cipher.AEAD, error) {
	raw, err := derived(key, "aes-256-gcm", keyBytes)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal implements ports.SecretBox. It never fails.
func (b *Box) Seal(secret, owner string) (string, error) {
	sealer := b.ciphers[b.first]
	nonce := b.entropy.Bytes(sealer.NonceSize())
	return Prefix + b.first + "." + base64.RawURLEncoding.EncodeToString(sealer.Seal(nonce, nonce, []byte(secret), []byte(owner))), nil
}

// Open implements ports.SecretBox.
func (b *Box) Open(sealed, owner string) (string, error) {
	rest, ours := strings.CutPrefix(sealed, Prefix)
	if !ours {
		return sealed, nil
	}
	id, text, _ := strings.Cut(rest, ".")
	sealer, known := b.ciphers[id]
	if !known {
		return "", domain.Unavailable("secret_key", 0, fmt.Errorf("no key with the id %.8q", id))
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < sealer.NonceSize() {
		return "", errBroken
	}
	secret, err := sealer.Open(nil, raw[:sealer.NonceSize()], raw[sealer.NonceSize():], []byte(owner))
	if err != nil {
		return "", errBroken
	}
	return string(secret), nil
}

var errBroken = errors.New("secretbox: the sealed text was changed, or belongs to another owner")

// Current implements ports.SecretBox.
func (b *Box) Current(sealed string) bool { return strings.HasPrefix(sealed, Prefix+b.first+".") }
