package process

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// The heap may grow to five times what is live before it is collected, up to
// about this size; from there on it is collected as often as that needs. A process
// that has held so much once fills it before each collection: it costs nothing more.
// The first collection comes late, when the heap has about 64 MiB: one environment is
// compiled without any, a fleet of four thousand in less than 512 MiB.
const (
	firstGrowth = 1600      // percent, of the 4 MiB that Go takes for the least
	heapGrowth  = 400       // percent
	heapTarget  = 384 << 20 // bytes
)

// memory is the collector of a process that compiles once and ends. What the user
// says by GOGC or GOMEMLIMIT stands; texts are not bounded then.
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

// growth is how much the heap may grow between two collections, in percent; negative
// where the limit alone says.
func (m *memory) growth() int {
	switch {
	case m.filled:
		return -1
	case m.collected:
		return heapGrowth
	}
	return firstGrowth
}

// Uncollected has the memory collected by Collect only, until collected is called.
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

// Full says whether so much held is to be collected, a little before the limit:
// evaluations end first.
func (m *memory) Full(held uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pauses > 0 && held > uint64(m.limit-m.limit/8)
}

// Collect collects the memory, and takes the limit from what is left.
func (m *memory) Collect() {
	runtime.GC()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.filled, m.limit = true, limitFor(heapLive())
}

// follow raises the limit with what is live, after each collection: a limit
// below it would have the collector run all the time and free nothing.
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

// cycle is garbage at once: its cleanup tells that a collection has ended.
type cycle struct{ _ [16]byte }

// limitFor leaves a third of what is live to be allocated between two
// collections.
func limitFor(live uint64) int64 { return max(heapTarget, int64(live+live/3)) }

// heapLive is how many bytes the last collection has left.
func heapLive() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
