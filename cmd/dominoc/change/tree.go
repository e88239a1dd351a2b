package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// history reads what was edited since a commit. Paths of folders and files are
// relative to the top of the repository, with slashes.
type history struct {
	repository *git.Repository
	commit     string
	root       string // of the run, absolute
	tree       string // a folder with what the commit has, as far as it is read
}

// edited are the environments whose files were edited since the base.
func (o Options) edited(ctx context.Context, b Base, patterns []string) (Pairs, error) {
	tree, err := os.MkdirTemp("", "dominoc-diff")
	if err != nil {
		return Pairs{}, err
	}
	defer os.RemoveAll(tree)
	root, err := realPath(o.Root)
	if err != nil {
		return Pairs{}, err
	}
	h := &history{b.repository, b.commit, root, tree}
	now, then, err := h.folders(ctx, patterns)
	if err != nil {
		return Pairs{}, err
	}
	return o.compare(ctx, h, now, then)
}

// realPath is a folder as git calls it: without symbolic links.
func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// compare compiles both sides at once.
func (o Options) compare(ctx context.Context, h *history, now, then []load.Folder) (Pairs, error) {
	var before, after sides
	var failure error
	done := make(chan struct{})
	go func() {
		before, failure = compile(ctx, h.oldRoot(), then)
		close(done)
	}()
	after, err := compile(ctx, o.Root, now)
	<-done
	if err := errors.Join(err, failure); err != nil {
		return Pairs{}, err
	}
	notes, err := o.committed(ctx, h, before, namesOf(before, after, then))
	if err != nil {
		return Pairs{}, err
	}
	found := Pairs{All: paired(before.all, after.all), Wrong: after.wrong}
	for i := range found.All {
		if note := notes[found.All[i].name]; note != "" {
			found.All[i].notes = append(found.All[i].notes, note)
		}
	}
	found.Wrong = append(found.Wrong, h.incomparable(before, then)...)
	return found, nil
}

