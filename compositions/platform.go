package compositions

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// The versions of what the management cluster runs. The lowering is written
// against the types of this provider version.
const (
	ProviderVersion = "v2.5.0"
	FunctionVersion = "v0.10.7"

	packages = "xpkg.crossplane.io/crossplane-contrib/"

	// runtimeName is the DeploymentRuntimeConfig and service account of the
	// providers, by which they get their own credentials.
	runtimeName = "provider-aws"
)

// awsGroup ends the API group of every managed resource of provider-aws.
const awsGroup = ".aws.m.upbound.io"

// platform are the manifests that a management cluster needs once: the
// composite resources' definitions and Compositions, the providers and the
// function, and the policy that activates just the kinds in use.
func (f *Fleet) platform() ([]document, error) {
	var out []document
	add := func(folder string, object map[string]any) {
		annotate(object, xr.DoNotPrune)
		name := object["metadata"].(map[string]any)["name"].(string)
		out = append(out, document{path.Join("platform", folder, name+".yaml"), object})
	}
	for _, kind := range xr.Kinds() {
		definition, err := xr.Definition(kind)
		if err != nil {
			return nil, err
		}
		add("definitions", definition)
	}
	for _, composition := range f.compositions {
		add("compositions", maps.Clone(composition))
	}
	for _, service := range services(f.kinds) {
		add("packages", provider(service))
	}
	add("packages", function())
	add("packages", runtimeConfig())
	add("", activationPolicy(f.kinds))
	return out, nil
}

// services are the AWS services of kinds, such as ec2 of vpcs.ec2.aws.m.upbound.io.
func services(kinds []string) []string {
	var out []string
	for _, kind := range kinds {
		_, group, _ := strings.Cut(kind, ".")
		out = append(out, strings.TrimSuffix(group, awsGroup))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func provider(service string) map[string]any {
	name := "provider-aws-" + service
	return pkg("Provider", name, packages+name+":"+ProviderVersion, map[string]any{
		"runtimeConfigRef": map[string]any{"name": runtimeName},
	})
}

func function() map[string]any {
	return pkg("Function", xr.FunctionName, packages+xr.FunctionName+":"+FunctionVersion, nil)
}

func pkg(kind, name, image string, spec map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1",
		"kind":       kind,
		"metadata":   map[string]any{"name": name},
		"spec":       with(spec, "package", image),
	}
}

// runtimeConfig gives all providers one service account, so that one IAM role
// of the management cluster is theirs.
func runtimeConfig() map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1beta1",
		"kind":       "DeploymentRuntimeConfig",
		"metadata":   map[string]any{"name": runtimeName},
		"spec": map[string]any{"serviceAccountTemplate": map[string]any{
			"metadata": map[string]any{"name": runtimeName},
		}},
	}
}

func activationPolicy(kinds []string) map[string]any {
	activate := make([]any, len(kinds))
	for i, kind := range kinds {
		activate[i] = kind
	}
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1alpha1",
		"kind":       "ManagedResourceActivationPolicy",
		"metadata":   map[string]any{"name": "dominoc"},
		"spec":       map[string]any{"activate": activate},
	}
}

// activated are the managed kinds among resources, as plural.group.
func activated(resources []resource.Resource) []string {
	var out []string
	for _, r := range resources {
		kind := r.Object.GetObjectKind().GroupVersionKind()
		if !strings.HasSuffix(kind.Group, awsGroup) {
			continue
		}
		out = append(out, plural(kind.Kind)+"."+kind.Group)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
