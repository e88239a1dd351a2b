package cluster

import (
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// vpcCNI is the add-on that gives pods their addresses.
const vpcCNI = "vpc-cni"

// configuration is the plan's, but for the VPC CNI with custom networking, whose
// part only AWS knows.
func (c cluster) configuration(name string, spec v1alpha1.AddonSpec) string {
	if name != vpcCNI || c.pods == nil {
		return spec.Configuration
	}
	return `{"eniConfig":` + c.eniConfig() + "," + c.pods.Settings + "}"
}

// eniConfig has the add-on make an ENIConfig per zone, by whose name a node finds
// its own. It is written by hand, zone by zone in the order of slots: the names
// of zones and the ids are not known to both readings, and so cannot be sorted.
func (c cluster) eniConfig() string {
	var subnets []string
	for _, zone := range ordered.All(c.pods.Zones) {
		subnets = append(subnets, `"`+zone.Zone+`":{"id":"`+zone.SubnetID+`","securityGroups":["`+c.pods.SecurityGroupID+`"]}`)
	}
	return `{"create":true,"region":"` + c.Region + `","subnets":{` + strings.Join(subnets, ",") + "}}"
}
