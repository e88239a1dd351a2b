//go:build unix

// Command bench measures dominoc against what does a part of its work: cue vet
// over the same environments, dominoc build of one environment for a diff in a
// fleet, and crossplane composition render over the same composite resources. It
// prints one table, from one run.
//
//	go run ./tests/bench
//	go run ./tests/bench --crossplane-cli PATH --crossplane PATH
//
// Every time is the median wall time of whole processes, the two sides taking
// turns; memory is the largest resident set of any run. The second half needs
// the command line of Crossplane and its core binary, which take long to build;
// without them it is left out, and the table says so.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 15, "runs over one environment")
	flag.IntVar(&o.fleetRuns, "fleet-runs", 3, "runs over the fleet")
	flag.IntVar(&o.fleet, "fleet", 1000, "environments of the fleet")
	flag.StringVar(&o.crossplaneCLI, "crossplane-cli", "", "crossplane command line v2.5, for its composition render")
	flag.StringVar(&o.crossplane, "crossplane", "", "crossplane core binary v2.3 or later")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	runs, fleetRuns, fleet    int
	crossplaneCLI, crossplane string
}

func run(o options) error {
	work, err := os.MkdirTemp("", "dominoc-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	p, err := build(work)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s/%s, %d processors\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Println("| what | against | time | its time | ratio | limit | memory |\n|---|---|---|---|---|---|---|")
	if err := compareWithCUE(p, filepath.Join(work, "one"), 1, o.runs); err != nil {
		return err
	}
	if err := compareWithCUE(p, filepath.Join(work, "fleet"), o.fleet, o.fleetRuns); err != nil {
		return err
	}
	if err := compareWithBuild(p, filepath.Join(work, "fleet"), filepath.Join(work, "one"), o.fleet, o.runs); err != nil {
		return err
	}
	return compareWithCrossplane(p, o, filepath.Join(work, "one"))
}

// programs are the two sides.
type programs struct {
	dominoc, cue string
}

// build makes dominoc of this checkout, and the cue that go.mod pins.
func build(work string) (programs, error) {
	p := programs{dominoc: filepath.Join(work, "dominoc")}
	if _, err := command("go", "build", "-o", p.dominoc, "./cmd/dominoc"); err != nil {
		return p, err
	}
	if _, err := command("go", "tool", "cue", "version"); err != nil { // builds it
		return p, err
	}
	cue, err := command("go", "tool", "-n", "cue")
	p.cue = strings.TrimSpace(cue)
	return p, err
}

func command(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, exit.Stderr)
	}
	return string(out), err
}

// compareWithCUE measures n environments. The limits are of wall time.
func compareWithCUE(p programs, dir string, n, runs int) error {
	if err := writeFleet(dir, n); err != nil {
		return err
	}
	fresh := func() error { return os.RemoveAll(filepath.Join(dir, "rendered")) }
	sides := []side{
		{args: []string{p.cue, "vet", "-c", "./environments/..."}},
		{args: []string{p.dominoc, "vet"}},
		{args: []string{p.dominoc, "build"}, before: fresh},
	}
	results, err := measure(dir, runs, sides)
	if err != nil {
		return err
	}
	vet, build := 3.0, 4.0
	if n > 1 {
		vet, build = 1.2, 2.5
	}
	row(fmt.Sprintf("`dominoc vet`, %d", n), "`cue vet -c`", results[1], results[0], vet)
	row(fmt.Sprintf("`dominoc build`, %d", n), "`cue vet -c`", results[2], results[0], build)
	return nil
}

// row prints how ours compares; limit is the most that it may take of theirs.
func row(what, against string, ours, theirs result, limit float64) {
	ratio := ours.time.Seconds() / theirs.time.Seconds()
	fmt.Printf("| %s | %s | %.0f ms | %.0f ms | %.2f | at most %.1f%s | %d MiB (%d) |\n", what, against,
		ours.milliseconds(), theirs.milliseconds(), ratio, limit, missed(ratio > limit), ours.memory>>20, theirs.memory>>20)
}

func missed(yes bool) string {
	if yes {
		return " **missed**"
	}
	return ""
}
