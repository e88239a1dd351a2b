package harness

import (
	"os"
	"os/signal"
	"syscall"
)

// OnInterrupt runs stop and ends this process when a user or a CI job interrupts it. The
// function that it returns undoes this.
func OnInterrupt(stop func()) (forget func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			stop()
			os.Exit(130)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}
