package emit

import "bytes"

// Kept is a path that differs from the set because of a user's decision.
type Kept struct {
	Path   string
	Reason Reason

	// Newer: the set differs from the run that last wrote the path.
	Newer bool

	// Have and Want are the content on the disk and in the set; nil where there is
	// none.
	Have, Want []byte
}

// Reason is why a path was kept.
type Reason string

// The reasons.
const (
	Edited       Reason = "edited"         // differs from what an earlier run wrote
	Foreign      Reason = "foreign"        // no run wrote it
	Taken        Reason = "taken"          // something else is at the path of a sample
	Deleted      Reason = "deleted"        // an earlier run wrote it, and the user deleted it
	NoLongerMade Reason = "no longer made" // edited, and no longer in the set
)

// keep leaves a user's change at a file's path. An edited file stays listed with the sum
// of what was written, so that it is still recognised as edited; a foreign file is not
// listed.
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
