package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/source"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// since compares the work tree with a commit. Both sides are loaded as build loads them, so
// an environment that build no longer finds is removed, for whatever reason. An environment
// is left out if its load reads the same on both sides and, where manifests are committed,
// this dominoc compiles it to the same manifests.
func (o Options) since(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	root, err := workspace.RealPath(o.Workspace.Root)
	if err != nil {
		return Pairs{}, err
	}
	c := &sinceCommit{now: o.newTree(root, nil), patterns: patterns, out: o.Out}
	var found error
	var looking sync.WaitGroup
	if len(patterns) == 0 {
		looking.Go(func() { found = c.now.addFleet() }) // while git answers
	}
	base, err := c.read(ctx, b)
	if looking.Wait(); err != nil {
		return Pairs{}, err
	}
	c.then = o.newTree(root, base)
	if len(patterns) == 0 {
		err = errors.Join(c.then.addFleet(), found)
	} else {
		err = c.find(ctx)
	}
	if err != nil {
		return Pairs{}, err
	}
	return c.compare(ctx)
}

// read reads the base, and returns its sources.
func (c *sinceCommit) read(ctx context.Context, b Base) (source.Files, error) {
	var err error
	if c.snapshot, err = newSnapshot(ctx, b, c.now.Root); err != nil {
		return nil, err
	}
	if err := c.snapshot.present(ctx); err != nil {
		return nil, err
	}
	c.written = c.snapshot.committed(c.out)
	return c.snapshot.files(ctx)
}

// sinceCommit is a comparison with a commit.
type sinceCommit struct {
	snapshot  *snapshot
	then, now *tree
	patterns  []string
	out       string     // folder of the output, as the user states it
	written   *committed // the committed output; nil if there is none

	before, after *compiled // of the environments that may have changed
	unchanged     []string  // folders whose loads read the same
	rest          *compiled // of those; nil until it is needed
}

// find finds the environments of both sides that the patterns name on either side.
func (c *sinceCommit) find(ctx context.Context) error {
	for i, pattern := range c.patterns {
		now, err := c.now.Loader.Find([]string{pattern})
		then, errThen := c.then.Loader.Find([]string{pattern})
		if err != nil && errThen != nil {
			return c.unknown(ctx, i, err)
		}
		for _, f := range slices.Concat(now, then) {
			c.both(f.Shown)
		}
	}
	return nil
}

// both adds the environments of a folder on both sides.
func (c *sinceCommit) both(shown string) {
	dir := filepath.FromSlash(shown)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(c.now.Root, dir)
	}
	for _, t := range []*tree{c.then, c.now} {
		t.add(t.Loader.At(dir))
	}
}

// unknown returns the error of a pattern that names nothing on either side.
func (c *sinceCommit) unknown(ctx context.Context, i int, err error) error {
	switch {
	case i == 0:
		err = fmt.Errorf("%w; nor is it a revision of git", err)
	case c.snapshot.repository.Commit(ctx, c.patterns[i]) != "":
		err = fmt.Errorf("%w; the base comes first: dominoc diff %s %s", err, c.patterns[i], c.patterns[0])
	}
	return workspace.Sought(err)
}

// compare compiles the environments that may have changed, and pairs them.
func (c *sinceCommit) compare(ctx context.Context) (Pairs, error) {
	names := c.differing()
	var err error
	if c.before, err = c.then.compile(ctx, c.then.at(names)); err != nil {
		return Pairs{}, err
	}
	if c.after, err = c.now.compile(ctx, c.now.at(names)); err != nil {
		return Pairs{}, err
	}
	sides, err := c.sides(ctx)
	if err != nil {
		return Pairs{}, err
	}
	found := Pairs{All: sides.paired(), Wrong: c.after.wrong, notes: c.released(), policy: policyOf(c.now, c.then, len(c.patterns) > 0)}
	found.Wrong = append(found.Wrong, found.policy.wrong...)
	found.Wrong = append(found.Wrong, c.incomparable(sides)...)
	if err := c.moves(ctx, &found); err != nil {
		return found, err
	}
	if len(c.patterns) == 0 {
		found.Wrong = append(found.Wrong, c.ahead(ctx)...)
		found.Shared, err = c.shared(ctx)
	}
	if c.rest != nil {
		found.Wrong = append(found.Wrong, c.rest.wrong...)
	}
	found.Wrong = append(found.Wrong, found.Shared.wrong...)
	c.now.Save(false)
	return found, err
}

// differing returns the folders that differ between the sides, and records the others as
// unchanged. All differ if the provider of the sides differs in what it does.
func (c *sinceCommit) differing() []string {
	same := c.then.Provider().SizesInPlace == c.now.Provider().SizesInPlace
	before, after := c.then.digests(), c.now.digests()
	var names []string
	folders := maps.Clone(c.then.folders)
	maps.Copy(folders, c.now.folders)
	for name := range ordered.All(folders) {
		b, was := before[name]
		a, is := after[name]
		if same && was && is && b == a {
			c.unchanged = append(c.unchanged, name)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// unchangedFleet compiles the unchanged environments, once.
func (c *sinceCommit) unchangedFleet(ctx context.Context) (*compiled, error) {
	if c.rest != nil {
		return c.rest, nil
	}
	var err error
	usual := c.written == nil || c.written.usual() // else their files must be made to compare them
	c.rest, err = c.now.compileSome(ctx, c.now.at(c.unchanged), usual)
	return c.rest, err
}

// sides returns the environments before and after, with their states. Where the committed
// manifests differ from those compiled from the files, the state before is the committed
// one.
func (c *sinceCommit) sides(ctx context.Context) (sides, error) {
	before, err := c.before.states()
	if err != nil {
		return sides{}, err
	}
	after, err := c.after.states()
	s := sides{before: before, after: after, notes: map[string]string{}, broken: c.after.broken, unknown: c.before.broken}
	if err != nil || c.written == nil {
		return s, err
	}
	return s, c.committed(ctx, s)
}

// incomparable returns a diagnostic for each environment that does not compile at the base
// and has no committed manifests there. An environment that does not compile now has
// diagnostics of its own.
func (c *sinceCommit) incomparable(s sides) diag.List {
	known := map[string]bool{}
	for name, b := range s.before {
		known[b.dir], known[name] = true, true
	}
	var all diag.List
	for folder := range ordered.All(c.before.broken) {
		if known[folder] || known[filepath.Base(folder)] || c.after.broken[folder] {
			continue
		}
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "diff-base", Pos: diag.Pos{File: folder},
			Message: "what it was at the base does not compile with this dominoc, so that nothing can be compared",
			Hint:    "name a base that compiles, or a folder of manifests",
		}
		for _, reason := range c.before.wrong {
			if strings.HasPrefix(reason.Pos.File, folder+"/") {
				d.Notes = append(d.Notes, diag.Note{Message: "at the base, " + reason.Pos.String() + ": " + reason.Text()})
			}
		}
		all = append(all, d)
	}
	return all
}

// whole returns the output of the environments of a side with the unchanged ones, which have
// been compiled.
func (c *sinceCommit) whole(of *compiled, delivery v1alpha1.GitOps) (*output.Output, error) {
	known := map[string]bool{}
	for _, other := range c.rest.others {
		known[other.Environment.Name] = true
	}
	fleet := compositions.Joined(c.rest.fleet, of.fleet).Without(known)
	return output.Of(fleet, delivery).Among(c.rest.others, c.now.Composed)
}
