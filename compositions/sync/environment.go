package sync

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/xr"
)

// EnvironmentFolder returns the folder below the output with the objects that an
// environment needs and may not change itself: its namespace, and the permissions of its
// sync.
func EnvironmentFolder(name string) string { return path.Join("sync", "environments", name) }

// environmentKinds are the kinds in environments/<name>/, all of them in the
// environment's namespace. The sync of an environment may write only these.
var environmentKinds = []struct{ group, kind, resource string }{
	{"aws.m.upbound.io", "ProviderConfig", "providerconfigs"},
	{"dominoc.dev", "DominoEnvironment", "dominoenvironments"},
	{"protection.crossplane.io", "Usage", "usages"},
}

// namespace holds one environment: its composite resources, everything that they
// compose, and its provider config. Flux never deletes it, because it would do so
// immediately, together with the credentials, while other resources are still being
// deleted. Argo CD deletes in the reverse order of the waves and waits, so the namespace
// is last; if protected, it stays.
func (e Environment) namespace() Manifest {
	annotations := Object{"kustomize.toolkit.fluxcd.io/prune": "disabled"}
	if e.protected() {
		annotations = xr.DoNotPrune()
	}
	annotations[waveName] = "-2"
	// As the platform's admission policy reads them.
	var entries []string
	for _, config := range slices.Sorted(maps.Keys(e.Roles)) {
		entries = append(entries, config+" "+e.Roles[config])
	}
	annotations[bootstrap.RolesAnnotation] = strings.Join(entries, "; ")
	return e.manifest(NamespaceFile, Object{
		"apiVersion": "v1",
		"kind":       "Namespace",
		"metadata":   Object{"name": e.Namespace, "annotations": annotations},
	})
}

// NamespaceFile is the file of the namespace in the folder of EnvironmentFolder.
const NamespaceFile = "namespace.yaml"

// FromNamespace returns the part of an environment that its namespace has: whether it may
// be deleted, and its roles.
func FromNamespace(namespace Object) Environment {
	e := Environment{Deletion: "allow", Roles: map[string]string{}}
	if fieldpath.Text(namespace, "metadata", "annotations", "argocd.argoproj.io/sync-options") != "" {
		e.Deletion = "protect"
	}
	for entry := range strings.SplitSeq(fieldpath.Text(namespace, "metadata", "annotations", bootstrap.RolesAnnotation), "; ") {
		if config, role, stated := strings.Cut(entry, " "); stated {
			e.Roles[config] = role
		}
	}
	return e
}

func (e Environment) protected() bool { return e.Deletion != "allow" }

// manifest returns an object in the environment's folder.
func (e Environment) manifest(file string, object Object) Manifest {
	return Manifest{path.Join(EnvironmentFolder(e.Name), file), object}
}
