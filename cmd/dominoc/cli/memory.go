package cli

import (
	"os"
	"runtime/debug"
)

// The heap may grow to five times what is live before it is collected, up to
// about this size; from there on it is collected as often as that needs. One
// environment is compiled with hardly a collection, a fleet of a thousand in
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
	}
}
