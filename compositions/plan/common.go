package plan

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// TagEnvironment is the key of the tag that every AWS resource carries; its
// value is the environment's name.
const TagEnvironment = "dominoc.dev/environment"

func (r *resolver) findRegion() catalog.Region {
	if _, known := catalog.FindRegion(r.env.Region); !known {
		var names []string
		for _, region := range catalog.Regions() {
			names = append(names, region.Name)
		}
		r.refuseUnlessAccepted("region-unknown", diag.Path{"region"}, problem{
			message: fmt.Sprintf("%q is not among the regions of AWS by %s", r.env.Region, catalog.DateOf("regions.csv")),
			hint:    cmp.Or(didYouMean(r.env.Region, names), "see aws ec2 describe-regions --all-regions"),
		})
		if _, accepted := r.env.Accept["region-unknown"]; !accepted {
			return catalog.Region{}
		}
	}
	return catalog.RegionNamed(r.env.Region)
}

// didYouMean returns a hint with the nearest of the names, or none.
func didYouMean(name string, names []string) string {
	if near := diag.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

func (r *resolver) common() v1alpha1.Common {
	cluster := "kubernetes.io/cluster/" + r.env.Name
	return v1alpha1.Common{
		Name:          r.env.Name,
		Account:       r.env.Account,
		Region:        r.env.Region,
		Partition:     r.region.Partition,
		DNSSuffix:     r.region.DNSSuffix,
		Tags:          r.environmentTags(),
		ClusterShared: map[string]string{cluster: "shared"},
		ClusterOwned:  map[string]string{cluster: "owned"},
		Deletion:      r.env.Deletion,
		Hold:          r.env.Adopted != nil && r.env.Adopted.Hold,

		PermissionsBoundary: r.env.Provider.PermissionsBoundary,
	}
}

// environmentTags returns the user's tags and the environment's own, in a new map.
func (r *resolver) environmentTags() map[string]string {
	tags := map[string]string{TagEnvironment: r.env.Name}
	maps.Copy(tags, r.env.Tags)
	return tags
}

// checkFIPS warns of the parts that fips does not cover.
func (r *resolver) checkFIPS() {
	if !r.env.FIPS {
		return
	}
	r.warn("fips-nodes", diag.Path{"fips"}, problem{
		message: "the nodes are not in FIPS mode, because EKS's Amazon Linux 2023 images start without it; Crossplane's own calls do not use FIPS endpoints either",
		hint:    "accept this if your own process covers both; OPERATING.md lists what fips changes",
	})
}

// fqdn returns the host name, and checks its length; the schema checks its labels.
func (r *resolver) fqdn() string {
	fqdn, longest := r.env.Domain.FQDN, 253-len("*.")
	if len(fqdn) > longest {
		r.refuse("fqdn-length", diag.Path{"domain", "fqdn"}, problem{
			message: fmt.Sprintf("the name has %d characters, at most %d are allowed so that its wildcard is also a DNS name (R19)", len(fqdn), longest),
		})
	}
	return fqdn
}
