package change

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
)

// Pair is an environment before and after; one of them may be missing.
type Pair struct {
	name          string
	before, after *side
	formerly      string // its name before, if it was renamed
	moved         string // what the merge applies, if its ring moves
	notes         []string
}

// States returns the states on both sides; nil for a side without the environment.
func (p Pair) States() (before, after *diff.Environment) {
	return p.before.compiled(), p.after.compiled()
}

// Pairs are the environments that differ, by name, and what all have in common.
type Pairs struct {
	All    []Pair
	Shared Shared
	Wrong  diag.List // why environments could not be compared
	policy policy
	notes  []string // on all of them
}

// Pairs returns the environments before and after, without those that cannot have
// changed.
func (o Options) Pairs(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	found, err := o.pairs(ctx, b, patterns)
	_, wrong := o.Workspace.Delivery() // it decides how every environment is lowered
	found.Wrong = append(found.Wrong, errorsOf(wrong)...)
	return found, err
}

func (o Options) pairs(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	switch {
	case b.live:
		before := map[string]*side{}
		for _, tree := range b.trees {
			before[tree.Root.Name] = &side{state: liveState(tree)}
		}
		return o.against(ctx, before, nil, patterns)
	case b.program != "":
		return o.with(ctx, b, patterns)
	case b.folder != "":
		return o.rendered(ctx, b.folder, patterns)
	}
	return o.since(ctx, b, patterns)
}

// sides are environments before and after, by name.
type sides struct {
	before, after map[string]*side
	notes         map[string]string
	broken        map[string]bool // folders of environments that do not compile now
	unknown       map[string]bool // folders of those that did not compile before
}

// paired pairs the sides by name. An environment whose file does not compile now is
// neither changed nor removed: its mistakes are reported.
func (s sides) paired() []Pair {
	var all []Pair
	for name, after := range s.after {
		if s.before[name] == nil && s.unknown[after.dir] {
			continue // neither new nor unchanged
		}
		p := Pair{name: name, before: s.before[name], after: after, formerly: s.formerly(after)}
		if p.before != nil && p.before.dir != "" && p.before.dir != after.dir {
			p.notes = append(p.notes, "moved from "+p.before.dir+" to "+after.dir)
		}
		all = append(all, p)
	}
	for name, before := range s.before {
		if s.after[name] == nil && !s.broken[before.dir] && !s.breaks(name) {
			all = append(all, Pair{name: name, before: before})
		}
	}
	for i := range all {
		if note := s.notes[all[i].name]; note != "" {
			all[i].notes = append(all[i].notes, note)
		}
	}
	slices.SortFunc(all, func(a, b Pair) int { return strings.Compare(a.name, b.name) })
	return all
}

// breaks reports whether an environment in a folder of that name does not compile now.
func (s sides) breaks(name string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(s.broken)), func(dir string) bool { return path.Base(dir) == name })
}

// formerly returns the previous name of a new environment, or "": that of a removed
// environment with the same folder or the same host name.
func (s sides) formerly(after *side) string {
	if s.before[after.state.Name] != nil {
		return ""
	}
	for name, other := range ordered.All(s.before) {
		if s.after[name] == nil && (other.dir == after.dir || other.state.Spec != nil && other.state.Spec.FQDN == after.state.Spec.FQDN) {
			return name
		}
	}
	return ""
}

// One returns the single environment that a pattern names, before and after; nil if nothing
// of it changes. The list says why it could not be compared.
func (o Options) One(ctx context.Context, command, base, pattern string) (*Pair, diag.List, error) {
	if now, err := source.Open(o.Workspace.Root).Find([]string{pattern}); err == nil && len(now) > 1 { // it may have been removed
		return nil, nil, mistake(fmt.Errorf("%q matches %s; %s takes one", pattern, source.Some(now), command))
	}
	repository, err := git.Open(ctx, o.Workspace.Root) // where there is none, Base says so
	if !o.isOutput(base) && err == nil && repository.Commit(ctx, base) == "" {
		return nil, nil, mistake(fmt.Errorf("--base %q: neither a revision of git nor a folder of manifests", base))
	}
	from, patterns, err := o.Base(ctx, []string{base, pattern})
	if err != nil {
		return nil, nil, err
	}
	found, err := o.Pairs(ctx, from, patterns)
	switch {
	case err != nil || found.Wrong.HasErrors() || len(found.All) == 0:
		return nil, found.Wrong, err
	case len(found.All) > 1:
		return nil, nil, mistake(fmt.Errorf("%q matched several environments at the base; %s takes one", pattern, command))
	}
	return &found.All[0], found.Wrong, nil
}
