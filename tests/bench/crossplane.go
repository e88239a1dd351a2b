//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/function"
	"github.com/dominoc/dominoc/tests/gomodule"
)

// faster is the factor by which dominoc's render must be faster than Crossplane's.
const faster = 25

// compareWithCrossplane renders every composite resource of the environment in
// dir: once by dominoc, once by a crossplane composition render for each.
func compareWithCrossplane(p programs, o options, dir string) error {
	if o.crossplaneCLI == "" || o.crossplane == "" {
		fmt.Println("\n`dominoc render` was not measured: --crossplane-cli and --crossplane were not given.")
		return nil
	}
	address, stop, err := startFunction()
	if err != nil {
		return err
	}
	defer stop()
	renders, err := prepareRenders(p, o, dir, address)
	if err != nil {
		return err
	}
	ours, err := measure(dir, o.runs, []side{{args: []string{p.dominoc, "render", "--xrs"}}})
	if err != nil {
		return err
	}
	theirs, err := measure(dir, 1, renders)
	if err != nil {
		return err
	}
	var sum result
	for _, r := range theirs {
		sum.time += r.time
		sum.memory = max(sum.memory, r.memory)
	}
	ratio := sum.time.Seconds() / ours[0].time.Seconds()
	fmt.Printf("| `dominoc render`, all %d XRs | `crossplane composition render` | %.0f ms | %.0f ms | %.0f times faster | at least %d%s | %d MiB (%d) |\n",
		len(renders), ours[0].milliseconds(), sum.milliseconds(), ratio, faster, missed(ratio < faster), ours[0].memory>>20, sum.memory>>20)
	return nil
}

// startFunction runs function-patch-and-transform where the command line of
// Crossplane finds it.
func startFunction() (address string, stop func(), err error) {
	program, err := gomodule.Tool("tests/function/patchandtransform", function.Name)
	if err != nil {
		return "", nil, err
	}
	if address, err = freeAddress(); err != nil {
		return "", nil, err
	}
	c := exec.Command(program, "--insecure", "--address", address)
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	for range 100 {
		if conn, err := net.Dial("tcp", address); err == nil {
			return address, stop, conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("%s does not listen on %s", program, address)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// prepareRenders writes each XR next to its Composition.
func prepareRenders(p programs, o options, dir, address string) ([]side, error) {
	functions := filepath.Join(dir, "functions.yaml")
	if err := write(dir, "functions.yaml", developmentFunction(address)); err != nil {
		return nil, err
	}
	composites, err := composites(p, dir)
	if err != nil {
		return nil, err
	}
	var renders []side
	for i, xr := range composites {
		name := fmt.Sprintf("xr-%d.yaml", i)
		if err := write(dir, name, string(xr.text)); err != nil {
			return nil, err
		}
		composition := filepath.Join("rendered/platform/compositions", xr.Spec.Crossplane.CompositionRef.Name+".yaml")
		renders = append(renders, side{args: []string{
			o.crossplaneCLI, "composition", "render", name, composition, functions, "--crossplane-binary", o.crossplane,
		}})
	}
	return renders, nil
}

func developmentFunction(address string) string {
	return fmt.Sprintf(`apiVersion: pkg.crossplane.io/v1
kind: Function
metadata:
  name: %s
  annotations:
    render.crossplane.io/runtime: Development
    render.crossplane.io/runtime-development-target: %s
spec:
  package: xpkg.crossplane.io/crossplane-contrib/%s
`, function.Name, address, function.Name)
}

// composite is the used fields of an XR.
type composite struct {
	Spec struct {
		Crossplane struct {
			CompositionRef struct{ Name string }
		}
	}
	text []byte
}

// composites returns the environment's XR, as built, and its children, as rendered.
func composites(p programs, dir string) ([]composite, error) {
	parents, err := filepath.Glob(filepath.Join(dir, "rendered/environments/*/environment.yaml"))
	if err != nil || len(parents) != 1 {
		return nil, fmt.Errorf("%d built environments in %s, want 1: %v", len(parents), dir, err)
	}
	parent, err := os.ReadFile(parents[0])
	if err != nil {
		return nil, err
	}
	c := exec.Command(p.dominoc, "render", "--xrs")
	c.Dir = dir
	rendered, err := c.Output()
	if err != nil {
		return nil, err
	}
	var all []composite
	for _, text := range append([][]byte{parent}, bytes.Split(rendered, []byte("\n---\n"))...) {
		xr := composite{text: text}
		if err := yaml.Unmarshal(text, &xr); err != nil {
			return nil, err
		}
		if xr.Spec.Crossplane.CompositionRef.Name != "" {
			all = append(all, xr)
		}
	}
	return all, nil
}
