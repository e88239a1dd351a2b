package emit

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
)

// Result is what Write did, by path.
type Result struct {
	Written   []string // new or changed
	Removed   []string // listed by an earlier run, owned by this one, no longer made
	Kept      []Kept   // changed by a user, with KeepEdits
	Unchanged int
}

// Write writes the set to the folder dir: all of it, or nothing changes.
//
// Write replaces and removes only files that the manifest lists. An unlisted file in
// the way is an error, unless it already has the content. Equal files are not touched.
//
// Write first writes the new files into the work folder. Then the manifest announces
// all old and new files, each new file replaces the old one in one step, and the
// manifest lists the new files; that is the commit. After an error before it, Write
// restores every old file. A process killed before it leaves the announcement, so the
// next Write replaces all files: it compares contents, and does not rely on anything
// else on the disk. The announcement is flushed to the disk and the files are not:
// after a power failure the next Write compares contents and repairs, and flushing
// thousands of files would take longer than compiling them.
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

// Preview returns what Write would do, and changes nothing.
func Preview(dir string, s Set) (Result, error) {
	files, err := s.sorted()
	if err != nil {
		return Result{}, err
	}
	var r Result
	there, err := inFolder(dir, func(f *folder) error {
		d, err := f.difference(s, files)
		if err == nil {
			r = d.result
		}
		return err
	})
	if !there && err == nil {
		for _, file := range files {
			r.Written = append(r.Written, file.Path)
		}
	}
	return r, err
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
	if err := f.cleanUp(); err != nil {
		return Result{}, err
	}
	d, err := f.difference(s, files)
	if err != nil {
		return Result{}, err
	}
	if len(d.changes) > 0 {
		err = f.apply(d.changes, d.announcement(s.Header))
	}
	return d.result, err
}

// change is a path that a write touches.
type change struct {
	Path       string
	Old        bool // the path exists
	New        bool // the path will exist
	content    []byte
	executable bool

	staged, kept string // the new file and the old one, in the work folder
	begun        bool   // the swap
}

// difference is the changes from the folder to the set. The manifest is the last one.
type difference struct {
	changes []change
	result  Result
	listed  listing // the manifest as it should be
	old     record
	errs    []error
}

// announcement returns the manifest during the changes: all old and all new files. An
// old file keeps its listed sum, because the file may be edited.
func (d *difference) announcement(header string) []byte {
	all := maps.Clone(d.listed)
	maps.Copy(all, d.old.listing)
	if d.old.fresh {
		return all.format(header, interruptedFirst)
	}
	return all.format(header, interrupted)
}

func (f *folder) difference(s Set, files []File) (*difference, error) {
	old, err := f.manifest(s)
	if err != nil {
		return nil, err
	}
	d := &difference{listed: listing{}, old: old}
	stands := make([]standing, len(files))
	f.ways(len(files), func(w *way, i int) { stands[i] = w.compare(files[i], s.Hand) })
	for i, file := range files {
		if file.Once {
			f.give(d, file)
			continue
		}
		d.listed[file.Path] = stands[i].sum
		d.compare(file, s.Hand, stands[i])
	}
	f.leftOver(d, s)
	f.compareManifest(d, s)
	return d, errors.Join(d.errs...)
}

// standing is the present content of a path of the set.
type standing struct {
	there, equal bool
	have         []byte // if it differs, unless Hand is Ours
	sum          string // of the file of the set
	err          error
}

func (w *way) compare(file File, hand Hand) standing {
	if file.Once {
		return standing{} // it is looked at when it is given
	}
	have, there, err := w.content(file.Path)
	is := standing{there: there, sum: file.Checksum(), err: err}
	if file.Sum != "" {
		is.equal = there && checksum(have) == file.Sum
	} else {
		is.equal = there && bytes.Equal(have, file.Content)
	}
	if !is.equal && hand != Ours {
		is.have = have
	}
	return is
}

func (f *folder) manifest(s Set) (record, error) {
	data, there, err := f.content(s.Manifest)
	first := bytes.Contains(data, []byte(interruptedFirst))
	return record{parseListing(data), first || bytes.Contains(data, []byte(interrupted)), first || !there}, err
}

// compare decides what happens to a file.
func (d *difference) compare(file File, hand Hand, is standing) {
	old := d.old.listing
	_, ours := old[file.Path]
	switch {
	case is.err != nil:
		d.errs = append(d.errs, is.err)
	case is.equal:
		d.result.Unchanged++
	case hand == KeepEdits && !is.there && ours && file.Optional && !d.old.interrupted:
		d.keep(file, Deleted, nil)
	case hand == KeepEdits && is.there && !ours:
		d.keep(file, Foreign, is.have)
	case hand == KeepEdits && is.there && checksum(is.have) != old[file.Path]:
		d.keep(file, Edited, is.have)
	case hand == Ours && is.there && !ours:
		d.errs = append(d.errs, fmt.Errorf("%s exists and was not written by dominoc: move it away", file.Path))
	case file.Sum != "":
		d.errs = append(d.errs, &Lacks{file.Path})
	default:
		d.write(file, is.there)
	}
}

func (d *difference) write(file File, there bool) {
	d.result.Written = append(d.result.Written, file.Path)
	d.changes = append(d.changes, change{Path: file.Path, Old: there, New: true, content: file.Content, executable: file.Executable})
}

// leftOver removes files that the manifest lists and the run owns but no longer makes,
// and keeps those that it does not own. A path that is no longer a regular file is not
// dominoc's.
func (f *folder) leftOver(d *difference, s Set) {
	old := d.old.listing
	var names []string
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, made := d.listed[name]; !made && s.allowed(name) == nil {
			names = append(names, name)
		}
	}
	there := make([]bool, len(names))
	f.ways(len(names), func(w *way, i int) {
		_, info, err := w.file(names[i])
		there[i] = err == nil && info != nil
	})
	for i, name := range names {
		switch {
		case !there[i]:
			continue
		case s.Owns != nil && !s.Owns(name):
			d.listed[name] = old[name]
			continue
		case s.Hand != Ours:
			have, there, err := f.content(name)
			if err != nil || !there {
				continue
			}
			if checksum(have) != old[name] {
				d.result.Kept = append(d.result.Kept, Kept{name, NoLongerMade, true, have, nil})
				continue
			}
		}
		d.result.Removed = append(d.result.Removed, name)
		d.changes = append(d.changes, change{Path: name, Old: true})
	}
}

func (f *folder) compareManifest(d *difference, s Set) {
	want := d.listed.format(s.Header, "")
	have, there, err := f.content(s.Manifest)
	if err != nil {
		d.errs = append(d.errs, err)
		return
	}
	if !there || !bytes.Equal(have, want) || len(d.changes) > 0 { // it announces changes
		d.changes = append(d.changes, change{Path: s.Manifest, Old: there, New: true, content: want})
	}
}
