//go:build !linux

package harness

import "errors"

// PeakMemory is supported on Linux only.
func (c *Cluster) PeakMemory(string) (int64, error) {
	return 0, errors.ErrUnsupported
}
