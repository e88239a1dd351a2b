package harness

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// process is a program that runs in a process group of its own, with its output
// in a file.
type process struct {
	name    string
	command *exec.Cmd
	log     string
	ended   chan struct{} // closed when it has ended
}

// start starts a program. It appends to the program's log, so that a restarted program keeps
// its earlier output.
func start(folder, name, program string, env []string, args ...string) (*process, error) {
	path := filepath.Join(folder, name+".log")
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has its own
	p := &process{name: name, log: path, ended: make(chan struct{}), command: exec.Command(program, args...)}
	p.command.Dir = folder
	p.command.Env = append(environment(), env...)
	p.command.Stdout, p.command.Stderr = log, log
	p.command.SysProcAttr = attributes()
	if err := spawn(p.command.Start); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	go func() {
		_ = p.command.Wait() // how it ended is in its log
		close(p.ended)
	}()
	return p, nil
}

// environment returns the caller's environment without AWS's variables: the programs must not
// use a profile or token of the user who runs the tests.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "AWS_") })
}

// stop asks the process group to end, and kills it after a few seconds.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(5 * time.Second):
		p.kill()
	}
}

// kill ends the process group at once, as a crash does.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

func (p *process) signal(s syscall.Signal) {
	_ = syscall.Kill(-p.command.Process.Pid, s) // it may have ended already
}

// running returns an error with the end of the log if the process does not run.
func (p *process) running() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s ended: %s\n%s", p.name, p.command.ProcessState, tail(p.log, 20))
	default:
		return nil
	}
}

// until waits for a condition while the process runs.
func (p *process) until(patience time.Duration, ready func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if ended := p.running(); ended != nil {
			return ended
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("%s is not ready after %s: %w", p.name, patience, err), errors.New(tail(p.log, 20)))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func tail(file string, lines int) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
