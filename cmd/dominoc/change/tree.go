package change

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/guard"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// tree is a folder, and the environments below it that are compared.
type tree struct {
	*workspace.Workspace
	folders map[string]source.Folder // by path below the root, with slashes
}

// newTree returns the tree at a root, without environments, in the files of a commit; nil for
// the work tree.
func (o Options) newTree(root string, files source.Files) *tree {
	return &tree{workspace.Open(workspace.Options{Root: root, Files: files, Load: o.Workspace.Load, Memo: o.Workspace.Memo}), map[string]source.Folder{}}
}

// removing removes a folder as well if an evaluation ends the program.
func (t *tree) removing(folder string) *tree {
	if p := t.Loader.Process; p != nil {
		t.Loader.Process = temporary{p, folder}
	}
	return t
}

// temporary is a process with a folder that exists only while it runs.
type temporary struct {
	guard.Process
	folder string
}

func (t temporary) Overrun(running, certain []guard.Evaluation) {
	_ = os.RemoveAll(t.folder)
	t.Process.Overrun(running, certain)
}

func (t *tree) add(folders []source.Folder) {
	for _, f := range folders {
		t.folders[f.Shown] = f
	}
}

// addFleet adds the environments of the fleet; a tree without a fleet has none.
func (t *tree) addFleet() error {
	folders, err := t.Loader.Below(filepath.Join(t.Root, source.FleetFolder))
	t.add(folders)
	return err
}

// digests returns the digests of all folders.
func (t *tree) digests() map[string]source.Digest {
	folders := slices.Collect(maps.Values(t.folders))
	all := map[string]source.Digest{}
	for i, digest := range t.Loader.Digests(folders, runtime.GOMAXPROCS(0)) {
		all[folders[i].Shown] = digest
	}
	return all
}

// at returns the folders at paths, without those that do not exist.
func (t *tree) at(names []string) []source.Folder {
	var all []source.Folder
	for _, name := range names {
		if f, there := t.folders[name]; there {
			all = append(all, f)
		}
	}
	return all
}

// side is an environment before or after.
type side struct {
	state *diff.Environment
	file  *v1alpha1.Environment // nil where only its manifests are known
	at    diag.Locator
	dir   string // of its folder, below the root
}

// compiled returns the state; nil for no side.
func (s *side) compiled() *diff.Environment {
	if s == nil {
		return nil
	}
	return s.state
}

// environment returns the environment; nil for no side, and where only its manifests are
// known.
func (s *side) environment() *v1alpha1.Environment {
	if s == nil {
		return nil
	}
	return s.file
}

// compiled is the compiled environments of a tree. An environment that does not compile is
// only in wrong and broken.
type compiled struct {
	fleet  *compositions.Fleet
	others []output.Share // environments whose share is known and that are not in the fleet
	loaded []load.Result
	inputs []compositions.Input
	sides  map[string]*side // by name; method side fills in the state
	broken map[string]bool  // folders of environments that do not compile
	wrong  diag.List        // errors only: warnings are for vet
}

// compile loads and compiles folders of the tree, each without regard to the others.
func (t *tree) compile(ctx context.Context, folders []source.Folder) (*compiled, error) {
	return t.compileSome(ctx, folders, false)
}

// compileSome is compile, which may spare environments whose share is known.
func (t *tree) compileSome(ctx context.Context, folders []source.Folder, spare bool) (*compiled, error) {
	c := &compiled{sides: map[string]*side{}, broken: map[string]bool{}}
	results, _, err := t.LoadAll(ctx, folders)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if r.Environment == nil {
			c.refuse(r.Folder, r.Diagnostics)
		}
	}
	results = slices.DeleteFunc(results, func(r load.Result) bool { return r.Environment == nil })
	inputs := t.Inputs(results)
	shares := make([]*output.Share, len(inputs))
	if c.loaded = results; spare {
		shares = t.Spare(inputs, results)
	}
	fleet, lists, err := compositions.CompileSound(inputs)
	if err != nil {
		return nil, workspace.Bug(err)
	}
	c.fleet = fleet
	for i, r := range results {
		if lists[i].HasErrors() {
			c.refuse(r.Folder, lists[i])
			continue
		}
		if shares[i] != nil {
			c.others = append(c.others, *shares[i])
		}
		c.inputs = append(c.inputs, inputs[i])
		c.sides[r.Environment.Name] = &side{file: r.Environment, at: r.Source.At, dir: r.Folder.Shown}
	}
	return c, nil
}

func (c *compiled) refuse(f source.Folder, found diag.List) {
	c.broken[f.Shown] = true
	c.wrong = append(c.wrong, errorsOf(found)...)
}

// states returns all sides with their states.
func (c *compiled) states() (map[string]*side, error) {
	for name := range c.sides {
		if _, err := c.side(name); err != nil {
			return nil, err
		}
	}
	return maps.Clone(c.sides), nil
}

// side returns an environment with its state; nil if there is none of that name.
func (c *compiled) side(name string) (*side, error) {
	s := c.sides[name]
	if s == nil || s.state != nil {
		return s, nil
	}
	state, err := c.state(name)
	if err != nil {
		return nil, workspace.Bug(err)
	}
	state.Subnets = plan.RoomOf(s.file).Subnets
	s.state = state
	return s, nil
}

func (c *compiled) state(name string) (*diff.Environment, error) {
	i := slices.IndexFunc(c.inputs, func(in compositions.Input) bool { return in.Spared && in.Environment.Name == name })
	if i >= 0 {
		state, _, err := output.StateOf(c.inputs[i])
		return state, err
	}
	environment, err := c.fleet.Environment(name)
	if err != nil {
		return nil, err
	}
	return output.State(environment)
}

// names returns the names of the environments that compile.
func (c *compiled) names() []string {
	names := c.fleet.Names()
	for _, other := range c.others {
		names = append(names, other.Environment.Name)
	}
	return names
}
