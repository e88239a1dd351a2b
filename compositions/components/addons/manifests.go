package addons

import (
	"slices"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

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

// Manifests returns the objects inside the cluster, for a Flux or an Argo CD in it: a
// complete folder for each, flux and argocd. There are none if Crossplane's providers
// compose these objects, or if the user installs them.
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
	all := charts(common, spec.InCluster)
	for _, c := range all {
		list = append(list,
			Manifest{"flux/" + c.key + "-repository.yaml", c.fluxRepository()},
			Manifest{"flux/" + c.key + "-release.yaml", c.fluxRelease()})
		if !c.definitions {
			list = append(list, Manifest{"argocd/" + c.key + ".yaml", c.argoApplication(definitionsOf(c, all)...)})
		}
	}
	return list
}

// definitionsOf are the charts that a chart needs.
func definitionsOf(c chart, all []chart) []chart {
	return slices.DeleteFunc(slices.Clone(all), func(other chart) bool { return other.key != c.needs })
}

func (c chart) fluxRepository() map[string]any {
	return map[string]any{
		"apiVersion": "source.toolkit.fluxcd.io/v1",
		"kind":       "HelmRepository",
		"metadata":   c.fluxMetadata(),
		"spec":       map[string]any{"interval": "1h", "url": c.repository},
	}
}

// fluxMetadata keeps definitions in the cluster, and their release with them, when
// they leave the folder.
func (c chart) fluxMetadata() map[string]any {
	metadata := map[string]any{"name": c.key, "namespace": fluxNamespace}
	if c.definitions {
		metadata["annotations"] = map[string]any{"kustomize.toolkit.fluxcd.io/prune": "disabled"}
	}
	return metadata
}

// fluxRelease replaces the chart's own definitions when the chart is raised,
// which Helm by itself never does. Flux gives a release what is there already.
func (c chart) fluxRelease() map[string]any {
	spec := map[string]any{
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
	}
	if c.values != nil {
		spec["values"] = c.values
	}
	if c.needs != "" {
		spec["dependsOn"] = []any{map[string]any{"name": c.needs}}
	}
	return map[string]any{
		"apiVersion": "helm.toolkit.fluxcd.io/v2",
		"kind":       "HelmRelease",
		"metadata":   c.fluxMetadata(),
		"spec":       spec,
	}
}

// argoApplication applies on the server's side: definitions of Calico are larger
// than an annotation may be. Definitions that have a chart of their own are a
// source of the same Application, which applies them first: one that had them by
// way of the chart would prune them, and all objects of their kinds, once the chart
// no longer brings them.
func (c chart) argoApplication(definitions ...chart) map[string]any {
	options := []any{"ServerSideApply=true"}
	if c.own {
		options = append(options, "CreateNamespace=true")
	}
	spec := map[string]any{
		"project":     "default",
		"destination": map[string]any{"server": thisCluster, "namespace": c.namespace},
		"syncPolicy": map[string]any{
			"automated":   map[string]any{"prune": true, "selfHeal": true},
			"syncOptions": options,
		},
	}
	if len(definitions) == 0 {
		spec["source"] = c.argoSource()
	} else {
		var sources []any
		for _, d := range append(definitions, c) {
			sources = append(sources, d.argoSource())
		}
		spec["sources"] = sources
	}
	return map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata":   map[string]any{"name": c.key, "namespace": argoNamespace},
		"spec":       spec,
	}
}

func (c chart) argoSource() map[string]any {
	helm := map[string]any{"releaseName": c.key}
	if c.values != nil {
		helm["valuesObject"] = c.values
	}
	return map[string]any{"repoURL": c.repository, "chart": c.name, "targetRevision": c.version, "helm": helm}
}
