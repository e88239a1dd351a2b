package emit

import (
	"io/fs"
	"maps"
	"slices"
)

// Unlisted returns the paths in a folder that its manifest does not list, sorted: files,
// and anything else that is not a folder. The manifest does not list itself. Remains of
// a killed write are left out, because the next write removes them.
func Unlisted(dir, manifest string) ([]string, error) {
	var found []string
	err := recorded(dir, manifest, func(f *folder, listed listing) error {
		return fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case name == workFolder && entry.IsDir():
				return fs.SkipDir
			case entry.IsDir() || name == manifest:
				return nil
			}
			if _, ours := listed[name]; !ours || !entry.Type().IsRegular() {
				found = append(found, name)
			}
			return nil
		})
	})
	return found, err
}

// Listed returns the paths of the files in a folder that its manifest lists, sorted, without
// those that are known. A listed path that is not a regular file is among the unlisted ones.
func Listed(dir, manifest string, known map[string]bool) ([]string, error) {
	var found []string
	err := recorded(dir, manifest, func(f *folder, listed listing) error {
		maps.DeleteFunc(listed, func(name, _ string) bool { return known[name] })
		if len(listed) == 0 {
			return nil
		}
		regular := map[string]bool{} // a walk opens each folder once, and not again for each file in it
		_ = fs.WalkDir(f.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
			regular[name] = err == nil && entry.Type().IsRegular()
			return nil
		})
		for _, name := range slices.Sorted(maps.Keys(listed)) {
			if !regular[name] { // behind a link, the walk has not seen it
				info, err := f.root.Lstat(name)
				regular[name] = err == nil && info.Mode().IsRegular()
			}
			if regular[name] {
				found = append(found, name)
			}
		}
		return nil
	})
	return found, err
}

// recorded calls look with a folder and what its manifest lists, unless there is no
// such folder.
func recorded(dir, manifest string, look func(*folder, listing) error) error {
	_, err := inFolder(dir, func(f *folder) error {
		record, err := f.manifest(Set{Manifest: manifest})
		if err != nil {
			return err
		}
		return look(f, record.listing)
	})
	return err
}
