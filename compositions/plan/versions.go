package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// maxSkew is how many minor versions a kubelet may be older than the API
// server (kubernetes.io/releases/version-skew-policy).
const maxSkew = 3

// checkPoolVersion holds a pool's version, when it is held back, near the
// control plane's, and a pinned image to the version of its nodes.
func (r *resolver) checkPoolVersion(name string, pool v1alpha1.Pool) {
	version := r.env.Cluster.Version
	if pool.Version != "" {
		version = pool.Version
		r.checkSkew(name, minor(r.env.Cluster.Version)-minor(pool.Version))
	}
	if image := pool.AMIReleaseVersion; image != "" && !strings.HasPrefix(image, version+".") {
		r.refuse("ami-release-version", diag.Path{"pools", name, "amiReleaseVersion"}, problem{
			message: fmt.Sprintf("image %q is not for Kubernetes %q, the version of this pool", image, version),
			hint:    "a release begins with the version, such as " + strconv.Quote(version+".0-20260204"),
		})
	}
}

func (r *resolver) checkSkew(name string, behind int) {
	if behind >= 0 && behind <= maxSkew {
		return
	}
	what := "newer than"
	if behind > 0 {
		what = fmt.Sprintf("%d minor versions older than", behind)
	}
	r.refuse("pool-version", diag.Path{"pools", name, "version"}, problem{
		message: fmt.Sprintf("Kubernetes %q is %s the control plane's %q; nodes may be up to %d older and never newer",
			r.env.Pools[name].Version, what, r.env.Cluster.Version, maxSkew),
		notes: []diag.Note{r.note(diag.Path{"cluster", "version"}, "the control plane's version")},
	})
}

// minor is the 35 of 1.35.
func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(text)
	return n
}
