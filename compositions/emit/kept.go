package emit

import "bytes"

// Kept is a path that is not as the set has it, because a person decided so.
type Kept struct {
	Path   string
	Reason Reason

	// Newer: the set has something else than the run that last wrote the path.
	Newer bool

	// Have and Want are the content on the disk and in the set; nil where there is
	// none.
	Have, Want []byte
}

// Reason is why a path was kept.
type Reason string

// The reasons.
const (
	Edited       Reason = "edited"         // it is not as an earlier run wrote it
	Foreign      Reason = "foreign"        // no run wrote it
	Taken        Reason = "taken"          // a sample was to stand there, and something else does
	Deleted      Reason = "deleted"        // an earlier run wrote it, and a person deleted it
	NoLongerMade Reason = "no longer made" // it was edited, and the set has no such file any more
)

// keep leaves what a person did at a file's path. An edit stays listed with the
// sum of what was written, so that it is still known as one; what is foreign is
// not ours to list.
func (d *difference) keep(file File, r Reason, have []byte) {
	old := d.old.listing
	was, ours := old[file.Path]
	newer := was != d.listed[file.Path]
	delete(d.listed, file.Path)
	if ours {
		d.listed[file.Path] = was
	}
	d.result.Kept = append(d.result.Kept, Kept{file.Path, r, newer, have, file.Content})
}

// give writes a file that is given once, in the first run.
func (f *folder) give(d *difference, file File) {
	have, there, err := f.content(file.Path)
	switch {
	case !d.old.fresh:
	case there && !bytes.Equal(have, file.Content):
		d.result.Kept = append(d.result.Kept, Kept{file.Path, Taken, true, have, file.Content})
	case there:
	case err != nil:
		d.errs = append(d.errs, err)
	default:
		d.write(file, false)
	}
}
