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

// Origin returns what Git knows about the sources; nothing without Git or a commit. Edited
// sources have no revision; edited is one of them.
func (w *Workspace) Origin(ctx context.Context) (origin oci.Origin, edited string, err error) {
	repository, err := git.Open(ctx, w.Root)
	if err != nil {
		return oci.Origin{}, "", nil // not a repository, or Git is not installed
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
	// A CUE file may be imported from anywhere.
	if i := slices.IndexFunc(changed, func(file string) bool {
		return path.Ext(file) == ".cue" || strings.HasPrefix(file, fleet+"/")
	}); i >= 0 {
		return origin, changed[i], nil
	}
	origin.Revision, origin.Created = head.String(), head.Time
	return origin, "", nil
}

// withoutUser removes the credentials from a URL. git@example.com:fleet is not a URL and
// has no password.
func withoutUser(remote string) string {
	u, err := url.Parse(remote)
	if err != nil || u.User == nil {
		return remote
	}
	u.User = nil
	return u.String()
}
