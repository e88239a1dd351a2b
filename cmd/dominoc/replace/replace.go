// Package replace decides how a pool of nodes gives way to another one.
//
// EKS cannot change the kind of image, the capacity type or a list of instance types of a
// node group, and Crossplane deletes a key that a composite resource drops before it creates
// another. So a pool is replaced in three pull requests: a successor is added beside it, with
// the same label; the pool is closed, so that no further pod starts there and the autoscaler
// takes its empty nodes away; then it is removed.
//
// In go an environment, its pools, what their successors have otherwise and, where a
// management cluster was read, what that has of the environment; out comes a Report: the
// step of each pool, its edit, and what blocks it. Package edit makes the edits, package live
// reads the cluster, package cli prints.
package replace

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/scaling"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/rewrite"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// Ask is what is asked of an environment.
type Ask struct {
	Loader *load.Loader
	Before load.Result // the environment as it is; without errors
	Pools  []string
	With   With

	// Name is the name of the successor of a single pool; empty for the next generation, such
	// as default-2.
	Name string

	// Judge returns what dominoc vet says of the environment among the others of the fleet.
	Judge func(load.Result) diag.List

	// Live is the environment in the management cluster; nil if none was read.
	Live *health.Environment
}

// Kind is a step.
type Kind string

// The steps, in their order.
const (
	Add    Kind = "add"    // a successor beside the pool
	Close  Kind = "close"  // the pool to further pods
	Remove Kind = "remove" // the pool
)

// Step is the next step of a pool.
type Step struct {
	Kind      Kind   `json:"kind"`
	Pool      string `json:"pool"`
	Successor string `json:"successor"`
	Says      string `json:"says"`
}

// Report is the next step of the pools of an environment.
type Report struct {
	Environment string      `json:"environment"`
	Steps       []Step      `json:"steps"`   // one for each pool
	Edit        *edit.Draft `json:"edit"`    // of all of them
	Blocked     []string    `json:"blocked"` // why the edit has to wait
	Notes       []string    `json:"notes"`
}

// replacement is an Ask on its way to a Report.
type replacement struct {
	Ask
	env    *v1alpha1.Environment
	wanted map[string]pool             // the successors to be added, by their names
	raised map[string][]rewrite.Change // what of them is raised, because a pool that was taken over has less than the install page requires
	report Report
}

// Plan returns the next step of the pools, and the file that has it; the file is nil where
// something blocks the step or a person has to make the edit. The error is about what was
// asked.
func Plan(a Ask) (Report, *edit.Edited, error) {
	r := &replacement{Ask: a, env: a.Before.Environment, wanted: map[string]pool{}, raised: map[string][]rewrite.Change{}}
	r.report = Report{Environment: r.env.Name, Steps: []Step{}, Blocked: []string{}, Notes: []string{}}
	var changes []rewrite.Change
	for _, name := range a.Pools {
		if slices.ContainsFunc(r.report.Steps, func(s Step) bool { return s.Pool == name }) {
			continue
		}
		step, err := r.step(name)
		if err != nil {
			return Report{}, nil, err
		}
		r.report.Steps = append(r.report.Steps, step)
		changes = append(changes, r.changes(step)...)
		r.judge(step)
	}
	file := r.draft(changes)
	if len(r.report.Blocked) > 0 {
		file = nil
	}
	return r.report, file, nil
}

// stays reports whether a pool stayed with Terraform when the environment was imported.
func (r *replacement) stays(name string) bool {
	if r.env.Adopted == nil {
		return false
	}
	_, is := r.env.Adopted.Kept[name]
	return is
}

