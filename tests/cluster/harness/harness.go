// Package harness runs a management cluster as processes: etcd, kube-apiserver,
// kube-controller-manager, Crossplane and function-patch-and-transform, built from the Go
// modules that the folders next to it pin.
//
// All programs listen on the loopback address, with certificates of this cluster. There are
// no nodes: packages are not installed, so the harness registers the function itself, and
// managed resources have definitions but no provider. State, certificates and logs are in
// one folder.
package harness

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"k8s.io/client-go/rest"
)

// patience is the time that a program may take to start on a busy machine. On two idle cores
// it takes seconds; the harness does not wait for a program that has ended.
const patience = 10 * time.Minute

// Cluster is a running management cluster.
type Cluster struct {
	Client *Client
	Folder string // state, certificates and logs

	programs  map[string]string // paths of executables, by name
	arguments []string          // of Crossplane, beside those that a process needs
	modules   modules
	authority *authority
	ports     map[string]int
	running   []*process // in the order of their start
}

// Start builds missing programs, which takes many minutes the first time on a machine, and
// starts the cluster, with the arguments that the platform requires of Crossplane. The
// caller stops it.
func Start(arguments []string) (*Cluster, error) {
	c := &Cluster{arguments: arguments, programs: map[string]string{}, ports: map[string]int{}}
	if err := c.prepare(etcd, apiserver, controllerManager, crossplane, function); err != nil {
		return nil, err
	}
	return c.take(
		c.startEtcd, c.StartServer, c.connect, c.startControllers,
		c.defineCrossplane, c.StartFunction, c.StartCrossplane, c.registerFunction,
	)
}

// StartAPI starts an API server without controllers.
func StartAPI() (*Cluster, error) {
	c := &Cluster{programs: map[string]string{}, ports: map[string]int{}}
	if err := c.prepare(etcd, apiserver); err != nil {
		return nil, err
	}
	return c.take(c.startEtcd, c.StartServer, c.connect)
}

// take takes steps until one fails.
func (c *Cluster) take(steps ...func() error) (*Cluster, error) {
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, errors.Join(err, fmt.Errorf("the logs are in %s", c.Folder), c.halt())
		}
	}
	return c, nil
}

func (c *Cluster) prepare(programs ...program) (err error) {
	if c.modules, err = newModules(); err != nil {
		return err
	}
	for _, p := range programs {
		if c.programs[p.name], err = c.modules.build(p); err != nil {
			return err
		}
	}
	if c.authority, err = newAuthority(); err != nil {
		return err
	}
	c.Folder, err = os.MkdirTemp("", "dominoc-cluster")
	return err
}

// Stop ends all programs and removes the folder, unless the caller keeps it for its logs.
func (c *Cluster) Stop(keep bool) error {
	err := c.halt()
	if keep {
		return err
	}
	return errors.Join(err, remove(c.Folder))
}

// remove removes a folder even if a program removed permissions in it: Argo CD's repo server
// removes all permissions from its clones.
func remove(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o700)
	})
	return errors.Join(err, os.RemoveAll(folder))
}

// halt ends the programs, the last one first.
func (c *Cluster) halt() error {
	for _, p := range slices.Backward(c.running) {
		p.stop()
	}
	c.running = nil
	return nil
}

// Kill ends a program as a crash does.
func (c *Cluster) Kill(name string) error {
	i := slices.IndexFunc(c.running, func(p *process) bool { return p.name == name })
	if i < 0 {
		return fmt.Errorf("%s does not run", name)
	}
	c.running[i].kill()
	c.running = slices.Delete(c.running, i, i+1)
	return nil
}

// run starts one of the cluster's programs and waits until it is ready.
func (c *Cluster) run(name string, env []string, ready func() error, args ...string) error {
	p, err := start(c.Folder, name, c.programs[name], env, args...)
	if err != nil {
		return err
	}
	c.running = append(c.running, p)
	return p.until(patience, ready)
}

// pair returns the certificate of one of the cluster's programs or users.
func (c *Cluster) pair(name string, groups ...string) (pair, error) {
	return c.authority.issue(filepath.Join(c.Folder, "certificates", name), name, groups...)
}

// port returns a port of the loopback address that was free when the program first requested
// it; a restarted program keeps its port.
func (c *Cluster) port(name string) int {
	if port, ok := c.ports[name]; ok {
		return port
	}
	c.ports[name], _ = freePort() // the program that gets none says so
	return c.ports[name]
}

func (c *Cluster) address(name string) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port(name)))
}

// connect makes the client of the tests: an administrator without a limit of requests.
func (c *Cluster) connect() error {
	config, err := c.config("tests")
	if err != nil {
		return err
	}
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{} // the real provider has the same finalizer
	c.Client, err = newClient(config)
	return err
}

// Impersonate makes a client for a user without an administrator's groups.
func (c *Cluster) Impersonate(user string) (*Client, error) {
	config, err := c.config("tests")
	if err != nil {
		return nil, err
	}
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: []string{"system:authenticated"}}
	return newClient(config)
}

func (c *Cluster) config(user string) (*rest.Config, error) {
	p, err := c.pair(user, "system:masters")
	if err != nil {
		return nil, err
	}
	return &rest.Config{
		Host:            "https://" + c.address("server"),
		TLSClientConfig: rest.TLSClientConfig{CAFile: p.ca(), CertFile: p.cert(), KeyFile: p.key()},
	}, nil
}
