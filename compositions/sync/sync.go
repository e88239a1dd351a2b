// Package sync makes the objects by which Flux or Argo CD brings the output of a
// build into the management cluster, and keeps it there.
//
// The user's environments/gitops, the objects of platform/ and the names of the
// environments go in; manifests of sync/ come out. Other packages make what they
// apply. Package output writes them; the command line asks for the effect of a file
// on a tool.
//
// The order in which objects must exist:
//
//	Crossplane                   its own definitions: packages, XRDs, Compositions
//	platform/                    providers and the function; their definitions, the
//	                             XRDs', every Composition that the environments name
//	sync/environments/<name>/    the environment's namespace, and who may do what in it
//	environments/<name>/         provider config, DominoEnvironment
//
// An environment waits for the platform of the same commit, so a composite
// resource never names a missing Composition. An environment of a ring with a tag or
// commit is applied from there; the platform of the branch has the Compositions that it
// names there. The former Composition stays: no
// Composition is ever pruned, and dominoc gc removes unreferenced ones. Objects of
// platform/ and of protected environments are not pruned either: removing their file
// only ends the sync.
package sync

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Object is a Kubernetes object.
type Object = bootstrap.Object

// Manifest is an object and its file below the output folder.
type Manifest struct {
	Path   string
	Object Object
}

// Environment is the part of an environment that a sync needs.
type Environment struct {
	Name      string
	Namespace string
	Deletion  v1alpha1.Deletion
	Ring      string // whose revision it is applied from; empty for the branch

	// Roles are, by ProviderConfig, the source of its credentials and the role, as
	// the platform's admission policy reads them.
	Roles map[string]string
}

// Names of the objects. Those of an environment have the name of its namespace,
// domino-<name>, which begins differently.
const (
	rootName       = "dominoc"
	crossplaneName = "dominoc-crossplane"
	platformName   = "dominoc-platform"
	ringsName      = "dominoc-rings"
)

// Tools returns the supported tools.
func Tools() []v1alpha1.GitOpsTool { return []v1alpha1.GitOpsTool{"flux", "argocd"} }

// Suits returns why the tool of the options cannot sync, or nil. The schema refuses such
// files; this check is for a tool that was chosen on the command line.
func Suits(options v1alpha1.GitOps) error {
	switch {
	case !slices.Contains(Tools(), options.Tool):
		return errors.New("must be flux or argocd")
	case options.Tool == "argocd" && options.Repository == nil:
		return errors.New("argocd cannot read the artifact of dominoc push, and environments/gitops names no repository")
	case options.Tool == "flux" && options.Repository != nil && options.Flux.SecretName == "" && strings.HasPrefix(options.Repository.URL, "ssh://"):
		return errors.New("flux needs a key for ssh://, and environments/gitops names no flux.secretName")
	}
	return nil
}

// Manifests returns the manifests of the tool, in the order in which they must be
// applied. Without a tool they are the namespaces, which the user applies.
func Manifests(options v1alpha1.GitOps, platform []Object, environments []Environment) []Manifest {
	switch options.Tool {
	case "flux":
		return flux{options}.manifests(platform, environments)
	case "argocd":
		return argocd{options}.manifests(environments)
	}
	var out []Manifest
	for _, e := range environments {
		out = append(out, e.namespace())
	}
	return out
}

// Identity returns the user as whom the tool applies platform/ and sync/; empty without
// a tool.
func Identity(options v1alpha1.GitOps) string {
	switch {
	case options.Identity != "":
		return options.Identity
	case options.Tool == "flux":
		return "system:serviceaccount:" + options.Flux.Namespace + ":kustomize-controller"
	case options.Tool == "argocd":
		return "system:serviceaccount:" + options.ArgoCD.Namespace + ":argocd-application-controller"
	}
	return ""
}

// object returns a namespaced object that tools do not prune when its file is removed.
func object(apiVersion, kind, namespace, name string, spec Object) Object {
	out := Object{
		"apiVersion": apiVersion,
		"kind":       kind,
		"metadata":   Object{"name": name, "namespace": namespace, "annotations": xr.DoNotPrune()},
	}
	if spec != nil {
		out["spec"] = spec
	}
	return out
}

// below returns a folder in the repository or artifact; without a path, the root.
func below(folder string, rest ...string) string {
	return path.Join(append([]string{folder}, rest...)...)
}
