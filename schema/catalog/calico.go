package catalog

// Calico is a release of Calico, and the Kubernetes versions with which the Calico project
// tests it.
type Calico struct {
	Release          string // such as v3.31.7, the version of its charts too
	Oldest, Newest   string // Kubernetes versions, such as 1.32
	DefinitionsChart string // the chart of its definitions; empty if the operator's chart has them
}

// CalicoFor returns the release of Calico for a Kubernetes version: the oldest that is
// tested with it, so that Calico changes only when Kubernetes needs it. A version
// that no release is tested with gets the nearest release.
func CalicoFor(kubernetes string) Calico {
	all := calicoReleases()
	for _, c := range all {
		if Minor(kubernetes) <= Minor(c.Newest) {
			return c
		}
	}
	return all[len(all)-1]
}

// TestedWith reports whether the release is tested with a Kubernetes version.
func (c Calico) TestedWith(kubernetes string) bool {
	return Minor(c.Oldest) <= Minor(kubernetes) && Minor(kubernetes) <= Minor(c.Newest)
}

// CalicoReleases returns all known releases, oldest first.
func CalicoReleases() []Calico { return calicoReleases() }

var calicoReleases = list("calico-releases.csv", func(r row) Calico {
	return Calico{r.text("release"), r.text("oldest_kubernetes"), r.text("newest_kubernetes"), r.text("definitions_chart")}
})
