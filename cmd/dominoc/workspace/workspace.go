// Package workspace is a repository of environments on disk: it finds, loads, checks,
// compiles and builds them.
//
// In go the root of the repository and patterns, which name environments; out come
// what the environments compile to, the diagnostics about them, and the files of the
// output folder. What is wrong with an environment is decided by packages load and
// check, what becomes which file by package output. The command line and package
// change call it.
package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/dominoc/dominoc/cmd/dominoc/memo"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Fleet is the folder of the fleet's environments, below the root.
const Fleet = source.FleetFolder

// fleetPattern names all environments of the fleet.
const fleetPattern = "./" + Fleet + "/..."

// DeliveryFile is where a user says how manifests reach the management cluster.
const DeliveryFile = Fleet + "/gitops/gitops.cue"

// Options are what a workspace depends on.
type Options struct {
	Root string

	// Date is the date (YYYY-MM-DD) on which the support of versions is judged; empty for
	// the date of the table of versions.
	Date string

	// Load returns the loader of a folder; nil for load.New.
	Load func(root string) *load.Loader

	// Memo is what earlier runs have found out.
	Memo memo.Memo

	// Files are where environments are loaded from; nil for the files of this machine.
	Files source.Files

	// Progress is called with the number of checked environments, and at the end with
	// all of them; may be nil.
	Progress func(done, total int)
}

// Workspace is a repository. Its methods share what its loader has read and compiled.
type Workspace struct {
	Options
	Loader   *load.Loader
	delivery func() (*load.GitOps, diag.List)
}

// Open returns the workspace of the options. It reads nothing yet.
func Open(o Options) *Workspace {
	if o.Load == nil {
		o.Load = load.New
	}
	w := &Workspace{Options: o, Loader: o.Load(o.Root)}
	if o.Files != nil {
		w.Loader.Tree = source.In(o.Files, o.Root)
	}
	if o.Memo.Loads != nil {
		w.Loader.Kept = o.Memo.Loads
	}
	w.delivery = sync.OnceValues(func() (*load.GitOps, diag.List) { return w.Loader.GitOps(w.inFleet("gitops")) })
	return w
}

// Exists returns a Mistake if the root is not a folder.
func (w *Workspace) Exists() error {
	if info, err := os.Stat(w.Root); err != nil || !info.IsDir() {
		return &Mistake{fmt.Errorf("-C %s: not a folder", w.Root)}
	}
	return nil
}

// Path returns the path that a user's argument names, relative to the root unless it is
// absolute.
func (w *Workspace) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(w.Root, filepath.FromSlash(name))
}

// RealPath returns the path of a folder as git prints it: absolute, without symbolic links.
func RealPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// inFleet returns the path of a folder in the fleet's.
func (w *Workspace) inFleet(name string) string { return filepath.Join(w.Root, Fleet, name) }

// Delivery returns what environments/gitops says about how manifests reach the management
// cluster; nil if there is no such folder or it has an error.
func (w *Workspace) Delivery() (*load.GitOps, diag.List) { return w.delivery() }

// misdelivered returns what is wrong with the delivery, which decides how environments are
// lowered: without it nothing can be said of them.
func (w *Workspace) misdelivered() diag.List {
	_, found := w.delivery()
	return found
}

// DeliveryValues returns the values of Delivery, the zero value for nil.
func (w *Workspace) DeliveryValues() v1alpha1.GitOps {
	if said, _ := w.delivery(); said != nil {
		return said.Values
	}
	return v1alpha1.GitOps{}
}

// Provider returns what the management cluster's release of provider-aws can do.
func (w *Workspace) Provider() catalog.ProviderAWS {
	return bootstrap.ProviderAWS(w.DeliveryValues().Packages)
}

// Stated returns the quotas that the user states, or nil.
func (w *Workspace) Stated() (*check.Stated, diag.List) {
	quotas, found := w.Loader.Quotas(w.inFleet("quotas"))
	if quotas == nil {
		return nil, found
	}
	return &check.Stated{Quotas: quotas.Values, At: quotas.At}, found
}

// Mistake is an error that the user can correct: a wrong argument, or a repository that
// the command cannot use. Any other error means that something could not be read or
// written.
type Mistake struct{ Err error }

func (m *Mistake) Error() string { return m.Err.Error() }
func (m *Mistake) Unwrap() error { return m.Err }
