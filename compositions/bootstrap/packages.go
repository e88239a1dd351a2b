package bootstrap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The versions that the management cluster runs; tests validate the emitted objects
// against their CRDs. provider-kubernetes stays at the last version that Go 1.26
// can load: from v1.4.0 on its module requires Go 1.27. provider-helm has
// takeOwnership, which Calico's definitions need, from v1.3.0 on.
//
// The lowering uses the types of provider-aws v2.5.0, the last version that is served
// as a complete Go module. dominoc installs v2.6.0: v2.5.0 never creates a security
// group rule or the lifecycle of a bucket (provider-upjet-aws issues 2003, 2054 and
// 2085; fixed by 2040), and the CRDs of the emitted kinds are the same in both, spec
// and status.
const (
	CrossplaneVersion         = "2.4.0"
	ProviderVersion           = "v2.6.0"
	HelmProviderVersion       = "v1.3.0"
	KubernetesProviderVersion = "v1.3.1"
	FunctionVersion           = "v0.10.7"
)

// The registry of Crossplane's packages and images, and the packages' organization.
const (
	registry     = "xpkg.crossplane.io"
	organization = "crossplane-contrib"
)

// The packages that are not named after an AWS service.
const (
	familyName             = "provider-family-aws"
	helmProviderName       = "provider-helm"
	kubernetesProviderName = "provider-kubernetes"
	servicePrefix          = "provider-aws-"
)

// services are the AWS services whose provider a fleet may need.
var services = []string{
	"acm", "autoscaling", "backup", "cloudwatchlogs", "ec2", "ecr", "efs", "eks", "iam", "kms", "route53", "s3",
}

// ProviderAWS returns the release of provider-aws that the management cluster runs: the
// user's, or the one that dominoc is tested with. The user's statement about sizes takes precedence.
func ProviderAWS(options v1alpha1.Packages) catalog.ProviderAWS {
	release, _ := catalog.FindProviderAWS(providerVersion(options))
	if options.SizesInPlace != nil {
		release.SizesInPlace = *options.SizesInPlace
	}
	return release
}

func providerVersion(options v1alpha1.Packages) string {
	return cmp.Or(options.ProviderAWS, ProviderVersion)
}

// Packages returns all packages that the fleet needs for its composed kinds, such as
// vpcs.ec2.aws.m.upbound.io: a provider for each AWS service with the family's that they
// share, those that reach into a new cluster, and the function.
//
// Crossplane would install the family's provider unasked, in the newest version that its
// siblings permit. Because it is named, dominoc decides its version. It has the name
// that Crossplane gives a dependency, so that the order of installation does not lead to
// a second one.
func Packages(kinds []string, options v1alpha1.Packages) []Object {
	family := provider(familyName, options)
	family["metadata"].(Object)["name"] = organization + "-" + familyName
	out := append([]Object{family}, Providers(kinds, options)...)
	return append(out, pack("Function", xr.FunctionName, FunctionVersion, options, Object{}))
}

// Providers are those of the kinds alone.
func Providers(kinds []string, options v1alpha1.Packages) []Object {
	var groups []string
	for _, kind := range kinds {
		_, group, _ := strings.Cut(kind, ".")
		groups = append(groups, group)
	}
	slices.Sort(groups)
	var out []Object
	for _, group := range slices.Compact(groups) {
		out = append(out, providerOf(group, options))
	}
	return out
}

func providerOf(group string, options v1alpha1.Packages) Object {
	switch group {
	case helmGroup:
		return pack("Provider", helmProviderName, HelmProviderVersion, options, Object{})
	case kubernetesGroup:
		return pack("Provider", kubernetesProviderName, KubernetesProviderVersion, options, Object{})
	}
	return provider(servicePrefix+strings.TrimSuffix(group, AWSGroup), options)
}

// provider is one of AWS: its pods have the account by which they get credentials.
func provider(name string, options v1alpha1.Packages) Object {
	return pack("Provider", name, providerVersion(options), options, Object{"runtimeConfigRef": Object{"name": RuntimeName}})
}

// pack is a package, called as its image is.
func pack(kind, name, version string, options v1alpha1.Packages, spec Object) Object {
	image := registry + "/" + organization + "/" + name + ":" + version
	if digest, ok := options.Digests[name+":"+version]; ok {
		image += "@" + digest
	}
	spec["package"] = image
	return object("pkg.crossplane.io/v1", kind, name, spec)
}

// Pinnable are the packages that a digest may be stated for, with the version
// that is emitted, sorted. Not the family's: Crossplane holds the
// version of a dependency against a range, and a digest is in none.
func Pinnable(options v1alpha1.Packages) []string {
	all := []string{
		helmProviderName + ":" + HelmProviderVersion,
		kubernetesProviderName + ":" + KubernetesProviderVersion,
		xr.FunctionName + ":" + FunctionVersion,
	}
	for _, service := range services {
		all = append(all, servicePrefix+service+":"+providerVersion(options))
	}
	slices.Sort(all)
	return all
}