// step decides the next step of a pool by what the file says.
func (r *replacement) step(name string) (Step, error) {
	old, there := r.env.Pools[name]
	switch _, first := r.env.Pools[old.Replaces]; {
	case !there && r.stays(name):
		return Step{}, fmt.Errorf("pool %s is Terraform's: add a pool with replaces: %q and nodePool: %q to the file; when that has taken over, remove %s from Terraform's configuration and from adopted.kept", name, name, r.env.Adopted.Kept[name].NodePool, name)
	case !there:
		err := fmt.Errorf("%s has no pool %q", r.env.Name, name)
		if near := diag.Nearest(name, slices.Sorted(maps.Keys(r.env.Pools))); near != "" {
			err = fmt.Errorf("%w: did you mean %s?", err, near)
		}
		return Step{}, err
	case first:
		return Step{}, fmt.Errorf("pool %s takes over from %s, which is still there: finish that first (dominoc replace %s %s)", name, old.Replaces, r.env.Name, old.Replaces)
	}
	if next := r.successor(name); next != "" {
		if r.With.any() || r.Name != "" {
			return Step{}, fmt.Errorf("pool %s has a successor already: edit %s, or remove it and begin again", name, next)
		}
		if old.Draining {
			return Step{Remove, name, next, fmt.Sprintf("remove pool %s: %s has taken over", name, next)}, nil
		}
		return Step{Close, name, next, fmt.Sprintf("close pool %s: no further pod starts there, and the autoscaler takes its empty nodes away", name)}, nil
	}
	next, err := r.generation(name, old)
	if err != nil {
		return Step{}, err
	}
	want, err := r.With.successor(name, old)
	if err != nil {
		return Step{}, err
	}
	if r.taken(name) {
		r.raise(next, want)
	}
	r.wanted[next] = want
	return Step{Add, name, next, fmt.Sprintf("add pool %s, which replaces %s, %s", next, name, r.With)}, nil
}

// successor is the pool that takes over from another, or "".
func (r *replacement) successor(of string) string {
	for name, p := range ordered.All(r.env.Pools) {
		if p.Replaces == of && name != of {
			return name
		}
	}
	return ""
}

var numbered = regexp.MustCompile(`^(.+)-([0-9]+)$`)

// generation is the name of a pool's successor: default-2 after default, default-3 after it.
func (r *replacement) generation(name string, old v1alpha1.Pool) (string, error) {
	next := r.Name
	if next == "" {
		base, n := name, 1
		if m := numbered.FindStringSubmatch(name); m != nil && m[1] == old.NodePool {
			base = m[1]
			n, _ = strconv.Atoi(m[2]) // digits, fewer than a name has
		}
		for next == "" || r.has(next) {
			n++
			next = fmt.Sprintf("%s-%d", base, n)
		}
	}
	if r.has(next) {
		return "", fmt.Errorf("--name %s: %s has a pool of this name", next, r.env.Name)
	}
	return next, nil
}

// taken reports whether a pool was taken over from Terraform.
func (r *replacement) taken(pool string) bool {
	if r.env.Adopted == nil {
		return false
	}
	_, taken := r.env.Adopted.Pools[pool]
	return taken
}

// raise gives the successor of a pool that was taken over the least that the install page
// requires of it. What AWS decides of that pool, a default decides of the successor.
func (r *replacement) raise(name string, want pool) {
	label, _ := want["nodePool"].(string)
	nodes, sizeGiB := plan.Least(label)
	up := func(least int64, group, field string) {
		fields, _ := want[group].(map[string]any)
		if is, _ := fields[field].(float64); int64(is) < least {
			fields[field] = float64(least)
			r.raised[name] = append(r.raised[name], rewrite.Change{Path: diag.Path{"pools", name, group, field}, Value: least})
			r.note("%s.%s of %s is %d, not %d: the install page requires it of a pool with nodePool %q", group, field, name, least, int64(is), label)
		}
	}
	up(sizeGiB, "disk", "sizeGiB")
	up(nodes, "size", "min")
	up(nodes, "size", "desired")
	up(nodes, "size", "max")
}

func (r *replacement) has(pool string) bool {
	_, is := r.env.Pools[pool]
	_, will := r.wanted[pool]
	return is || will
}

