package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// cluster returns the control plane, and the objects that nodes need before they join.
func (r *resolver) cluster() v1alpha1.ClusterSpec {
	c := r.env.Cluster
	r.checkVersion()
	r.checkControlPlaneZones()
	r.checkAPIReachable()
	return v1alpha1.ClusterSpec{
		Version:           c.Version,
		Subnets:           r.vpc.controlPlane,
		ServiceCIDR:       masked(r.env.Network.ServiceCIDR),
		PublicCIDRs:       r.publicCIDRs(),
		LogTypes:          logTypes(c.Logs.Types),
		LogRetentionDays:  c.Logs.RetentionDays,
		SupportType:       string(c.SupportType),
		KeyARN:            r.keyARN,
		OurKey:            r.env.Encryption.KeyARN == "",
		Admins:            r.admins(),
		IdentityProviders: identityProviders(c.IdentityProviders),
		Addons:            r.addons(),
		OIDCKnown:         r.rolesByIRSA(),
		PodNetworking:     r.podNetworking(),
		Adopted:           r.adoptedCluster(),
	}
}

// checkVersion warns of a version that EKS did not have when this program was released.
// Whether support for a known version has ended depends on the date; see package check.
func (r *resolver) checkVersion() {
	if _, known := catalog.FindVersion(r.env.Cluster.Version); known {
		return
	}
	all := catalog.Versions()
	r.warn("kubernetes-version-unknown", diag.Path{"cluster", "version"}, problem{
		message: fmt.Sprintf("%q is not a version of EKS that this release of dominoc knows; it knows %s to %s, as of %s",
			r.env.Cluster.Version, all[0].Kubernetes, all[len(all)-1].Kubernetes, catalog.VersionsAsOf()),
		hint: "accept this when aws eks describe-cluster-versions lists the version; a newer dominoc may know it",
	})
}

// checkControlPlaneZones warns in a region that has a zone without EKS control planes,
// unless the cluster exists, which proves its zones.
func (r *resolver) checkControlPlaneZones() {
	id := r.region.WithoutControlPlane()
	if id == "" || len(r.env.IDs["cluster"]) > 0 {
		return
	}
	path := diag.Path{"controlPlaneZones"}
	if len(r.env.ControlPlaneZones) == 0 {
		path = diag.Path{"zones"}
	}
	r.warn("control-plane-zone-id", path, problem{
		message: fmt.Sprintf("EKS places no control plane in zone %s of %s, which may be one of %s: the letter of a zone differs between accounts",
			id, r.region.Name, strings.Join(r.controlPlaneZones, ", ")),
		hint: fmt.Sprintf("find its letter with the credentials of account %s: aws ec2 describe-availability-zones --region %s --filters Name=zone-id,Values=%s --query 'AvailabilityZones[].ZoneName' --output text; "+
			"if it is another zone, accept this until the ids of the cluster are committed", r.env.Account, r.region.Name, id),
	})
}

// publicCIDRs returns nothing if the public endpoint is off (R1).
func (r *resolver) publicCIDRs() []string {
	if !r.env.Cluster.Endpoint.Public {
		return nil
	}
	return r.env.Cluster.Endpoint.AllowedCIDRs
}

// masked returns a range written with its network address.
func masked(cidr string) string {
	p, ok := parse(cidr)
	if !ok {
		return cidr // reported with the other ranges
	}
	return p.String()
}

// logTypes sorts the types: for AWS they are a set.
func logTypes(types []v1alpha1.LogType) []string {
	var all []string
	for _, t := range types {
		all = append(all, string(t))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func identityProviders(all []v1alpha1.IdentityProvider) map[string]v1alpha1.IdentityProviderSpec {
	specs := map[string]v1alpha1.IdentityProviderSpec{}
	for _, p := range all {
		specs[p.Name] = v1alpha1.IdentityProviderSpec{
			IssuerURL: p.IssuerURL, ClientID: p.ClientID,
			UsernameClaim: p.UsernameClaim, UsernamePrefix: p.UsernamePrefix,
			GroupsClaim: p.GroupsClaim, GroupsPrefix: p.GroupsPrefix,
			RequiredClaims: p.RequiredClaims,
		}
	}
	return specs
}
