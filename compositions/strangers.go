package compositions

import (
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Strangers finds what lies in the output folder without being listed by its
// manifest, and what changes or empties a sync of it from a folder above. root is
// the folder of the run, out the output folder, below root or absolute. A file that
// environments/gitops names in otherFiles may lie there, unless a tool that syncs
// reads it.
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
			found = append(found, foreign(at))
		}
	}
	return append(found, above(root, out)...), nil
}

func foreign(at string) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error, Code: "foreign-file", Pos: diag.Pos{File: at},
		Message: "dominoc did not write this file, and the folder is synced",
		Hint:    "remove it, or name it in otherFiles of environments/gitops/gitops.cue; what is to be synced and is not of an environment needs a folder and a sync of its own",
	}
}

func override(at, effect string) diag.Diagnostic {
	return diag.Diagnostic{
		Severity: diag.Error, Code: "sync-override", Pos: diag.Pos{File: at},
		Message: "dominoc did not write this file: " + effect,
		Hint:    "remove it",
	}
}

// above are files in the folders above the output, up to the root of the run and
// from there to that of the Git repository, by which a tool sees less of the output,
// or, where Argo CD compiles the sources in the root, something else.
func above(root, out string) diag.List {
	var found diag.List
	look := func(folder, shown string) {
		for _, pattern := range []string{".sourceignore", ".argocd-source*.yaml"} {
			names, _ := filepath.Glob(filepath.Join(folder, pattern))
			for _, name := range names {
				base := filepath.Base(name)
				found = append(found, override(path.Join(shown, base), sync.Overrides(base)))
			}
		}
	}
	if filepath.IsLocal(out) {
		for dir := filepath.Dir(filepath.Clean(out)); dir != "."; dir = filepath.Dir(dir) {
			look(filepath.Join(root, dir), filepath.ToSlash(dir))
		}
	}
	look(root, "")
	top, err := filepath.Abs(root)
	for shown := ".."; err == nil && !isTop(top); shown = path.Join(shown, "..") {
		parent := filepath.Dir(top)
		if parent == top {
			return found // no repository: what is above is nobody's
		}
		top = parent
		if inRepository(top) {
			look(top, shown)
		}
	}
	return found
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
