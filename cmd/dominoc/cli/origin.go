package cli

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions/oci"
)

// gitOrigin is what Git knows of the sources. Without Git, or a commit, it is
// empty. Sources with edits are at no revision.
func (o *options) gitOrigin(ctx context.Context) (oci.Origin, error) {
	repository, err := git.Open(ctx, o.root)
	if err != nil {
		return oci.Origin{}, nil // it is no repository, or Git is not there
	}
	origin := oci.Origin{Source: withoutUser(repository.Origin(ctx))}
	head := repository.Head(ctx)
	if head.Commit == "" {
		return origin, nil
	}
	changed, err := repository.Changed(ctx, head.Commit, ".cue", ".yaml", ".yml", ".json")
	if err != nil {
		return origin, failed(err)
	}
	fleet, err := o.fleetBelow(repository.Top)
	if err != nil {
		return origin, failed(err)
	}
	// A file of CUE may be imported from anywhere.
	if i := slices.IndexFunc(changed, func(file string) bool {
		return path.Ext(file) == ".cue" || strings.HasPrefix(file, fleet+"/")
	}); i >= 0 {
		fmt.Fprintf(o.streams.Err, "no revision: %s is not as it was committed\n", changed[i])
		return origin, nil
	}
	origin.Revision, origin.Created = head.String(), head.Time
	return origin, nil
}

// fleetBelow is the path of the fleet's folder below the top of its repository.
func (o *options) fleetBelow(top string) (string, error) {
	root, err := filepath.Abs(o.root)
	if err != nil {
		return "", err
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return "", err
	}
	below, err := filepath.Rel(top, root)
	return path.Join(filepath.ToSlash(below), fleetFolder), err
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
