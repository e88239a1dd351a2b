package harness

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"sigs.k8s.io/yaml"
)

// Namespace is the namespace in which Crossplane is told to run.
const Namespace = "crossplane-system"

// defineCrossplane installs Crossplane's own definitions, its namespace, and the webhook that
// protects objects in use, as the chart does in a real cluster.
func (c *Cluster) defineCrossplane() error {
	dir, err := c.modules.dir(crossplane.nested, crossplane.module)
	if err != nil {
		return err
	}
	crds, err := readFolder(filepath.Join(dir, "cluster", "crds"))
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := c.Client.ApplyAll(ctx, crds); err != nil {
		return err
	}
	if err := c.Client.Established(ctx, patience, crds...); err != nil {
		return err
	}
	hook, err := c.webhook(filepath.Join(dir, "cluster", "webhookconfigurations", "usage.yaml"))
	if err != nil {
		return err
	}
	return c.Client.ApplyAll(ctx, []Object{
		{"apiVersion": "v1", "kind": "Namespace", "metadata": Object{"name": Namespace}},
		hook,
	})
}

// webhook is Crossplane's own configuration, pointed at a process instead of at
// a service.
func (c *Cluster) webhook(file string) (Object, error) {
	objects, err := readFile(file)
	if err != nil {
		return nil, err
	}
	for _, hook := range objects[0]["webhooks"].([]any) {
		hook.(Object)["clientConfig"] = Object{
			"url":      "https://" + c.address("webhook") + "/validate-no-usages",
			"caBundle": base64.StdEncoding.EncodeToString(c.authority.pem),
		}
	}
	return objects[0], nil
}

// StartCrossplane starts Crossplane's core and waits until its webhook answers.
func (c *Cluster) StartCrossplane() error {
	kubeconfig, err := c.kubeconfig("crossplane")
	if err != nil {
		return err
	}
	p, err := c.pair("crossplane-server")
	if err != nil {
		return err
	}
	packages := filepath.Join(c.Folder, "packages")
	if err := os.MkdirAll(packages, 0o755); err != nil { // without it Crossplane takes no package at all
		return err
	}
	return c.run(crossplane.name, []string{"KUBECONFIG=" + kubeconfig}, c.listens("webhook"), append([]string{
		"core", "start", "--package-runtime=External", "--cache-dir=" + packages,
		"--tls-server-certs-dir=" + p.folder, "--tls-client-certs-dir=" + p.folder,
		"--webhook-port=" + strconv.Itoa(c.port("webhook")),
		"--metrics-port=" + strconv.Itoa(c.port("metrics")),
		"--health-probe-port=" + strconv.Itoa(c.port("health")),
	}, c.arguments...)...)
}

// StartFunction starts function-patch-and-transform.
func (c *Cluster) StartFunction() error {
	p, err := c.pair("function")
	if err != nil {
		return err
	}
	return c.run(function.name, nil, c.listens("function"),
		"--tls-certs-dir="+p.folder, "--address="+c.address("function"))
}

// registerFunction registers the function's address, as Crossplane's package manager would
// after installing it. The revision is paused, so that the package manager does not change
// it.
func (c *Cluster) registerFunction() error {
	version, err := goCommand(c.modules.folder(function.nested), "list", "-m", "-f", "{{.Version}}", function.module)
	if err != nil {
		return err
	}
	revision := Object{
		"apiVersion": "pkg.crossplane.io/v1", "kind": "FunctionRevision",
		"metadata": Object{
			"name":        function.name + "-process",
			"labels":      Object{"pkg.crossplane.io/package": function.name},
			"annotations": Object{"crossplane.io/paused": "true"},
		},
		"spec": Object{
			"desiredState": "Active", "revision": 1,
			"image": "xpkg.crossplane.io/crossplane-contrib/" + function.name + ":" + version,
		},
	}
	if err := c.Client.Apply(context.Background(), revision); err != nil {
		return err
	}
	revision["status"] = Object{
		"endpoint":     "dns:///" + c.address("function"),
		"capabilities": []any{"composition"},
	}
	return c.Client.ApplyStatus(context.Background(), revision)
}

func readFolder(folder string) ([]Object, error) {
	return readFiles(filepath.Join(folder, "*.yaml"))
}

// readFiles reads the files of a pattern, of which each has one object.
func readFiles(pattern string) ([]Object, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var all []Object
	for _, file := range files {
		objects, err := readFile(file)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

func readFile(file string) ([]Object, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	object := Object{}
	if err := yaml.Unmarshal(data, &object); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return []Object{object}, nil
}
