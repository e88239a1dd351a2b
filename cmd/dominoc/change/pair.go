package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// side is an environment before or after.
type side struct {
	state *diff.Environment
	file  *v1alpha1.Environment // nil where only its manifests are known
	at    diag.Locator
	name  string // of its file, for the reader
	dir   string // of its folder, below the root
}

// Pair is an environment before and after; one of them may be nil.
type Pair struct {
	name          string
	before, after *side
	formerly      string // the name that its file had, when that was another one
	notes         []string
}

// Pairs are the environments that differ, by name.
type Pairs struct {
	All   []Pair
	Wrong diag.List // why they cannot be compared
}

// sides are the environments of one tree of files.
type sides struct {
	all   map[string]*side
	wrong diag.List
}

// compile loads folders below a root and lowers their plans.
func compile(ctx context.Context, root string, folders []load.Folder) (sides, error) {
	s := sides{all: map[string]*side{}}
	compiled, found, err := check(ctx, root, folders)
	if err != nil {
		return s, err
	}
	s.wrong = append(s.wrong, found...)
	states, found, err := compositions.States(inputs(compiled))
	if err != nil {
		return s, fmt.Errorf("a bug of dominoc: %w", err)
	}
	s.wrong = append(s.wrong, found...)
	for i, state := range states {
		s.all[state.Name] = sideOf(root, compiled[i], state)
	}
	return s, nil
}

// batch is how many environments are checked between two looks at the context.
const batch = 64

// check loads and checks folders below a root, and returns the environments that
// passed.
func check(ctx context.Context, root string, folders []load.Folder) ([]load.Result, diag.List, error) {
	loader := load.New(root)
	var passed []load.Result
	var found diag.List
	for some := range slices.Chunk(folders, batch) {
		if ctx.Err() != nil {
			return nil, nil, errors.New("interrupted")
		}
		for _, r := range loader.All(some, runtime.GOMAXPROCS(0)) {
			found = append(found, r.Diagnostics...)
			if r.Environment != nil {
				passed = append(passed, r)
			}
		}
	}
	return passed, found, nil
}

// inputs returns checked environments as the compiler takes them.
func inputs(results []load.Result) []compositions.Input {
	in := make([]compositions.Input, len(results))
	for i, r := range results {
		in[i] = compositions.Input{Environment: r.Environment, At: r.Source.At}
	}
	return in
}

// Pairs returns the environments before and after, those in which nothing can have
// changed left out.
func (o Options) Pairs(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	switch {
	case b.live:
		return o.withCluster(ctx, b.trees, patterns)
	case b.folder != "":
		return o.rendered(ctx, b.folder, patterns)
	}
	return o.edited(ctx, b, patterns)
}

func sideOf(root string, r load.Result, state *diff.Environment) *side {
	dir := r.Folder.Dir
	if abs, err := filepath.Abs(root); err == nil {
		if rel, err := filepath.Rel(abs, dir); err == nil {
			dir = rel
		}
	}
	return &side{state: state, file: r.Environment, at: r.Source.At, name: r.Source.At(nil).File, dir: dir}
}

// paired puts the sides together by name.
func paired(before, after map[string]*side) []Pair {
	var all []Pair
	for name, s := range after {
		all = append(all, Pair{name: name, before: before[name], after: s, formerly: formerly(s, before, after)})
	}
	for name, s := range before {
		if after[name] == nil {
			all = append(all, Pair{name: name, before: s})
		}
	}
	slices.SortFunc(all, func(a, b Pair) int { return strings.Compare(a.name, b.name) })
	return all
}

// formerly is the name of the environment that a new one was until now, or "":
// one that is gone, and stood in its folder or answered to its name on the web.
func formerly(s *side, before, after map[string]*side) string {
	if before[s.state.Name] != nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		other := before[name]
		if after[name] == nil && (other.dir == s.dir || other.state.Spec != nil && other.state.Spec.FQDN == s.state.Spec.FQDN) {
			return name
		}
	}
	return ""
}

// States returns what the environment compiles to on both sides; nil where there
// is none.
func (p Pair) States() (before, after *diff.Environment) { return stateOf(p.before), stateOf(p.after) }
