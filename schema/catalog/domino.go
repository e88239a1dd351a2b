package catalog

import (
	"slices"
	"strings"
)

// DominoSupport is a Kubernetes version that a public source names for a release of Domino.
// The release may support others that are not published.
type DominoSupport struct {
	Domino     string // such as 6.2
	Kubernetes string // such as 1.33
	Source     string // such as the Terraform modules of the release
}

// DominoSupports returns the versions named for a version of Domino, such as 6.2 or 6.2.1,
// oldest first; none for an unknown release.
func DominoSupports(version string) []DominoSupport {
	var all []DominoSupport
	for _, s := range dominoSupports() {
		if version == s.Domino || strings.HasPrefix(version, s.Domino+".") {
			all = append(all, s)
		}
	}
	return all
}

// DominoReleases returns the known releases, oldest first.
func DominoReleases() []string {
	var all []string
	for _, s := range dominoSupports() {
		all = append(all, s.Domino)
	}
	return slices.Compact(all)
}

// dominoSupports are sorted by release and version.
var dominoSupports = list("domino-kubernetes.csv", func(r row) DominoSupport {
	return DominoSupport{r.text("domino"), r.text("kubernetes"), r.text("source")}
})
