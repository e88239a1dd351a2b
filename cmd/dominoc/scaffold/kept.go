package scaffold

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/dominoc/dominoc/compositions/emit"
)

// reasons are the reasons why a file was kept, for the reader.
var reasons = map[emit.Reason]string{
	emit.Edited:       "edited",
	emit.Foreign:      "there before",
	emit.Taken:        "there before; the sample is not given",
	emit.Deleted:      "deleted",
	emit.NoLongerMade: "edited, and no longer needed: delete it",
}

// Overwritable reports whether --force writes a kept file anew.
func Overwritable(k emit.Kept) bool {
	return k.Reason == emit.Edited || k.Reason == emit.Foreign || k.Reason == emit.Deleted
}

// KeptBecause returns the reason why a file was kept, the size of its difference from this
// version's, and whether a newer version exists.
func KeptBecause(k emit.Kept) string {
	s := reasons[k.Reason]
	if k.Reason == emit.Edited || k.Reason == emit.Foreign {
		added, removed := countLines(k)
		s += fmt.Sprintf(" (+%d -%d lines)", added, removed)
	}
	if k.Newer && (k.Reason == emit.Edited || k.Reason == emit.Deleted) {
		s += "; this dominoc has a newer version of it"
	}
	return s
}

// Difference returns how a kept file differs from that of this version.
func Difference(k emit.Kept) string {
	if k.Have == nil {
		return fmt.Sprintf("deleted: %s\n", k.Path)
	}
	return unified(k)
}

func unified(k emit.Kept) string {
	return string(diff.Diff("dominoc/"+k.Path, k.Want, "yours/"+k.Path, k.Have))
}

// countLines counts the lines that a kept file has more and fewer than that of this
// version.
func countLines(k emit.Kept) (added, removed int) {
	for line := range strings.Lines(unified(k)) {
		switch {
		case strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "--- "):
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return added, removed
}
