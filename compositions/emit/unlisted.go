package emit

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
)

// Unlisted are the paths in a folder that its manifest does not list, in their
// order: files, and whatever else is no folder. The manifest itself is listed by
// nobody; what a write leaves when it is killed is the next one's to clean up.
func Unlisted(dir, manifest string) ([]string, error) {
	f, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.root.Close()
	record, err := f.manifest(Set{Manifest: manifest})
	if err != nil {
		return nil, err
	}
	var found []string
	err = fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == workFolder && entry.IsDir():
			return fs.SkipDir
		case entry.IsDir() || name == manifest:
			return nil
		}
		if _, ours := record.listing[name]; !ours || !entry.Type().IsRegular() {
			found = append(found, name)
		}
		return nil
	})
	return found, err
}

// Listed are the files in a folder that its manifest lists, by path, with what they
// hold. What is listed and is no regular file there is among the unlisted.
func Listed(dir, manifest string) ([]File, error) {
	f, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.root.Close()
	record, err := f.manifest(Set{Manifest: manifest})
	if err != nil {
		return nil, err
	}
	var files []File
	for _, name := range slices.Sorted(maps.Keys(record.listing)) {
		info, err := f.root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		content, err := f.root.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Path: name, Content: content})
	}
	return files, nil
}
