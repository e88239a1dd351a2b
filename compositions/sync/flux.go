package sync

import (
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The APIs of Flux's controllers.
const (
	kustomizeAPI = "kustomize.toolkit.fluxcd.io/v1"
	sourceAPI    = "source.toolkit.fluxcd.io/v1"
	helmAPI      = "helm.toolkit.fluxcd.io/v2"
)

type flux struct{ v1alpha1.GitOps }

// manifests returns a source, and its Kustomizations: one of sync/ itself, which keeps
// the others up to date, one of Crossplane, one of platform/, one of the rings' sources and
// one for each environment.
func (f flux) manifests(platform []Object, environments []Environment) []Manifest {
	out := []Manifest{{"sync/source.yaml", f.source()}, {"sync/sync.yaml", f.root()}}
	if f.Crossplane.Install {
		out = append(out,
			Manifest{"crossplane/repository.yaml", f.chartRepository()},
			Manifest{"crossplane/release.yaml", f.release()},
			Manifest{"sync/crossplane.yaml", f.crossplane()},
		)
	}
	out = append(out, f.platformRights()...)
	out = append(out, Manifest{"sync/platform.yaml", f.platform(platform)})
	out = append(out, f.rings()...)
	for _, e := range environments {
		out = append(out, e.namespace())
		out = append(out, f.rights(e)...)
		out = append(out, e.manifest("sync.yaml", f.environment(e)))
	}
	return out
}

func (f flux) source() Object {
	spec := Object{"interval": f.Flux.Intervals.Source}
	if f.Flux.SecretName != "" {
		spec["secretRef"] = Object{"name": f.Flux.SecretName}
	}
	if f.OCI != nil {
		spec["url"] = f.OCI.URL
		spec["ref"] = Object{"tag": f.OCI.Tag}
		spec["provider"] = f.OCI.Provider
		if f.OCI.Insecure {
			spec["insecure"] = true
		}
	} else {
		spec["url"] = f.Repository.URL
		spec["ref"] = Object{"branch": f.Repository.Branch}
	}
	return object(sourceAPI, f.sourceKind(), f.Flux.Namespace, rootName, spec)
}

func (f flux) sourceKind() string {
	if f.OCI != nil {
		return "OCIRepository"
	}
	return "GitRepository"
}

// folder returns a folder of the output as a Kustomization names it.
func (f flux) folder(names ...string) string {
	root := "" // of an artifact
	if f.Repository != nil {
		root = f.Repository.Path
	}
	return "./" + below(root, names...)
}

// kustomization applies a folder of the output. With prune, deleting it also deletes
// what it applied; without, everything stays.
func (f flux) kustomization(name, folder, timeout string, prune bool) Object {
	deletion := "Orphan"
	if prune {
		deletion = "Delete"
	}
	return object(kustomizeAPI, "Kustomization", f.Flux.Namespace, name, Object{
		"interval":       f.Flux.Intervals.Sync,
		"retryInterval":  f.Flux.Intervals.Retry,
		"timeout":        timeout,
		"path":           folder,
		"sourceRef":      Object{"kind": f.sourceKind(), "name": rootName},
		"prune":          prune,
		"deletionPolicy": deletion,
	})
}

// root prunes, so that Flux deletes the Kustomization of an environment whose file is
// removed; an annotation keeps the others. Deleting root itself deletes none of them.
func (f flux) root() Object {
	k := f.kustomization(rootName, f.folder("sync"), f.Flux.Timeouts.Platform, true)
	k["spec"].(Object)["deletionPolicy"] = "Orphan"
	return k
}

func (f flux) crossplane() Object {
	k := f.kustomization(crossplaneName, f.folder("crossplane"), f.Flux.Timeouts.Platform, false)
	k["spec"].(Object)["wait"] = true
	return k
}

func (f flux) chartRepository() Object {
	spec := Object{"interval": "1h", "url": f.Crossplane.Chart}
	if strings.HasPrefix(f.Crossplane.Chart, "oci://") {
		spec["type"] = "oci"
	}
	return object(sourceAPI, "HelmRepository", f.Flux.Namespace, crossplaneName, spec)
}

func (f flux) release() Object {
	remediation := Object{"retries": -1} // without limit: everything depends on it
	return object(helmAPI, "HelmRelease", f.Flux.Namespace, crossplaneName, Object{
		"interval":         "1h",
		"releaseName":      "crossplane",
		"targetNamespace":  f.GitOps.Crossplane.Namespace,
		"storageNamespace": f.GitOps.Crossplane.Namespace,
		"chart": Object{"spec": Object{
			"chart":     "crossplane",
			"version":   bootstrap.CrossplaneVersion,
			"sourceRef": Object{"kind": "HelmRepository", "name": crossplaneName},
		}},
		"install": Object{"createNamespace": true, "remediation": remediation},
		"upgrade": Object{"remediation": remediation},
		"values":  bootstrap.Values(f.Packages),
	})
}

// platform is ready when every package is healthy, every XRD is established, and the
// provider configs' definition exists, which the family's provider installs.
func (f flux) platform(objects []Object) Object {
	k := f.kustomization(platformName, f.folder("platform"), f.Flux.Timeouts.Platform, false)
	spec := k["spec"].(Object)
	if f.GitOps.Crossplane.Install {
		spec["dependsOn"] = []any{Object{"name": crossplaneName}}
	}
	spec["serviceAccountName"] = platformName
	checks := []any{Object{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "name": "providerconfigs.aws.m.upbound.io",
	}}
	for _, o := range objects {
		if slices.ContainsFunc(platformHealth, func(h health) bool { return h.kind == o["kind"] }) {
			name := o["metadata"].(Object)["name"]
			checks = append(checks, Object{"apiVersion": o["apiVersion"], "kind": o["kind"], "name": name})
		}
	}
	spec["healthChecks"] = checks
	spec["healthCheckExprs"] = expressions(platformHealth)
	return k
}

// environment waits for the platform of its own revision: Flux compares revisions of one
// source. One of a ring with a source of its own waits until the platform is ready; that
// the platform is new enough for it, the source has waited for. A protected environment is
// not pruned.
func (f flux) environment(e Environment) Object {
	folder := f.folder("environments", e.Name)
	k := f.kustomization(e.Namespace, folder, f.Flux.Timeouts.Environment, e.Deletion == "allow")
	delete(k["metadata"].(Object), "annotations") // Flux deletes it with the environment's file
	spec := k["spec"].(Object)
	if ring := pinned(f.GitOps, e.Ring); ring != nil {
		spec["sourceRef"] = Object{"kind": f.sourceKind(), "name": ringSource(*ring)}
	}
	spec["serviceAccountName"] = e.Namespace
	spec["dependsOn"] = []any{Object{"name": platformName}}
	spec["healthChecks"] = []any{Object{
		"apiVersion": environmentHealth[0].apiVersion, "kind": environmentHealth[0].kind,
		"name": path.Base(folder), "namespace": e.Namespace,
	}}
	spec["healthCheckExprs"] = expressions(environmentHealth)
	return k
}
