package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap may grow to five times what is live before it is collected, up to
// about this size; from there on it is collected as often as that needs. One
// environment is compiled with hardly a collection, a fleet of four thousand in
// less than 512 MiB.
const (
	heapGrowth = 400       // percent
	heapTarget = 384 << 20 // bytes
)

// TuneMemory sets the collector for a process that compiles once and ends. What
// the user says by GOGC or GOMEMLIMIT stands.
func TuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(heapGrowth)
		debug.SetMemoryLimit(heapTarget)
		follow()
	}
}

// follow raises the limit with what is live, after each collection: a limit
// below it would have the collector run all the time and free nothing.
func follow() {
	runtime.AddCleanup(new(cycle), func(struct{}) {
		debug.SetMemoryLimit(limitFor(heapLive()))
		follow()
	}, struct{}{})
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
