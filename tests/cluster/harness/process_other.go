//go:build !linux

package harness

import "syscall"

// attributes puts a program into a process group of its own.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

func spawn(start func() error) error {
	return start()
}
