package process

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// The heap may grow to five times its live size before it is collected, up to about
// heapTarget; above that it is collected as often as necessary. A process that once
// reached the target fills it before each collection, at no further cost. The first
// collection is late, at about 64 MiB: one environment is compiled without any, a fleet of
// four thousand in less than 512 MiB.
const (
	firstGrowth = 1600      // percent, of the 4 MiB that Go takes for the least
	heapGrowth  = 400       // percent
	heapTarget  = 384 << 20 // bytes
)

// memory configures the garbage collector of a process that compiles once and ends. GOGC
// and GOMEMLIMIT take precedence; texts are not bounded then.
type memory struct {
	mu        sync.Mutex
	limit     int64 // from where on it is collected as often as that needs
	pauses    int   // callers that collect themselves
	collected bool  // since main began
	filled    bool  // the process has held as much as the limit
	byUser    bool
}

func newMemory() *memory {
	m := &memory{limit: heapTarget, byUser: os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != ""}
	if !m.byUser {
		m.resume()
		m.follow()
	}
	return m
}

func (m *memory) resume() {
	debug.SetGCPercent(m.growth())
	debug.SetMemoryLimit(m.limit)
}

// growth returns how much the heap may grow between two collections, in percent; negative
// if only the limit counts.
func (m *memory) growth() int {
	switch {
	case m.filled:
		return -1
	case m.collected:
		return heapGrowth
	}
	return firstGrowth
}

// Uncollected stops automatic collections, until collected is called.
func (m *memory) Uncollected() (collected func()) {
	if m.byUser {
		return func() {}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pauses++; m.pauses == 1 {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(math.MaxInt64)
	}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.pauses--; m.pauses == 0 {
			m.resume()
		}
	}
}

// Full reports whether the held memory is to be collected, a little below the limit so that
// evaluations end first.
func (m *memory) Full(held uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pauses > 0 && held > uint64(m.limit-m.limit/8)
}

// Collect collects the memory, and sets the limit by what is live.
func (m *memory) Collect() {
	runtime.GC()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.filled, m.limit = true, limitFor(heapLive())
}

// follow raises the limit with the live memory after each collection: below it the
// collector would run all the time and free nothing.
func (m *memory) follow() {
	runtime.AddCleanup(new(cycle), func(m *memory) {
		m.mu.Lock()
		if m.collected, m.limit = true, limitFor(heapLive()); m.pauses == 0 {
			m.resume()
		}
		m.mu.Unlock()
		m.follow()
	}, m)
}

// cycle is garbage at once: its cleanup runs after a collection.
type cycle struct{ _ [16]byte }

// limitFor leaves a third of what is live to be allocated between two
// collections.
func limitFor(live uint64) int64 { return max(heapTarget, int64(live+live/3)) }

// heapLive returns the number of bytes that were live after the last collection.
func heapLive() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
