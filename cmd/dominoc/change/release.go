package change

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
)

// released notes that the release of dominoc may change while no manifests are
// committed: both sides are compiled by this dominoc, so what another one made of
// files that are the same now cannot be seen.
func (c *sinceCommit) released() []string {
	if c.output != nil {
		return nil
	}
	var changed []string
	for _, pin := range scaffold.Pins() {
		e, was := c.snapshot.entries[path.Join(c.snapshot.below, pin)]
		if was && c.now.blob(pin, len(e.ID)) != e.ID {
			changed = append(changed, pin)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s changed: where this takes another release of dominoc, what it makes of files that did not change is not shown here, because no manifests are committed; "+
		"let the former release build the base into a folder, and run dominoc diff FOLDER", strings.Join(changed, " and "))}
}

// blob is the id that git gives to a file of the tree, in hex of so many digits;
// empty where there is no regular file.
func (t *tree) blob(name string, digits int) string {
	files, err := os.OpenRoot(t.root)
	if err != nil {
		return ""
	}
	defer files.Close()
	if info, err := files.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	content, err := files.ReadFile(name)
	if err != nil {
		return ""
	}
	return blobID(content, digits)
}
