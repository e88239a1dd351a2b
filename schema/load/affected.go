package load

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/dominoc/dominoc/schema"
)

// Affected says which environments may read files that were edited.
type Affected struct {
	// Trees are folders, relative to the root: the environments in and below them
	// read one of the files. "." is the root.
	Trees []string

	// Importers: the files are of a package that environments may import.
	Importers bool
}

// Sources are what the names of files end with that environments are made of.
func Sources() []string { return []string{".cue", ".yaml", ".yml", ".json"} }

// AffectedBy says whom edits of files below the root concern, by paths relative
// to it, with slashes. A file that is not there any more counts as what its name
// says. Files of the schema and of packages beside the environments, such as
// quotas, concern nobody's manifests.
func (l *Loader) AffectedBy(edited []string) Affected {
	var a Affected
	for _, file := range edited {
		dir, name := path.Split(file)
		dir = path.Clean("./" + dir)
		switch {
		case slices.Contains(Names(), name):
			a.Trees = append(a.Trees, dir)
		case !isSource(name):
		case path.Base(dir) == "cue.mod":
			a.Importers = true
		default:
			l.affectedBy(&a, dir, filepath.Join(l.Root, filepath.FromSlash(file)))
		}
	}
	slices.Sort(a.Trees)
	a.Trees = slices.Compact(a.Trees)
	return a
}

func (l *Loader) affectedBy(a *Affected, dir, file string) {
	mine, bad := l.reads().ofPackage(file, file, Package)
	if mine || bad != nil { // gone, or broken: whoever reads it says so
		a.Trees = append(a.Trees, dir)
	}
	if !mine && !l.ofSchema(file) {
		a.Importers = true
	}
}

// ofSchema says that a file lies where the user's module has the schema, which is
// read from the binary all the same.
func (l *Loader) ofSchema(file string) bool {
	m := l.module(filepath.Dir(file))
	rel, err := filepath.Rel(m.root, filepath.Dir(file))
	return err == nil && m.name+"/"+filepath.ToSlash(rel) == ast.ParseImportPath(schema.ImportPath).Path
}

// Below are the environments in a folder and below it, none when there is no such
// folder. Other than by Find, it is no mistake when there is none.
func (l *Loader) Below(dir string) ([]Folder, error) {
	root, err := filepath.Abs(l.Root)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := search{root: root, reads: l.reads()}
	return s.walk(dir, dir)
}

// At is the environment in a folder itself, in a list of one or of none.
func (l *Loader) At(dir string) ([]Folder, error) {
	root, err := filepath.Abs(l.Root)
	if err != nil {
		return nil, err
	}
	found := one(root, dir)
	return slices.DeleteFunc(found, l.reads().foreign), nil
}

// Skipped says that a search passes over a file by one of the folders in its path:
// what is hidden, testdata, or what a build wrote to rendered.
func Skipped(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Clean(file), "/"), func(name string) bool { return name != "." && skipped(name) })
}

// Importing are those of the folders whose files import a package of the user's
// own module, but for the schema.
func (l *Loader) Importing(folders []Folder) []Folder {
	return slices.DeleteFunc(slices.Clone(folders), func(f Folder) bool { return !l.importing(f) })
}

func (l *Loader) importing(f Folder) bool {
	name := l.module(f.Dir).name
	schemaPath := ast.ParseImportPath(schema.ImportPath).Path
	return name != "" && slices.ContainsFunc(l.gather(f).files, func(f file) bool {
		return strings.Contains(strings.ReplaceAll(string(f.content), `"`+schemaPath, ""), `"`+name)
	})
}
