package memory

import (
	"encoding/binary"
	"encoding/hex"
	"sync"

	"github.com/propflow/propflow/ports"
)

// IDs generates UUIDv7 from a clock and a counter, so that the same calls give the same ids.
type IDs struct {
	clock ports.Clock
	mu    sync.Mutex
	last  int64 // latest milliseconds used: ids stay in order if the clock is set back
	count uint64
}

// NewIDs returns IDs that count from one.
func NewIDs(clock ports.Clock) *IDs { return &IDs{clock: clock} }

// New implements ports.IDs.
func (g *IDs) New() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = max(g.last, g.clock.Now().UnixMilli())
	g.count++
	return uuid7(g.last, g.count)
}

// uuid7 returns a UUIDv7 (RFC 9562) of a time in milliseconds and a number that makes it
// unique and orders those of one millisecond.
func uuid7(ms int64, n uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(ms)<<16|7<<12|n>>62)
	binary.BigEndian.PutUint64(b[8:], 1<<63|n&(1<<62-1))
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
