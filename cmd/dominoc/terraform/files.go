package terraform

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// File is a state or a file of variables. Its name is as the user knows it.
type File struct {
	Name string
	Text []byte
}

// MaxBytes is the size that a state may have. One of an installation has 1 MiB.
const MaxBytes = 128 << 20

// MaxVariableBytes is the size that a file of variables may have. Those of an installation
// have some KiB; the parser's stack and time grow faster than the file.
const MaxVariableBytes = 64 << 10

// Files reads files and folders. Of a folder, and of the folder terraform in it, where
// Domino's modules keep both, these are read: *.tfstate, *.tfvars, *.tfvars.json, and any
// other *.json that terraform show -json printed. Hidden files, backups and other folders
// are not. The result is sorted by name, each file once.
func Files(paths ...string) ([]File, diag.List) {
	var found diag.List
	named := map[string]bool{} // by name, whether the user named it
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			found = append(found, unreadable(path, err))
		case info.IsDir():
			for _, folder := range []string{path, filepath.Join(path, "terraform")} {
				for _, name := range inFolder(folder) {
					if !named[name] { // the user did not name it
						named[name] = false
					}
				}
			}
		default:
			named[filepath.Clean(path)] = true
		}
	}
	var files []File
	for name, asked := range named {
		if !asked && isJSON(name) && !printed(name) {
			continue
		}
		file, d := read(name)
		files, found = append(files, file...), append(found, d...)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, found.Sorted()
}

// inFolder returns the files of a folder that may be of Terraform, none if it is no folder.
func inFolder(folder string) []string {
	entries, _ := os.ReadDir(folder)
	var names []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && !strings.HasPrefix(name, ".") && (isState(name) || isVariables(name) || isJSON(name)) {
			names = append(names, filepath.Join(folder, name))
		}
	}
	return names
}

func isState(name string) bool { return strings.HasSuffix(name, ".tfstate") }

func isVariables(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

// isJSON reports whether a file may be what terraform show -json printed.
func isJSON(name string) bool { return strings.HasSuffix(name, ".json") && !isVariables(name) }

// printed reports whether a JSON file begins as terraform show -json begins.
func printed(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	begin := make([]byte, 64)
	n, _ := file.Read(begin)
	return bytes.Contains(begin[:n], []byte(`"format_version"`))
}

// read reads one file within its limit.
func read(name string) ([]File, diag.List) {
	limit := int64(MaxBytes)
	if isVariables(name) {
		limit = MaxVariableBytes
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, diag.List{unreadable(name, err)}
	case !info.Mode().IsRegular():
		return nil, diag.List{{Severity: diag.Error, Code: "unreadable-file", Pos: whole(name), Message: "is not a regular file"}}
	case info.Size() > limit:
		return nil, diag.List{{
			Severity: diag.Error, Code: "file-too-large", Pos: whole(name),
			Message: fmt.Sprintf("has %d KiB; a file of this kind may have %d KiB", info.Size()>>10, limit>>10),
		}}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, diag.List{unreadable(name, err)}
	}
	return []File{{filepath.ToSlash(name), text}}, nil
}

func unreadable(name string, err error) diag.Diagnostic {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		err = inner.Err // without the name, which the position has
	}
	return diag.Diagnostic{Severity: diag.Error, Code: "unreadable-file", Pos: whole(name), Message: "cannot be read: " + err.Error()}
}

// whole is the position of a file as a whole.
func whole(name string) diag.Pos { return diag.Pos{File: filepath.ToSlash(name)} }

// Open reads the states and variables of files and folders.
func Open(paths ...string) (*Installation, diag.List) {
	files, found := Files(paths...)
	if found.HasErrors() {
		return nil, found
	}
	installation, wrong := Read(files)
	return installation, append(found, wrong...)
}
