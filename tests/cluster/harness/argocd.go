package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// ArgoCDNamespace is the namespace of Argo CD's objects.
const ArgoCDNamespace = "argocd"

// argoCD is all of Argo CD in one program; its environment selects the part to run.
var argoCD = program{
	name: "argocd", nested: "tests/argocd",
	module: "github.com/argoproj/argo-cd/v3", pkg: "github.com/argoproj/argo-cd/v3/cmd",
	flags: "-s -w",
}

// kustomize reads the list of each folder for the repo server, which starts it by its
// name.
var kustomize = program{
	name: "kustomize", nested: argoCD.nested,
	module: "sigs.k8s.io/kustomize/kustomize/v5", pkg: "sigs.k8s.io/kustomize/kustomize/v5",
	flags: "-s -w",
}

// The parts of Argo CD that run: the one that reads repositories, the one that
// applies what is in them, and the one that fills in ApplicationSets.
const (
	repoServer                = "argocd-repo-server"
	applicationController     = "argocd-application-controller"
	applicationSetsController = "argocd-applicationset-controller"
)

// StartArgoCD installs Argo CD as its manifests do, and starts it without its API server,
// which only serves users.
func (c *Cluster) StartArgoCD() error {
	for _, step := range []func() error{
		c.buildArgoCD, c.defineArgoCD, c.configureArgoCD,
		c.startRedis, c.startRepoServer, c.startApplications, c.startApplicationSets,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// buildArgoCD builds redis each time: it is small, and the name of a cached program does not
// depend on its source.
func (c *Cluster) buildArgoCD() error {
	path, err := c.modules.build(argoCD)
	if err != nil {
		return err
	}
	for _, part := range []string{repoServer, applicationController, applicationSetsController} {
		c.programs[part] = path
	}
	if path, err = c.modules.build(kustomize); err != nil {
		return err
	}
	if err := os.MkdirAll(c.tools(), 0o755); err != nil {
		return err
	}
	if err := os.Symlink(path, filepath.Join(c.tools(), kustomize.name)); err != nil {
		return err
	}
	c.programs["redis"] = filepath.Join(c.Folder, "redis")
	_, err = goCommand(c.modules.folder(argoCD.nested), "build", "-o", c.programs["redis"], "./redis")
	return err
}

// ArgoCDAnswers returns the program that answers as Argo CD's controllers do (see
// tests/argocd). It is built each time, because no name of a cached program depends on its
// source; Argo CD's packages are in the build cache.
func ArgoCDAnswers() (string, error) {
	m, err := newModules()
	if err != nil {
		return "", err
	}
	path := filepath.Join(m.cache, "argocd-answers")
	_, err = goCommand(m.folder(argoCD.nested), "build", "-o", path, "./argocd")
	return path, err
}

// tools returns the folder with the programs that the repo server starts.
func (c *Cluster) tools() string { return filepath.Join(c.Folder, "tools") }

// argoCDFiles are objects from Argo CD's manifests.
func (c *Cluster) argoCDFiles(pattern ...string) ([]Object, error) {
	dir, err := c.modules.dir(argoCD.nested, argoCD.module)
	if err != nil {
		return nil, err
	}
	return readFiles(filepath.Join(append([]string{dir, "manifests"}, pattern...)...))
}

func (c *Cluster) defineArgoCD() error {
	crds, err := c.argoCDFiles("crds", "*-crd.yaml")
	if err != nil {
		return err
	}
	if err := c.Client.ApplyAll(context.Background(), crds); err != nil {
		return err
	}
	return c.Client.Established(context.Background(), patience, crds...)
}

// configureArgoCD applies the configuration of an installation, and the session key that the
// API server adds to it. It omits the project that permits everything, which dominoc's
// objects must not use.
func (c *Cluster) configureArgoCD() error {
	installed, err := c.argoCDFiles("base", "config", "argocd-*.yaml")
	if err != nil {
		return err
	}
	objects := []Object{{"apiVersion": "v1", "kind": "Namespace", "metadata": Object{"name": ArgoCDNamespace}}}
	for _, o := range installed {
		o["metadata"].(Object)["namespace"] = ArgoCDNamespace
		if o["kind"] == "Secret" {
			o["stringData"] = Object{"server.secretkey": "tests"}
		}
		objects = append(objects, o)
	}
	client := c.Client.As("argocd-installation")
	for _, o := range objects {
		if err := client.Apply(context.Background(), o); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) startRedis() error {
	return c.run("redis", nil, c.listens("redis"), c.address("redis"))
}

func (c *Cluster) startRepoServer() error {
	return c.runArgoCD(repoServer, repoServer,
		"--address=127.0.0.1", c.portFlag("--port", repoServer), "--disable-tls",
		"--metrics-address=127.0.0.1", c.portFlag("--metrics-port", repoServer+"-metrics"),
	)
}

// startApplications starts the controller of Applications. It cannot limit the addresses at
// which it serves its metrics.
func (c *Cluster) startApplications() error {
	const metrics = applicationController + "-metrics"
	return c.runArgoCD(applicationController, metrics,
		"--namespace="+ArgoCDNamespace, c.portFlag("--metrics-port", metrics),
		"--repo-server="+c.address(repoServer), "--repo-server-plaintext",
	)
}

func (c *Cluster) startApplicationSets() error {
	const health = applicationSetsController + "-health"
	return c.runArgoCD(applicationSetsController, health,
		"--namespace="+ArgoCDNamespace, "--probe-addr="+c.address(health),
		"--metrics-addr="+c.address(applicationSetsController+"-metrics"),
		"--webhook-addr="+c.address(applicationSetsController+"-webhook"),
		"--argocd-repo-server="+c.address(repoServer), "--repo-server-plaintext",
	)
}

func (c *Cluster) portFlag(flag, port string) string {
	return fmt.Sprintf("%s=%d", flag, c.port(port))
}

// runArgoCD starts a part of Argo CD and waits until it listens at a port.
func (c *Cluster) runArgoCD(part, port string, args ...string) error {
	kubeconfig, err := c.kubeconfig(part)
	if err != nil {
		return err
	}
	clones := filepath.Join(c.Folder, "clones")
	if err := os.MkdirAll(clones, 0o755); err != nil {
		return err
	}
	return c.run(part, append(c.argoCDEnvironment(),
		"ARGOCD_BINARY_NAME="+part, "KUBECONFIG="+kubeconfig, "TMPDIR="+clones), c.listens(port), args...)
}

// argoCDEnvironment returns the environment variables of an installation's containers. A part
// reads timeout.reconciliation of argocd-cm from its environment, and sees a push within
// twice that time.
func (c *Cluster) argoCDEnvironment() []string {
	return []string{
		"ARGOCD_FAKE_IN_CLUSTER=true", // the cluster that it runs in is that of the kubeconfig
		"ARGOCD_RECONCILIATION_TIMEOUT=10s", "ARGOCD_RECONCILIATION_JITTER=0s",
		"ARGOCD_GPG_ENABLED=false", // it would want a keyring
		"PATH=" + c.tools() + string(os.PathListSeparator) + os.Getenv("PATH"),
		"ARGOCD_ASK_PASS_SOCK=" + filepath.Join(c.Folder, "ask-pass.sock"),
		"REDIS_SERVER=" + c.address("redis"),
	}
}
