package cli

import (
	"context"
	"errors"
	"fmt"
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

// pair is an environment before and after; one of them may be nil.
type pair struct {
	name          string
	before, after *side
	notes         []string
}

// pairs are the environments that were edited, by name.
type pairs struct {
	all   []pair
	wrong diag.List // why they cannot be compared
}

// sides are the environments of one tree of files.
type sides struct {
	all   map[string]*side
	wrong diag.List
}

// compile loads folders below a root and lowers their plans.
func (d *comparing) compile(ctx context.Context, root string, folders []load.Folder) (sides, error) {
	loader := load.New(root)
	s := sides{all: map[string]*side{}}
	var compiled []load.Result
	for some := range slices.Chunk(folders, batch) {
		if ctx.Err() != nil {
			return s, failed(errors.New("interrupted"))
		}
		for _, r := range loader.All(some, runtime.GOMAXPROCS(0)) {
			s.wrong = append(s.wrong, r.Diagnostics...)
			if r.Environment != nil {
				compiled = append(compiled, r)
			}
		}
	}
	states, found, err := compositions.States(inputs(compiled))
	if err != nil {
		return s, failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	s.wrong = append(s.wrong, found...)
	for i, state := range states {
		s.all[state.Name] = sideOf(root, compiled[i], state)
	}
	return s, nil
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
func paired(before, after map[string]*side) []pair {
	var all []pair
	for name, s := range after {
		all = append(all, pair{name: name, before: before[name], after: s})
	}
	for name, s := range before {
		if after[name] == nil {
			all = append(all, pair{name: name, before: s})
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	return all
}
