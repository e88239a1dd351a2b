//go:build unix

package main

import (
	"fmt"
	"strings"
)

// compareWarm measures vet, build and diff after an edit of one environment, with what
// the run before has kept, against the same without that.
func compareWarm(p programs, dir string, n, runs int) error {
	if err := writeFleet(dir, n, large); err != nil {
		return err
	}
	if err := commit(p, dir); err != nil {
		return err
	}
	size := 10
	edited := func() error { // to what no run has seen
		size++
		shape := strings.Replace(large, "max: 6", fmt.Sprint("max: ", size), 1)
		return write(dir, "environments/env-0000/environment.cue", environment("env-0000", shape))
	}
	for _, args := range [][]string{{"vet"}, {"build"}, {"diff", "with"}} {
		with := append([]string{p.dominoc}, args...)
		results, err := measure(dir, runs, []side{
			{args: append(with, "--no-cache"), before: edited},
			{args: with, before: edited},
		})
		if err != nil {
			return err
		}
		what := strings.Join(args[:1], " ")
		row(fmt.Sprintf("`dominoc %s`, one edit, %d large", what, n), fmt.Sprintf("`dominoc %s --no-cache`", what), results[1], results[0], 0.1)
		fmt.Printf("| processor time | | %d ms | %d ms | %.2f | | |\n", results[1].cpu.Milliseconds(), results[0].cpu.Milliseconds(), results[1].cpu.Seconds()/results[0].cpu.Seconds())
	}
	return nil
}
