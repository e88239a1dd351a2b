package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// Strangers returns files in the output folder that its manifest does not list, and
// files above it that change or empty a sync of it. root is the folder of the run, out
// the output folder, below root or absolute. environments/gitops may permit a file in
// otherFiles, unless a tool that syncs reads it.
func Strangers(root, out, manifest string, options v1alpha1.GitOps) (diag.List, error) {
	dir, err := emit.Below(root, out)
	if err != nil {
		return nil, err
	}
	unlisted, err := emit.Unlisted(dir, manifest)
	if err != nil {
		return nil, err
	}
	shown := filepath.ToSlash(out)
	var found diag.List
	for _, name := range unlisted {
		at := path.Join(shown, name)
		if effect := sync.Overrides(name); effect != "" {
			found = append(found, override(at, effect))
		} else if !slices.Contains(options.OtherFiles, name) {
			found = append(found, diag.Diagnostic{
				Severity: diag.Error, Code: "foreign-file", Pos: diag.Pos{File: at},
				Message: "dominoc did not write this file, and the folder is synced",
				Hint:    "remove it, or name it in otherFiles of environments/gitops/gitops.cue; other files that are to be synced need a folder and a sync of their own",
			})
		}
	}
	around, ignored, err := above(root, out, dir)
	if err != nil {
		return nil, err
	}
	found = append(found, around...)
	if options.Tool == "argocd" || !slices.ContainsFunc(ignored, func(i ignoring) bool { return len(i.lines) > 0 }) { // Argo CD does not read them
		return found, nil
	}
	listed, err := emit.Listed(dir, manifest, nil)
	return append(found, hidden(ignored, shown, listed)...), err
}

func override(at, effect string) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error, Code: "sync-override", Pos: diag.Pos{File: at},
		Message: "dominoc did not write this file: " + effect,
		Hint:    "remove it",
	}
}

// above returns files in the folders above the output, up to the root of the run and
// from there to that of the Git repository, because of which a tool sees less of the
// output or, if Argo CD compiles the sources in the root, something else. dir is the
// output folder. Flux's ignore files are in order from the top down.
func above(root, out, dir string) (diag.List, []ignoring, error) {
	var found diag.List
	var ignored []ignoring
	look := func(folder, shown string) {
		names, _ := filepath.Glob(filepath.Join(folder, ".argocd-source*.yaml"))
		for _, name := range names {
			base := filepath.Base(name)
			found = append(found, override(path.Join(shown, base), sync.Overrides(base)))
		}
		at := path.Join(shown, sync.IgnoreName)
		lines, problem := ignoresIn(filepath.Join(folder, sync.IgnoreName))
		if problem != "" {
			found = append(found, override(at, problem))
		}
		if below, err := filepath.Rel(folder, dir); err == nil && filepath.IsLocal(below) {
			ignored = append(ignored, ignoring{at, filepath.ToSlash(below), lines})
		}
	}
	top, err := filepath.Abs(root)
	if err != nil {
		return nil, nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, nil, err
	}
	if filepath.IsLocal(out) {
		for between := filepath.Dir(filepath.Clean(out)); between != "."; between = filepath.Dir(between) {
			look(filepath.Join(top, between), filepath.ToSlash(between))
		}
	}
	look(top, "")
	for shown := ".."; !isTop(top); shown = path.Join(shown, "..") {
		parent := filepath.Dir(top)
		if parent == top {
			break // no repository: the folders above are not synced
		}
		top = parent
		if inRepository(top) {
			look(top, shown)
		}
	}
	slices.Reverse(ignored)
	return found, ignored, nil
}

// ignoring is a file by which Flux omits files from its copy of the repository.
type ignoring struct {
	at    string // for a reader
	below string // the output folder, as seen from the file's
	lines []sync.Ignore
}

// mostIgnored is the maximum size of such a file.
const mostIgnored = 1 << 20

// ignoresIn reads such a file; no lines if it does not exist, and a problem if it cannot
// be checked.
func ignoresIn(file string) (lines []sync.Ignore, problem string) {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ""
	}
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostIgnored {
		return nil, sync.Overrides(sync.IgnoreName) + ", and it is not a regular file of at most 1 MiB, so it cannot be checked"
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, sync.Overrides(sync.IgnoreName) + ", and it cannot be read"
	}
	return sync.Ignores(content), ""
}

// hidden reports each line that omits a file of the output: of all lines that apply to a
// file, the last one of the nearest ignore file decides.
func hidden(ignored []ignoring, shown string, listed []string) diag.List {
	type place struct {
		file string
		line int
	}
	left := map[place][]string{}
	for _, name := range listed {
		var by *place
		for _, i := range ignored {
			for _, line := range i.lines {
				if excludes, matches := line.Excludes(path.Join(i.below, name)); excludes {
					by = &place{i.at, line.Line}
				} else if matches {
					by = nil
				}
			}
		}
		if by != nil {
			left[*by] = append(left[*by], path.Join(shown, name))
		}
	}
	var found diag.List
	for _, i := range ignored {
		for _, line := range i.lines {
			if files := left[place{i.at, line.Line}]; len(files) > 0 {
				found = append(found, leavesOut(i, line, files))
			}
		}
	}
	return found
}

func leavesOut(i ignoring, line sync.Ignore, files []string) diag.Diagnostic {
	slices.Sort(files)
	what := files[0]
	if len(files) > 1 {
		what += " and " + words.Count(len(files)-1, "more file")
	}
	all := "!/" + i.below + "/"
	if i.below == "." {
		all = "!*"
	}
	return diag.Diagnostic{
		Severity: diag.Error, Code: "sync-override", Pos: diag.Pos{File: i.at, Line: line.Line},
		Message: fmt.Sprintf("%q leaves %s out of Flux's copy of the repository", line.Text, what),
		Hint:    fmt.Sprintf("remove the line, or end the file with the line %s, by which Flux sees all of the output", all),
	}
}

// isTop reports whether a folder is the root of a Git repository.
func isTop(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, ".git"))
	return err == nil
}

// inRepository reports whether a folder is in a Git repository.
func inRepository(folder string) bool {
	for !isTop(folder) {
		parent := filepath.Dir(folder)
		if parent == folder {
			return false
		}
		folder = parent
	}
	return true
}
