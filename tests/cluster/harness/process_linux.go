package harness

import (
	"runtime"
	"syscall"
)

// attributes puts a program into a process group of its own, and makes the kernel kill it when
// this process ends in any way: a test that times out or is killed does not clean up.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// spawning is the thread that starts programs. For the kernel the end of the thread that
// started a program is the end of its parent. Go may end any thread but a locked one.
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