// changes are the edits of a step; those that state the fields of a successor follow once it
// is seen what it has by default.
func (r *replacement) changes(s Step) []rewrite.Change {
	switch s.Kind {
	case Close:
		return []rewrite.Change{{Path: diag.Path{"pools", s.Pool, "draining"}, Value: true}}
	case Remove:
		changes := []rewrite.Change{{Path: diag.Path{"pools", s.Pool}}}
		if r.taken(s.Pool) {
			changes = append(changes, rewrite.Change{Path: diag.Path{"adopted", "pools", s.Pool}})
		}
		if ids := v1alpha1.PoolPrefix + s.Pool; len(r.env.IDs[ids]) > 0 {
			changes = append(changes, rewrite.Change{Path: diag.Path{"ids", ids}})
		}
		return changes
	}
	changes := []rewrite.Change{
		{Path: diag.Path{"pools", s.Successor}, From: diag.Path{"pools", s.Pool}},
		{Path: diag.Path{"pools", s.Successor, "replaces"}, Value: s.Pool},
	}
	if label := r.env.Pools[s.Pool].NodePool; label != s.Pool {
		changes = append(changes, rewrite.Change{Path: diag.Path{"pools", s.Successor, "nodePool"}, Value: label})
	}
	return append(changes, r.raised[s.Successor]...)
}

// judge adds what has to be so before a step, and whether it is.
func (r *replacement) judge(s Step) {
	if s.Kind == Add {
		return
	}
	if s.Kind == Remove {
		old, next := plain(r.env.Pools[s.Pool]).size().max, plain(r.env.Pools[s.Successor]).size().max
		if next < old {
			r.note("size.max of %s is %d, and %d for %s: raise it in the same change if it was lowered to make room", s.Successor, next, old, s.Pool)
		}
		if adopted := r.env.Adopted; adopted != nil && adopted.Hold {
			r.note("adopted.hold keeps the node groups of %s in AWS with their nodes: delete them there after the merge, or set hold to false first", s.Pool)
		}
	}
	if r.Live == nil {
		r.note("%s", map[Kind]string{
			Close:  "with --live this step waits until " + s.Successor + " is ready",
			Remove: "with --live this step waits until " + s.Pool + " has no nodes",
		}[s.Kind])
		return
	}
	pools := r.Live.Pools()
	if lacks := pools[s.Successor].Lacks(); lacks != "" {
		r.block("%s is not ready: %s", s.Successor, lacks)
	}
	if s.Kind == Remove {
		r.occupied(s.Pool, pools[s.Pool])
	}
}

// occupied blocks the removal of a pool that has nodes.
func (r *replacement) occupied(name string, seen scaling.Pool) {
	switch nodes, known := seen.Nodes(); {
	case !known:
		r.block("the provider has not counted the nodes of %s", name)
	case nodes > 0:
		r.block("%s has %s in AWS: end or move what runs there; the autoscaler takes empty nodes away%s", name, words.Count(nodes, "node"), r.kept(seen))
	}
}

// kept says that AWS keeps the autoscaler from it, as long as a minimum has not reached it.
func (r *replacement) kept(seen scaling.Pool) string {
	sizes := r.Live.Sizes()
	for _, group := range seen {
		if sizes[group.Group].InAWS.Min > 0 {
			return ", but not below the minimum in AWS: run dominoc sizes " + r.env.Name
		}
	}
	return ""
}

func (r *replacement) note(format string, args ...any) {
	r.report.Notes = append(r.report.Notes, fmt.Sprintf(format, args...))
}

func (r *replacement) block(format string, args ...any) {
	r.report.Blocked = append(r.report.Blocked, fmt.Sprintf(format, args...))
}

// Text is a report for a reader.
func Text(r Report) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s: %s\n", r.Environment, words.Line(s.Says))
	}
	b.WriteString(r.Edit.Text())
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", words.Line(note))
	}
	for _, block := range r.Blocked {
		fmt.Fprintf(&b, "blocked: %s\n", words.Line(block))
	}
	switch {
	case len(r.Blocked) > 0:
	case r.Edit.Refused != "":
		fmt.Fprintf(&b, "make this edit by hand: %s\n", words.Line(r.Edit.Refused))
	case r.Edit.Written:
		fmt.Fprintf(&b, "read dominoc diff, merge, and see dominoc status %s for the next step\n", r.Environment)
	default:
		b.WriteString("--write makes this edit\n")
	}
	return b.String()
}
