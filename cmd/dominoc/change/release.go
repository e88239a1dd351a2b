package change

import (
	"fmt"
	"path"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
)

// released returns a note if the pinned release of dominoc may change while no manifests
// are committed: this dominoc compiles both sides, so a difference between two releases
// does not show.
func (c *sinceCommit) released() []string {
	if c.written != nil {
		return nil
	}
	var changed []string
	for _, pin := range scaffold.Pins() {
		e, was := c.snapshot.entries[path.Join(c.snapshot.below, pin)]
		if was && blobOf(c.now.Root, pin, len(e.ID)) != e.ID {
			changed = append(changed, pin)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s changed: if this pins another release of dominoc, the report does not show what that release changes for files that stay the same, because no manifests are committed; "+
		"to see it, check out the base, run dominoc build --out FOLDER with the former release, and then dominoc diff FOLDER with this one", strings.Join(changed, " and "))}
}
