//go:build unix

// Command bench measures dominoc against programs that do a part of its work: cue vet over
// the same environments, sound and broken, dominoc build of one environment
// for a diff in a fleet, dominoc without its cache, and crossplane composition render over the same composite
// resources. It prints one table, from one run, and takes about eight minutes on
// two processors.
//
//	go run ./tests/bench
//	go run ./tests/bench --warm
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
	flag.BoolVar(&o.warm, "warm", false, "measure only runs after an edit of one environment, with what earlier runs have kept")
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
	warm                      bool
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
	one, all, larges, many := filepath.Join(work, "one"), filepath.Join(work, "fleet"), filepath.Join(work, "large"), filepath.Join(work, "many")
	warm := func() error { return compareWarm(p, filepath.Join(work, "warm"), o.fleet, o.fleetRuns) }
	if o.warm {
		return warm()
	}
	for _, compare := range []func() error{
		func() error { return compareWithCUE(p, one, 1, o.runs, "large", limits{2, 2}, large) },
		func() error { return compareWithCUE(p, all, o.fleet, o.fleetRuns, "mixed", limits{0.8, 1.2}, mixed...) },
		func() error { return compareWithCUE(p, larges, o.fleet, o.fleetRuns, "large", limits{0.8, 1.2}, large) },
		func() error { return compareWithAlone(p, larges, one, o.fleet, o.fleetRuns) },
		func() error { return compareBroken(p, larges, o.fleet, o.fleetRuns) },
		func() error { return compareGrowth(p, many, larges, o.fleet) },
		func() error { return compareWithVet(p, larges, o.fleet, o.fleetRuns) },
		warm,
		func() error { return compareWithCrossplane(p, o, one) },
	} {
		if err := compare(); err != nil {
			return err
		}
	}
	return nil
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

// limits are the most that vet and build may take of cue vet's wall time.
type limits struct{ vet, build float64 }

// compareWithCUE measures n environments of the shapes.
func compareWithCUE(p programs, dir string, n, runs int, kind string, most limits, shapes ...string) error {
	if err := writeFleet(dir, n, shapes...); err != nil {
		return err
	}
	results, err := measure(dir, runs, []side{
		{args: []string{p.cue, "vet", "-c", "./environments/..."}},
		{args: []string{p.dominoc, "vet", "--no-cache"}},
		{args: []string{p.dominoc, "build", "--no-cache"}, before: fresh(dir)},
	})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc vet`, %d %s", n, kind), "`cue vet -c`", results[1], results[0], most.vet)
	row(fmt.Sprintf("`dominoc build`, %d %s", n, kind), "`cue vet -c`", results[2], results[0], most.build)
	return nil
}

// fresh makes a build write all files.
func fresh(dir string) func() error {
	return func() error { return os.RemoveAll(filepath.Join(dir, "rendered")) }
}

// compareWithAlone measures the build of one environment by its name, in a fleet
// that is built, against that of the environment alone in its repository.
func compareWithAlone(p programs, fleet, alone string, n, runs int) error {
	named, err := measure(fleet, runs, []side{{args: []string{p.dominoc, "build", "env-0000"}}})
	if err != nil {
		return err
	}
	single, err := measure(alone, runs, []side{{args: []string{p.dominoc, "build", "--no-cache"}}})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc build` by name, 1 of %d large", n), "`dominoc build`, alone", named[0], single[0], 1.5)
	return nil
}

// compareBroken measures environments that one line of a file above them breaks.
func compareBroken(p programs, dir string, n, runs int) error {
	if err := breakFleet(dir); err != nil {
		return err
	}
	results, err := measure(dir, runs, []side{
		{args: []string{p.cue, "vet", "-c", "./environments/..."}, fails: true},
		{args: []string{p.dominoc, "vet", "--no-cache"}, fails: true},
	})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc vet`, %d broken alike", n), "`cue vet -c`", results[1], results[0], 3)
	return os.Remove(filepath.Join(dir, "environments/fleet.cue"))
}

// growth is the factor between the sizes of the two fleets.
const growth = 4

// compareGrowth measures that time grows with the environments, and that memory
// stays bounded.
func compareGrowth(p programs, dir, smaller string, n int) error {
	if err := writeFleet(dir, growth*n, large); err != nil {
		return err
	}
	less, err := measure(smaller, 1, []side{{args: []string{p.dominoc, "build", "--no-cache"}, before: fresh(smaller)}})
	if err != nil {
		return err
	}
	more, err := measure(dir, 1, []side{{args: []string{p.dominoc, "build", "--no-cache"}, before: fresh(dir)}})
	if err != nil {
		return err
	}
	row(fmt.Sprintf("`dominoc build`, %d large", growth*n), fmt.Sprintf("`dominoc build`, %d large", n), more[0], less[0], 1.2*growth)
	return nil
}

// mostMemory is the maximum resident memory of a run of dominoc, in bytes.
const mostMemory = 512 << 20

// row prints how ours compares; limit is the most that it may take of theirs.
func row(what, against string, ours, theirs result, limit float64) {
	ratio := ours.time.Seconds() / theirs.time.Seconds()
	fmt.Printf("| %s | %s | %.0f ms | %.0f ms | %.2f | at most %.1f%s | %d MiB%s (%d) |\n", what, against,
		ours.milliseconds(), theirs.milliseconds(), ratio, limit, missed(ratio > limit), ours.memory>>20, missed(ours.memory > mostMemory), theirs.memory>>20)
}

func missed(yes bool) string {
	if yes {
		return " **missed**"
	}
	return ""
}
