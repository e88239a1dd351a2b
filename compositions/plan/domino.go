package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
)

// checkDomino warns if no public source names the Kubernetes version for the stated release
// of Domino. Domino's own list is not public, so an unknown pair may still be supported.
func (r *resolver) checkDomino() {
	if r.env.Domino == nil {
		return
	}
	release, kubernetes := r.env.Domino.Version, r.env.Cluster.Version
	named := catalog.DominoSupports(release)
	if slices.ContainsFunc(named, func(s catalog.DominoSupport) bool { return s.Kubernetes == kubernetes }) {
		return
	}
	known := fmt.Sprintf("it names none for this release, only for %s", strings.Join(catalog.DominoReleases(), ", "))
	notes := []diag.Note{r.note(diag.Path{"cluster", "version"}, "the version of Kubernetes")}
	if len(named) > 0 {
		var versions []string
		for _, s := range named {
			versions = append(versions, s.Kubernetes)
			notes = append(notes, diag.Note{Message: s.Kubernetes + " is named by: " + s.Source})
		}
		known = "it names " + strings.Join(versions, ", ")
	}
	r.warn("domino-kubernetes", diag.Path{"domino", "version"}, problem{
		message: fmt.Sprintf("public material does not say that Domino %s runs with Kubernetes %s: %s, as of %s",
			release, kubernetes, known, catalog.DateOf("domino-kubernetes.csv")),
		hint:  "ask Domino, or read \"Kubernetes Compatibility\" in the admin guide of the release; accept this with what it says, or take a version that it names",
		notes: notes,
	})
}
