package harness

import (
	"context"
	"os"
	"path/filepath"
)

// FluxNamespace is the namespace of Flux's objects.
const FluxNamespace = "flux-system"

var (
	sourceController    = flux("source-controller")
	kustomizeController = flux("kustomize-controller")
)

func flux(name string) program {
	module := "github.com/fluxcd/" + name
	return program{name: name, nested: "tests/cluster/flux", module: module, pkg: module}
}

// StartFlux defines Flux's kinds and starts two of its controllers: the one that fetches
// sources, and the one that applies them.
func (c *Cluster) StartFlux() (err error) {
	for _, p := range []program{sourceController, kustomizeController} {
		if c.programs[p.name], err = c.modules.build(p); err != nil {
			return err
		}
		if err := c.defineFlux(p); err != nil {
			return err
		}
	}
	if err := c.Client.Apply(context.Background(), Object{
		"apiVersion": "v1", "kind": "Namespace", "metadata": Object{"name": FluxNamespace},
	}); err != nil {
		return err
	}
	artifacts := filepath.Join(c.Folder, "artifacts")
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		return err
	}
	if err := c.runFlux(sourceController,
		"--storage-path="+artifacts,
		"--storage-addr="+c.address("artifacts"), "--storage-adv-addr="+c.address("artifacts"),
	); err != nil {
		return err
	}
	return c.runFlux(kustomizeController)
}

// defineFlux installs the definitions that a controller's module has.
func (c *Cluster) defineFlux(p program) error {
	dir, err := c.modules.dir(p.nested, p.module)
	if err != nil {
		return err
	}
	crds, err := readFolder(filepath.Join(dir, "config", "crd", "bases"))
	if err != nil {
		return err
	}
	if err := c.Client.ApplyAll(context.Background(), crds); err != nil {
		return err
	}
	return c.Client.Established(context.Background(), patience, crds...)
}

// runFlux starts a controller. It retries an object that waits for a dependency after
// seconds instead of half a minute.
func (c *Cluster) runFlux(p program, args ...string) error {
	kubeconfig, err := c.kubeconfig(p.name)
	if err != nil {
		return err
	}
	return c.run(p.name, []string{"KUBECONFIG=" + kubeconfig, "RUNTIME_NAMESPACE=" + FluxNamespace}, c.listens(p.name+"-health"),
		append(args,
			"--health-addr="+c.address(p.name+"-health"), "--metrics-addr="+c.address(p.name+"-metrics"),
			"--requeue-dependency=2s",
		)...)
}
