package git

import (
	"context"
	"crypto/sha1"
)

// Head is the commit that is checked out.
type Head struct {
	Commit string
	Branch string // empty if none is checked out
	Time   string // of the commit, as RFC 3339
}

// Head returns the commit that is checked out; it is empty if there is none.
func (r *Repository) Head(ctx context.Context) Head {
	return Head{
		Commit: r.Commit(ctx, "HEAD"),
		Branch: r.line(ctx, "symbolic-ref", "--quiet", "--short", "HEAD"),
		Time:   r.line(ctx, "log", "-1", "--format=%cI"),
	}
}

// String returns the commit as Flux writes it, such as main@sha1:<commit>.
func (h Head) String() string {
	commit := "sha256:" + h.Commit
	if len(h.Commit) == 2*sha1.Size {
		commit = "sha1:" + h.Commit
	}
	if h.Branch == "" {
		return commit
	}
	return h.Branch + "@" + commit
}

// Origin returns the URL of the remote that the repository was cloned from, or "".
func (r *Repository) Origin(ctx context.Context) string {
	return r.line(ctx, "remote", "get-url", "origin")
}
