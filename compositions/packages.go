package compositions

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/xr"
)

// The versions of what the management cluster runs. The lowering is written
// against the types of this provider version, and the tests hold what we make
// for the other two against the CRDs of theirs. provider-kubernetes stays at the
// last version that Go 1.26 can load: from v1.4.0 on its module wants Go 1.27.
const (
	ProviderVersion           = "v2.5.0"
	HelmProviderVersion       = "v1.2.0"
	KubernetesProviderVersion = "v1.3.1"
	FunctionVersion           = "v0.10.7"

	packages = "xpkg.crossplane.io/crossplane-contrib/"

	// runtimeName is the DeploymentRuntimeConfig and service account of the
	// providers of AWS, by which they get their own credentials.
	runtimeName = "provider-aws"
)

// The API groups of managed resources: of provider-aws, the end of each.
const (
	awsGroup        = ".aws.m.upbound.io"
	helmGroup       = "helm.m.crossplane.io"
	kubernetesGroup = "kubernetes.m.crossplane.io"
)

// managed tells a managed resource, which a policy must activate, from what a
// Composition makes besides.
func managed(kind schema.GroupVersionKind) bool {
	known := strings.HasSuffix(kind.Group, awsGroup) || kind.Group == helmGroup || kind.Group == kubernetesGroup
	return known && kind.Kind != "ProviderConfig"
}

// providers are the packages that have kinds, such as vpcs.ec2.aws.m.upbound.io:
// one for each service of AWS, and those that reach into a new cluster.
func providers(kinds []string) []map[string]any {
	var groups []string
	for _, kind := range kinds {
		_, group, _ := strings.Cut(kind, ".")
		groups = append(groups, group)
	}
	slices.Sort(groups)
	var out []map[string]any
	for _, group := range slices.Compact(groups) {
		out = append(out, provider(group))
	}
	return out
}

func provider(group string) map[string]any {
	switch group {
	case helmGroup:
		return pkg("Provider", "provider-helm", HelmProviderVersion, nil)
	case kubernetesGroup:
		return pkg("Provider", "provider-kubernetes", KubernetesProviderVersion, nil)
	}
	return pkg("Provider", "provider-aws-"+strings.TrimSuffix(group, awsGroup), ProviderVersion, map[string]any{
		"runtimeConfigRef": map[string]any{"name": runtimeName},
	})
}

func function() map[string]any {
	return pkg("Function", xr.FunctionName, FunctionVersion, nil)
}

// pkg is a package, called as its image is.
func pkg(kind, name, version string, spec map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1",
		"kind":       kind,
		"metadata":   map[string]any{"name": name},
		"spec":       with(spec, "package", packages+name+":"+version),
	}
}
