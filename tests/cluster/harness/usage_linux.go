package harness

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// PeakMemory returns the peak resident memory of a running program, in bytes.
func (c *Cluster) PeakMemory(name string) (int64, error) {
	i := slices.IndexFunc(c.running, func(p *process) bool { return p.name == name })
	if i < 0 {
		return 0, fmt.Errorf("%s does not run", name)
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.running[i].command.Process.Pid))
	if err != nil {
		return 0, err
	}
	var kib int64
	_, peak, _ := strings.Cut(string(data), "VmHWM:")
	_, err = fmt.Sscanf(peak, "%d kB", &kib)
	return kib << 10, err
}
