package harness

import (
	"runtime"
	"syscall"
)

// attributes puts a program into a process group of its own and lets the kernel
// kill it when this process ends in whatever way: a test that times out or is
// killed cleans nothing up.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// spawning is the thread that starts programs. The kernel takes the end of the
// thread that started a program for the end of its parent, and Go ends threads
// when it likes, but never one that is locked.
var spawning = func() chan func() {
	calls := make(chan func())
	go func() {
		runtime.LockOSThread()
		for call := range calls {
			call()
		}
	}()
	return calls
}()

func spawn(start func() error) error {
	done := make(chan error)
	spawning <- func() { done <- start() }
	return <-done
}
