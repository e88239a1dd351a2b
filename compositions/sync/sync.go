// Package sync makes the objects by which Flux or Argo CD brings the output of a
// build into the management cluster, and keeps it there.
//
// In go what the user says in environments/gitops, the objects of platform/ and
// the names of the environments; out come manifests of sync/. What they apply is
// made elsewhere. Package output writes them; the command line asks what a file
// means to a tool.
//
// What must be there before what:
//
//	Crossplane                   its own definitions: packages, XRDs, Compositions
//	platform/                    providers and the function; their definitions, the
//	                             XRDs', every Composition that the environments name
//	sync/environments/<name>/    the environment's namespace, and who may do what in it
//	environments/<name>/         provider config, DominoEnvironment
//
// An environment waits for the platform of the same commit, so a composite
// resource never names a Composition that is not there yet. The one that it named
// before stays: no Composition is ever pruned, dominoc gc removes those to which
// nothing refers. Nor is anything of platform/, or of an environment under
// protection: removing its file ends the syncing, and no more.
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

// Manifest is an object and the file below the output folder that it becomes.
type Manifest struct {
	Path   string
	Object Object
}

// Environment is what a sync knows of one.
type Environment struct {
	Name      string
	Namespace string
	Deletion  v1alpha1.Deletion

	// Roles are, by ProviderConfig, the source of its credentials and the role, as
	// the platform's admission policy reads them.
	Roles map[string]string
}

// Names of the objects. Those of an environment are called as its namespace is,
// domino-<name>, which begins otherwise.
const (
	rootName       = "dominoc"
	crossplaneName = "dominoc-crossplane"
	platformName   = "dominoc-platform"
)

// Tools are those that manifests are made for.
func Tools() []v1alpha1.GitOpsTool { return []v1alpha1.GitOpsTool{"flux", "argocd"} }

// Suits says why the tool of the options cannot sync, if so. The schema says the
// same of a file; this is for a tool that was chosen on the command line.
func Suits(options v1alpha1.GitOps) error {
	switch {
	case !slices.Contains(Tools(), options.Tool):
		return errors.New("must be flux or argocd")
	case options.Tool == "argocd" && options.Repository == nil:
		return errors.New("argocd does not read what dominoc push makes, and environments/gitops names no repository")
	case options.Tool == "flux" && options.Repository != nil && options.Flux.SecretName == "" && strings.HasPrefix(options.Repository.URL, "ssh://"):
		return errors.New("flux needs a key for ssh://, and environments/gitops names no flux.secretName")
	}
	return nil
}

// Manifests are those of the tool, in the order in which they are to be applied.
// Without a tool they are the namespaces, to be applied by hand.
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

// Identity is the user as whom the tool applies platform/ and sync/; empty without
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

// object is a namespaced object that is not pruned when it leaves the repository.
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

// below is a folder in the repository or artifact; without a path it is the root.
func below(folder string, rest ...string) string {
	return path.Join(append([]string{folder}, rest...)...)
}
