package emit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Result says what Write did, by path.
type Result struct {
	Written   []string // new or changed
	Removed   []string // listed by an earlier run, owned by this one, no longer made
	Kept      []Kept   // a person's, with KeepEdits
	Unchanged int
}

// Write makes the folder dir hold the set: all of it, or nothing changes.
//
// Only files that the manifest lists are replaced or removed. A file in the
// way that it does not list is an error, unless it already has the content.
// Equal files are not touched.
//
// The new files are first written beside the old ones, under the work folder.
// Then a journal says which paths change, the old files move aside, the new
// ones move in, and the journal goes; that is the commit. An error before it
// puts every old file back. A process killed before it leaves the journal, and
// the next Write begins by putting the old files back. The journal is flushed
// to the disk and the files are not: after a power failure the next Write
// compares contents and repairs, and flushing thousands of files would take
// longer than compiling them.
func Write(dir string, s Set) (Result, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Result{}, err
	}
	f, err := openFolder(dir)
	if err != nil {
		return Result{}, err
	}
	defer f.root.Close()
	return f.write(s)
}

// Preview says what Write would do, and changes nothing.
func Preview(dir string, s Set) (Result, error) {
	files, err := s.sorted()
	if err != nil {
		return Result{}, err
	}
	f, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		var r Result
		for _, file := range files {
			r.Written = append(r.Written, file.Path)
		}
		return r, nil
	}
	if err != nil {
		return Result{}, err
	}
	defer f.root.Close()
	d, err := f.difference(s, files)
	if err != nil {
		return Result{}, err
	}
	return d.result, nil
}

func (f *folder) write(s Set) (Result, error) {
	files, err := s.sorted()
	if err != nil {
		return Result{}, err
	}
	unlock, err := f.lock()
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	if err := f.rollBack(); err != nil {
		return Result{}, err
	}
	d, err := f.difference(s, files)
	if err != nil {
		return Result{}, err
	}
	if len(d.changes) > 0 {
		err = f.apply(d.changes)
	}
	return d.result, err
}

// change is one path that a write touches.
type change struct {
	Path       string `json:"path"`
	Old        bool   `json:"old"` // something stands there
	New        bool   `json:"new"` // something will
	content    []byte
	executable bool
}

// difference is the way from the folder to the set. The manifest is its last
// change.
type difference struct {
	changes []change
	result  Result
	listed  listing // the manifest as it should be
	errs    []error
}

func (f *folder) difference(s Set, files []File) (*difference, error) {
	d := &difference{listed: listing{}}
	old, err := f.listing(s)
	if err != nil {
		return nil, err
	}
	fresh := !f.exists(s.Manifest)
	for _, file := range files {
		if file.Once {
			f.give(d, file, fresh)
			continue
		}
		d.listed.add(file)
		f.compare(d, s.Hand, file, old)
	}
	f.leftOver(d, s, old)
	f.compareManifest(d, s)
	return d, errors.Join(d.errs...)
}

func (f *folder) listing(s Set) (listing, error) {
	data, _, err := f.content(s.Manifest)
	return parseListing(data), err
}

func (f *folder) compare(d *difference, hand Hand, file File, old listing) {
	have, there, err := f.content(file.Path)
	_, ours := old[file.Path]
	switch {
	case err != nil:
		d.errs = append(d.errs, err)
	case there && bytes.Equal(have, file.Content):
		d.result.Unchanged++
	case hand == KeepEdits && !there && ours && file.Optional:
		d.keep(file, Deleted, nil, old)
	case hand == KeepEdits && there && !ours:
		d.keep(file, Foreign, have, old)
	case hand == KeepEdits && there && checksum(have) != old[file.Path]:
		d.keep(file, Edited, have, old)
	case hand == Ours && there && !ours:
		d.errs = append(d.errs, fmt.Errorf("%s exists and was not written by dominoc: move it away", file.Path))
	default:
		d.write(file, there)
	}
}

func (d *difference) write(file File, there bool) {
	d.result.Written = append(d.result.Written, file.Path)
	d.changes = append(d.changes, change{Path: file.Path, Old: there, New: true, content: file.Content, executable: file.Executable})
}

// leftOver removes what the manifest lists, the run owns and no longer makes,
// and keeps what it does not own. What is no regular file any more is not ours.
func (f *folder) leftOver(d *difference, s Set, old listing) {
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, made := d.listed[name]; made || s.allowed(name) != nil {
			continue
		}
		have, there, err := f.content(name)
		switch {
		case err != nil || !there:
			continue
		case !s.owns(name):
			d.listed[name] = old[name]
			continue
		case s.Hand != Ours && checksum(have) != old[name]:
			d.result.Kept = append(d.result.Kept, Kept{name, NoLongerMade, true, have, nil})
			continue
		}
		d.result.Removed = append(d.result.Removed, name)
		d.changes = append(d.changes, change{Path: name, Old: true})
	}
}

func (f *folder) compareManifest(d *difference, s Set) {
	want := d.listed.format(s.Header)
	have, there, err := f.content(s.Manifest)
	if err != nil {
		d.errs = append(d.errs, err)
		return
	}
	if !there || !bytes.Equal(have, want) {
		d.changes = append(d.changes, change{Path: s.Manifest, Old: there, New: true, content: want})
	}
}
