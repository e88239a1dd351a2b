package sync

import (
	"path"
	"strings"
)

// Overrides returns the effect of a file with this name on the sync of its folder or of
// one below; empty for a name without effect. The names are those of kustomize
// (konfig.RecognizedKustomizationFileNames), of Flux's source-controller (package
// sourceignore) and of Argo CD's repo server (repoSourceFile and appSourceFile,
// discovery.Discover).
func Overrides(name string) string {
	base := path.Base(name)
	switch {
	case base == "kustomization.yml" || base == "Kustomization":
		return "Flux, Argo CD and kubectl read it as the list of applied files, next to " + ListingName
	case base == ListingName:
		return "Flux, Argo CD and kubectl read it as the list of applied files"
	case base == IgnoreName:
		return "Flux omits the files that it names from its copy of the repository"
	case strings.HasPrefix(base, ".argocd-source") && strings.HasSuffix(base, ".yaml"):
		return "Argo CD changes the source of an Application by it"
	case strings.HasSuffix(base, "Chart.yaml"):
		return "Argo CD takes the folder for a Helm chart"
	}
	return ""
}
