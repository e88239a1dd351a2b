// Package schema holds the contract between a platform team and dominoc: the
// CUE files of v1alpha1, built into the binary.
//
// In comes nothing; out come the files, so that an environment is checked
// against the schema that this very compiler understands, offline and in any
// folder. What the files mean is left to schema/load and to CUE.
package schema

import (
	"embed"
	"io/fs"
	"sync"
)

// ImportPath is how an environment file imports the schema.
const ImportPath = Module + "/schema/v1alpha1"

// Module is the CUE module of the schema, without its major version.
const Module = "github.com/dominoc/dominoc"

// MajorVersion is the major version of the CUE module, which an import may state.
const MajorVersion = "v0"

// VendorFolder is where CUE looks for the module's packages in a repository that
// keeps a copy of them, so that cue and editors need no registry.
const VendorFolder = "cue.mod/pkg/" + Module

// Package is the name of the CUE package.
const Package = "v1alpha1"

//go:embed v1alpha1/*.cue
var embedded embed.FS

// File is a file of the schema. Name is relative to the root of the module,
// with slashes.
type File struct {
	Name    string
	Content []byte
}

// Files returns the files of the package v1alpha1, sorted by name.
func Files() []File { return files() }

// Content returns the content of a file by its name, nil for an unknown one.
func Content(name string) []byte {
	for _, f := range files() {
		if f.Name == name {
			return f.Content
		}
	}
	return nil
}

var files = sync.OnceValue(func() []File {
	var all []File
	if err := fs.WalkDir(embedded, Package, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := embedded.ReadFile(name)
		all = append(all, File{"schema/" + name, content})
		return err
	}); err != nil {
		panic(err) // the binary was built without them
	}
	return all
})
