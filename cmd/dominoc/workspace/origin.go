package workspace

import (
	"context"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions/oci"
)

// Origin is what Git knows of the sources. Without Git, or a commit, it is empty.
// Sources with edits are at no revision; edited is one of them.
func (w *Workspace) Origin(ctx context.Context) (origin oci.Origin, edited string, err error) {
	repository, err := git.Open(ctx, w.Root)
	if err != nil {
		return oci.Origin{}, "", nil // it is no repository, or Git is not there
	}
	origin.Source = withoutUser(repository.Origin(ctx))
	head := repository.Head(ctx)
	if head.Commit == "" {
		return origin, "", nil
	}
	changed, err := repository.Changed(ctx, head.Commit, ".cue", ".yaml", ".yml", ".json")
	if err != nil {
		return origin, "", err
	}
	root, err := RealPath(w.Root)
	if err != nil {
		return origin, "", err
	}
	below, err := filepath.Rel(repository.Top, root)
	if err != nil {
		return origin, "", err
	}
	fleet := path.Join(filepath.ToSlash(below), Fleet)
	// A file of CUE may be imported from anywhere.
	if i := slices.IndexFunc(changed, func(file string) bool {
		return path.Ext(file) == ".cue" || strings.HasPrefix(file, fleet+"/")
	}); i >= 0 {
		return origin, changed[i], nil
	}
	origin.Revision, origin.Created = head.String(), head.Time
	return origin, "", nil
}

// withoutUser takes the credentials out of a URL; what is none, such as
// git@example.com:fleet, has no password to take.
func withoutUser(remote string) string {
	u, err := url.Parse(remote)
	if err != nil || u.User == nil {
		return remote
	}
	u.User = nil
	return u.String()
}
