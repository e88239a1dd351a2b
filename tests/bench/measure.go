//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// side is a process to measure; before prepares each run, outside the measured time. With
// broken files the process must fail.
type side struct {
	args   []string
	before func() error
	fails  bool
}

// result is the measurements of a side: median time, largest memory in bytes.
type result struct {
	time   time.Duration
	memory int64
	cpu    time.Duration // user and system time of the fastest run
}

func (r result) milliseconds() float64 { return float64(r.time.Microseconds()) / 1000 }

// measure runs the sides in turns, after one round that does not count.
func measure(dir string, runs int, sides []side) ([]result, error) {
	times := make([][]time.Duration, len(sides))
	results := make([]result, len(sides))
	for round := range runs + 1 {
		for i, s := range sides {
			r, err := s.run(dir)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[i] = append(times[i], r.time)
				results[i].memory = max(results[i].memory, r.memory)
				if results[i].cpu == 0 || r.cpu < results[i].cpu {
					results[i].cpu = r.cpu
				}
			}
		}
	}
	for i := range results {
		slices.Sort(times[i])
		results[i].time = times[i][len(times[i])/2]
	}
	return results, nil
}

func (s side) run(dir string) (result, error) {
	if s.before != nil {
		if err := s.before(); err != nil {
			return result{}, err
		}
	}
	c := exec.Command(s.args[0], s.args[1:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(filepath.Dir(dir), "caches"))
	started := time.Now()
	out, err := c.CombinedOutput()
	r := result{time: time.Since(started)}
	if c.ProcessState != nil {
		r.memory, r.cpu = largest(c), c.ProcessState.UserTime()+c.ProcessState.SystemTime()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && s.fails && exit.ExitCode() == 1 {
		return r, nil
	}
	if err == nil && s.fails {
		err = errors.New("finds nothing wrong")
	}
	if err != nil {
		return result{}, fmt.Errorf("%v: %w\n%.2000s", s.args, err, out)
	}
	return r, nil
}

// largest returns the process's largest resident set, which the kernel counts in
// KiB, that of macOS in bytes.
func largest(c *exec.Cmd) int64 {
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
