package emit

// Kept is a path at which a person's hand stands against the set.
type Kept struct {
	Path   string
	Reason Reason
}

// Reason is why a path was kept.
type Reason string

// The reasons.
const (
	Edited       Reason = "edited"         // it is not as an earlier run wrote it
	Foreign      Reason = "foreign"        // no run wrote it
	NoLongerMade Reason = "no longer made" // it was edited, and the set has no such file any more
)

// keep leaves what a person did at a file's path. An edit stays listed with the
// sum of what was written, so that it is still known as one; what is foreign is
// not ours to list.
func (d *difference) keep(file File, r Reason, old listing) {
	was, ours := old[file.Path]
	missed := was != d.listed[file.Path]
	delete(d.listed, file.Path)
	if ours {
		d.listed[file.Path] = was
	}
	if missed {
		d.result.Kept = append(d.result.Kept, Kept{file.Path, r})
	}
}

// give writes a file that is given once. Where something stands already, its
// owner misses nothing.
func (f *folder) give(d *difference, file File, fresh bool) {
	_, there, err := f.content(file.Path)
	switch {
	case !fresh || there:
	case err != nil:
		d.errs = append(d.errs, err)
	default:
		d.write(file, false)
	}
}
