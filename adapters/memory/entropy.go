package memory

import (
	"math/rand/v2"
	"sync"
)

// Entropy is a ports.Entropy for tests: the same seed gives the same bytes.
type Entropy struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

// NewEntropy returns the Entropy of a seed.
func NewEntropy(seed byte) *Entropy {
	return &Entropy{source: rand.NewChaCha8([32]byte{seed})}
}

// Bytes implements ports.Entropy.
func (e *Entropy) Bytes(n int) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := make([]byte, n)
	_, _ = e.source.Read(b) // never fails
	return b
}
