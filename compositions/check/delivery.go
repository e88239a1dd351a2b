package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// DeliveryRule holds what the user says of the management cluster against the
// fleet and against this compiler. Its findings stand in environments/gitops, by
// whose locator they are found. partial says that environments of the fleet could
// not be read.
func DeliveryRule(options v1alpha1.GitOps, at diag.Locator, partial bool) Rule {
	return func(members []Member) []Finding {
		found := append(release(options.Packages), unknownDigests(options.Packages)...)
		if !partial {
			found = append(found, account(options.Provider, members)...)
			found = append(found, partitions(options.Provider, members)...)
		}
		findings := make([]Finding, len(found))
		for i, d := range found {
			path := d.path
			findings[i].Diagnostic = diag.Diagnostic{
				Severity: diag.Error, Code: d.code, Pos: at(path), Path: "gitops." + path.String(), Message: d.message, Hint: d.hint,
			}
		}
		return findings
	}
}

type deliveryMistake struct {
	code    string
	path    diag.Path
	message string
	hint    string
}

var providerRole = diag.Path{"provider", "roleARN"}

// account compares the role of the providers' pods with the environments that
// need one. All pods have one account; a token of it comes before what Pod
// Identity gives.
func account(provider v1alpha1.ProviderAccount, members []Member) []deliveryMistake {
	byToken, byIdentity := from(members, "IRSA", "WebIdentity"), from(members, "PodIdentity")
	mistake := func(message, hint string) []deliveryMistake {
		return []deliveryMistake{{"gitops-provider", providerRole, message, hint}}
	}
	switch {
	case provider.RoleARN == "" && len(byToken) > 0:
		return mistake(
			"missing; "+strings.Join(byToken, ", ")+" get credentials by a token, which EKS gives to the pods of a service account that names a role",
			"state the role's ARN, or set provider.source of the environment to \"PodIdentity\"")
	case provider.RoleARN != "" && len(byToken) == 0 && len(members) > 0:
		return mistake(
			fmt.Sprintf("%q has no effect: no environment gets its credentials by a token", provider.RoleARN),
			"remove it, or set provider.source of an environment to \"IRSA\"")
	case provider.RoleARN != "" && len(byIdentity) > 0:
		return mistake(
			fmt.Sprintf("%q takes precedence over Pod Identity for the same pods, so provider.source of %s has no effect", provider.RoleARN, strings.Join(byIdentity, ", ")),
			"set it to \"IRSA\" there, or remove this and use Pod Identity for all environments")
	}
	return nil
}

// partitions finds environments that the providers of the management cluster do
// not reach, whatever the source of their credentials: IAM's kinds name no region, so
// for them the providers ask the STS of their own partition, which gives no role of
// another (provider-upjet-aws issue 757).
func partitions(provider v1alpha1.ProviderAccount, members []Member) []deliveryMistake {
	const hint = "use one management cluster and one repository for each partition"
	in := map[string][]string{}
	for _, m := range members {
		partition := catalog.RegionNamed(m.Environment.Region).Partition
		in[partition] = append(in[partition], m.Environment.Name)
	}
	if provider.RoleARN != "" {
		home := strings.Split(provider.RoleARN, ":")[1]
		delete(in, home)
		if len(in) == 0 {
			return nil
		}
		return []deliveryMistake{{
			"gitops-partition", providerRole,
			fmt.Sprintf("%q is of partition %q, so the providers get no role of %s", provider.RoleARN, home, listed(in)), hint,
		}}
	}
	if len(in) < 2 {
		return nil
	}
	return []deliveryMistake{{
		"gitops-partition", diag.Path{"tool"},
		"syncs " + listed(in) + " into one management cluster, which can assume roles of one partition only", hint,
	}}
}

// listed are partitions with their environments: aws (dev, prod-us) and aws-cn (cn).
func listed(in map[string][]string) string {
	var all []string
	for _, partition := range slices.Sorted(maps.Keys(in)) {
		all = append(all, fmt.Sprintf("%s (%s)", partition, strings.Join(slices.Sorted(slices.Values(in[partition])), ", ")))
	}
	return strings.Join(all, " and ")
}

// from are the environments that take their credentials from one of the sources.
func from(members []Member, sources ...v1alpha1.CredentialsSource) []string {
	var names []string
	for _, m := range members {
		if slices.Contains(sources, m.Environment.Provider.Source) {
			names = append(names, m.Environment.Name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

// release refuses a release of provider-aws with which no fleet works, and a statement
// about sizes that contradicts what dominoc knows of the release.
func release(packages v1alpha1.Packages) []deliveryMistake {
	all := catalog.ProviderAWSReleases()
	stated := cmp.Or(packages.ProviderAWS, bootstrap.ProviderVersion)
	known, ok := catalog.FindProviderAWS(stated)
	version, sizes := diag.Path{"packages", "providerAWS"}, diag.Path{"packages", "sizesInPlace"}
	const omit = "omit it for " + bootstrap.ProviderVersion
	switch {
	case !ok && semver.Compare(stated, all[0].Release) < 0:
		return []deliveryMistake{{"gitops-provider-release", version, fmt.Sprintf("%q is older than %s, the oldest release that dominoc knows", stated, all[0].Release), omit}}
	case known.Refused != "":
		return []deliveryMistake{{"gitops-provider-release", version, fmt.Sprintf("%q %s", stated, known.Refused), omit}}
	case ok && !known.SizesInPlace && packages.SizesInPlace != nil && *packages.SizesInPlace:
		return []deliveryMistake{{
			"gitops-sizes", sizes,
			fmt.Sprintf("provider-aws %s resets the desired size of every node group at each poll when Git states the other sizes in place (provider-upjet-aws issue 1907)", stated),
			"omit it, and change sizes by dominoc sizes; or state a later release in packages.providerAWS",
		}}
	}
	return nil
}

// unknownDigests are digests of packages that this compiler does not emit: of
// another version they would hold back what the manifests are written for.
func unknownDigests(packages v1alpha1.Packages) []deliveryMistake {
	known := bootstrap.Pinnable(packages)
	var found []deliveryMistake
	for _, name := range slices.Sorted(maps.Keys(packages.Digests)) {
		if slices.Contains(known, name) {
			continue
		}
		hint := "packages are " + strings.Join(known, ", ")
		if near := diag.Nearest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		found = append(found, deliveryMistake{
			"gitops-digest", diag.Path{"packages", "digests", name},
			fmt.Sprintf("%q is not a package whose digest can be pinned", name), hint,
		})
	}
	return found
}
