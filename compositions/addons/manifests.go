package addons

import "github.com/dominoc/dominoc/schema/v1alpha1"

// A Manifest is a file for the cluster itself: an object, and where it stands
// below in-cluster/<environment>, such as flux/calico-release.yaml.
type Manifest struct {
	Path   string
	Object map[string]any
}

// Where the two tools keep their objects by default, and the server that an
// Argo CD in the cluster means by itself.
const (
	fluxNamespace = "flux-system"
	argoNamespace = "argocd"
	thisCluster   = "https://kubernetes.default.svc"
)

// Manifests are what lives inside the cluster, for a Flux or an Argo CD in it:
// a folder for each, flux and argocd, that is whole in itself. They are none
// where Crossplane's providers compose the same objects, and where somebody else
// sees to it.
func Manifests(common v1alpha1.Common, spec v1alpha1.AddonsSpec) []Manifest {
	if spec.InCluster == nil || spec.InCluster.Access != nil {
		return nil
	}
	var list []Manifest
	for _, o := range objects(spec.InCluster) {
		list = append(list,
			Manifest{"flux/" + o.key + ".yaml", o.manifest},
			Manifest{"argocd/" + o.key + ".yaml", o.manifest})
	}
	for _, c := range charts(common, spec.InCluster) {
		list = append(list,
			Manifest{"flux/" + c.key + "-repository.yaml", c.fluxRepository()},
			Manifest{"flux/" + c.key + "-release.yaml", c.fluxRelease()},
			Manifest{"argocd/" + c.key + ".yaml", c.argoApplication()})
	}
	return list
}

func (c chart) fluxRepository() map[string]any {
	return map[string]any{
		"apiVersion": "source.toolkit.fluxcd.io/v1",
		"kind":       "HelmRepository",
		"metadata":   map[string]any{"name": c.key, "namespace": fluxNamespace},
		"spec":       map[string]any{"interval": "1h", "url": c.repository},
	}
}

// fluxRelease replaces the chart's own definitions when the chart is raised,
// which Helm by itself never does.
func (c chart) fluxRelease() map[string]any {
	return map[string]any{
		"apiVersion": "helm.toolkit.fluxcd.io/v2",
		"kind":       "HelmRelease",
		"metadata":   map[string]any{"name": c.key, "namespace": fluxNamespace},
		"spec": map[string]any{
			"interval":        "1h",
			"releaseName":     c.key,
			"targetNamespace": c.namespace,
			"chart": map[string]any{"spec": map[string]any{
				"chart":     c.name,
				"version":   c.version,
				"sourceRef": map[string]any{"kind": "HelmRepository", "name": c.key},
			}},
			"install": map[string]any{"createNamespace": c.own, "crds": "Create"},
			"upgrade": map[string]any{"crds": "CreateReplace"},
			"values":  c.values,
		},
	}
}

// argoApplication applies on the server's side: definitions of Calico are larger
// than an annotation may be.
func (c chart) argoApplication() map[string]any {
	options := []any{"ServerSideApply=true"}
	if c.own {
		options = append(options, "CreateNamespace=true")
	}
	return map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata":   map[string]any{"name": c.key, "namespace": argoNamespace},
		"spec": map[string]any{
			"project":     "default",
			"destination": map[string]any{"server": thisCluster, "namespace": c.namespace},
			"source": map[string]any{
				"repoURL":        c.repository,
				"chart":          c.name,
				"targetRevision": c.version,
				"helm":           map[string]any{"releaseName": c.key, "valuesObject": c.values},
			},
			"syncPolicy": map[string]any{
				"automated":   map[string]any{"prune": true, "selfHeal": true},
				"syncOptions": options,
			},
		},
	}
}