// namesOf are the names that environments have, and for those that do not compile
// at the base the names of their folders.
func namesOf(before, after sides, then []load.Folder) []string {
	names := map[string]bool{}
	for name := range before.all {
		names[name] = true
	}
	for name := range after.all {
		names[name] = true
	}
	for _, f := range then {
		names[filepath.Base(f.Dir)] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// incomparable says which environments do not compile at the base, when their
// manifests were not committed either.
func (h *history) incomparable(before sides, then []load.Folder) diag.List {
	known := map[string]bool{}
	for name, s := range before.all {
		known[s.dir], known[name] = true, true
	}
	var all diag.List
	for _, f := range then {
		if known[filepath.FromSlash(f.Shown)] || known[filepath.Base(f.Dir)] {
			continue
		}
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "diff-base", Pos: diag.Pos{File: f.Shown},
			Message: "what it was at the base does not compile with this dominoc, so that nothing can be compared",
			Hint:    "name a base that compiles, or a folder of manifests",
		}
		for _, reason := range before.wrong {
			if strings.HasPrefix(reason.Pos.File, f.Shown+"/") {
				d.Notes = append(d.Notes, diag.Note{Message: "at the base, " + reason.Pos.String() + ": " + reason.Text()})
			}
		}
		all = append(all, d)
	}
	return all
}

// oldRoot is the root of the run in the old tree.
func (h *history) oldRoot() string { return filepath.Join(h.tree, filepath.FromSlash(h.rel(h.root))) }

// rel is a path below the top of the repository.
func (h *history) rel(file string) string {
	rel, err := filepath.Rel(h.repository.Top, file)
	if err != nil {
		return "."
	}
	return filepath.ToSlash(rel)
}

// folders are those of environments whose files were edited, as they are and as
// they were.
func (h *history) folders(ctx context.Context, patterns []string) (now, then []load.Folder, err error) {
	files, err := h.repository.Changed(ctx, h.commit, load.Sources()...)
	if err != nil {
		return nil, nil, err
	}
	loader := load.New(h.repository.Top)
	affected := loader.AffectedBy(files)
	trees := h.among(affected.Trees, patterns)
	dirs, err := h.holding(ctx, trees)
	if err != nil {
		return nil, nil, err
	}
	if affected.Importers {
		all, err := load.New(h.root).Below(filepath.Join(h.root, load.FleetFolder))
		if err != nil {
			return nil, nil, err
		}
		for _, f := range loader.Importing(all) {
			dirs = append(dirs, h.rel(f.Dir))
		}
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	if err := h.check(ctx, dirs); err != nil {
		return nil, nil, err
	}
	return h.chosen(ctx, dirs, patterns)
}

// among are the trees in which environments are looked for: without patterns
// those of the fleet.
func (h *history) among(trees, patterns []string) []string {
	if len(patterns) > 0 {
		return trees
	}
	fleet := h.rel(filepath.Join(h.root, load.FleetFolder))
	var out []string
	for _, tree := range trees {
		switch {
		case within(fleet, tree):
			out = append(out, tree)
		case within(tree, fleet):
			out = append(out, fleet)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within says that a folder is another or lies below it.
func within(folder, inner string) bool {
	return folder == "." || inner == folder || strings.HasPrefix(inner, folder+"/")
}

// holding are the folders in and below trees that hold an environment, or held
// one.
func (h *history) holding(ctx context.Context, trees []string) ([]string, error) {
	if len(trees) == 0 {
		return nil, nil
	}
	var dirs []string
	for _, tree := range trees {
		found, err := load.New(h.root).Below(filepath.Join(h.repository.Top, filepath.FromSlash(tree)))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			dirs = append(dirs, h.rel(f.Dir))
		}
	}
	entries, err := h.repository.Below(ctx, h.commit, trees)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if slices.Contains(load.Names(), path.Base(e.Path)) && !load.Skipped(path.Dir(e.Path)) {
			dirs = append(dirs, path.Dir(e.Path))
		}
	}
	return dirs, nil
}

// check writes what the commit has of the environments in folders, and of the
// folders above them, into the tree. It holds one file of each name that matters
// to an environment.
func (h *history) check(ctx context.Context, dirs []string) error {
	if len(dirs) == 0 {
		return nil
	}
	if err := os.Mkdir(filepath.Join(h.tree, ".git"), 0o700); err != nil { // shared values are looked for up to here
		return err
	}
	entries, err := h.repository.In(ctx, h.commit, above(dirs))
	if err != nil {
		return err
	}
	if err := h.write(ctx, entries); err != nil {
		return err
	}
	return h.checkImports(ctx, dirs)
}

// above are folders with those above them, and where these keep their module.
func above(dirs []string) []string {
	all := map[string]bool{}
	for _, dir := range dirs {
		for ; !all[dir]; dir = path.Dir(dir) {
			all[dir] = true
			all[path.Join(dir, "cue.mod")] = true
		}
	}
	var out []string
	for dir := range all {
		if dir == "." {
			dir = ""
		}
		out = append(out, dir)
	}
	slices.Sort(out)
	return out
}

// checkImports writes all CUE files, where an environment imports some of them.
func (h *history) checkImports(ctx context.Context, dirs []string) error {
	old := load.New(h.oldRoot())
	var folders []load.Folder
	for _, dir := range dirs {
		found, err := old.Below(filepath.Join(h.tree, filepath.FromSlash(dir)))
		if err != nil {
			return err
		}
		folders = append(folders, found...)
	}
	if len(old.Importing(folders)) == 0 {
		return nil
	}
	all, err := h.repository.Below(ctx, h.commit, nil)
	if err != nil {
		return err
	}
	return h.write(ctx, slices.DeleteFunc(all, func(e git.Entry) bool { return path.Ext(e.Path) != ".cue" }))
}

// write writes the sources among entries.
func (h *history) write(ctx context.Context, entries []git.Entry) error {
	sources := slices.DeleteFunc(slices.Clone(entries), func(e git.Entry) bool {
		return e.Link || !slices.Contains(load.Sources(), path.Ext(e.Path)) && path.Base(e.Path) != load.Manifest
	})
	err := h.repository.Read(ctx, sources, func(e git.Entry, content []byte) error {
		file := filepath.Join(h.tree, filepath.FromSlash(e.Path))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o600)
	})
	if err != nil {
		return err
	}
	return nil
}

// chosen are the folders, as they are and as they were, that the patterns name.
func (h *history) chosen(ctx context.Context, dirs, patterns []string) (now, then []load.Folder, err error) {
	named, err := h.named(ctx, patterns)
	if err != nil {
		return nil, nil, err
	}
	for _, dir := range dirs {
		if named != nil && !named[dir] {
			continue
		}
		inner := filepath.FromSlash(dir)
		here, errHere := load.New(h.root).At(filepath.Join(h.repository.Top, inner))
		there, errThere := load.New(h.oldRoot()).At(filepath.Join(h.tree, inner))
		if err := errors.Join(errHere, errThere); err != nil {
			return nil, nil, err
		}
		now, then = append(now, here...), append(then, there...)
	}
	return now, then, nil
}

// named are the folders that the patterns name, now or then; nil without
// patterns.
func (h *history) named(ctx context.Context, patterns []string) (map[string]bool, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	named := map[string]bool{}
	for i, pattern := range patterns {
		now, err := load.Find(h.root, []string{pattern})
		then, errThen := load.Find(h.oldRoot(), []string{pattern})
		if err != nil && errThen != nil {
			switch {
			case i == 0:
				err = fmt.Errorf("%w; nor is it a revision of git", err)
			case h.repository.Commit(ctx, pattern) != "":
				err = fmt.Errorf("%w; the base comes first: dominoc diff %s %s", err, pattern, patterns[0])
			}
			return nil, sought(err)
		}
		for _, f := range now {
			named[h.rel(f.Dir)] = true
		}
		for _, f := range then {
			if rel, err := filepath.Rel(h.tree, f.Dir); err == nil {
				named[filepath.ToSlash(rel)] = true
			}
		}
	}
	return named, nil
}
