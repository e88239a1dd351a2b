package check

import (
	"cmp"
	"slices"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The quotas that are counted here, by the names that the catalogue has for
// them. Those of vCPUs are found by instance type.
const (
	quotaAddresses          = "L-0263D0A3"
	quotaVPCs               = "L-F678F1CE"
	quotaInternetGateways   = "L-A4707A72"
	quotaNATGateways        = "L-FE5A380F"
	quotaInterfaceEndpoints = "L-29B6F2EB"
	quotaGatewayEndpoints   = "L-1B52E74A"
	quotaSecurityGroups     = "L-E79EC296"
	quotaSecurityRules      = "L-0EA8095F"
	quotaRoutes             = "L-93826ACB"
	quotaClusters           = "L-1194D53C"
	quotaNodeGroups         = "L-6D54EA21"
	quotaNodes              = "L-BD136A63"
	quotaPublicCIDRs        = "L-93A74D60"
	quotaScalingGroups      = "L-CDE20ADC"
	quotaBuckets            = "L-DC2B2D3D"
	quotaFileSystems        = "L-848C634D"
	quotaRoles              = "L-FE177D64"
	quotaPoliciesOfRole     = "L-0DA4ABF3"
	quotaPolicies           = "L-E95E4862"
	quotaOIDCProviders      = "L-858F3967"
	quotaKeys               = "L-C2F1777E"
	quotaRepositories       = "L-CFEB8E8D"
	quotaCertificates       = "L-F141DD1D"
)

// Need is what one environment asks of a quota.
type Need struct {
	Code   string    // of the quota
	Of     string    // what the quota is counted for, such as a zone; empty for region and account
	Amount int64     // with every pool at its maximum
	Surge  int64     // on top while EKS replaces the nodes of the pool; 0 for what is no pool's
	Node   int64     // of the amount, what a node of the pool has; 0 for what is no pool's vCPUs
	Path   diag.Path // the field that it comes from: what is there once in each environment, from its region or account
}

// counted is how AWS counts a kind towards a quota.
type counted struct {
	code string
	path diag.Path             // the field that most objects of the kind follow from
	of   func(o object) string // what the quota is counted for; nil for region or account
}

var (
	perRegion  = diag.Path{"region"}
	perAccount = diag.Path{"account"}
)

// counts are the quotas that count objects one by one, by kind.
var counts = map[string][]counted{
	"VPC.ec2":                      {{quotaVPCs, perRegion, nil}},
	"InternetGateway.ec2":          {{quotaInternetGateways, perRegion, nil}},
	"EIP.ec2":                      {{quotaAddresses, perRegion, nil}},
	"NATGateway.ec2":               {{quotaNATGateways, perRegion, zoneOf}},
	"Route.ec2":                    {{quotaRoutes, diag.Path{"network", "peers"}, tableOf}},
	"SecurityGroup.ec2":            {{quotaSecurityGroups, perRegion, nil}},
	"SecurityGroupIngressRule.ec2": {{quotaSecurityRules, perRegion, groupOf}},
	"Cluster.eks":                  {{quotaClusters, perRegion, nil}},
	"NodeGroup.eks":                {{quotaNodeGroups, diag.Path{"pools"}, clusterOf}, {quotaScalingGroups, diag.Path{"pools"}, nil}},
	"FileSystem.efs":               {{quotaFileSystems, perRegion, nil}},
	"Bucket.s3":                    {{quotaBuckets, perAccount, nil}},
	"Repository.ecr":               {{quotaRepositories, perRegion, nil}},
	"Certificate.acm":              {{quotaCertificates, perRegion, nil}},
	"Role.iam":                     {{quotaRoles, perAccount, nil}},
	"Policy.iam":                   {{quotaPolicies, perAccount, nil}},
	"RolePolicyAttachment.iam":     {{quotaPoliciesOfRole, perAccount, roleOf}},
	"OpenIDConnectProvider.iam":    {{quotaOIDCProviders, perAccount, nil}},
	"Key.kms":                      {{quotaKeys, perRegion, nil}},
}

// takenUp are the kinds whose external name is the id of an existing resource.
var takenUp = map[string]bool{"FileSystem.efs": true}

// needsOf returns what a plan asks of AWS with every pool at its maximum, by quota. An
// environment that takes up an existing resource needs no room for it.
func needsOf(p *plan.Plan, objects []object) []Need {
	n := &needs{spec: &p.Spec}
	n.pools()
	n.kept(p.Kept)
	for _, o := range objects {
		n.count(o)
	}
	return slices.Clip(slices.DeleteFunc(n.all, func(need Need) bool { return need.Amount == 0 }))
}

type needs struct {
	spec *v1alpha1.EnvironmentSpec
	all  []Need
}

// add adds an amount, and what a pool adds to it while EKS replaces its nodes.
func (n *needs) add(code, of string, amount, surge int, path diag.Path) *Need {
	at := slices.IndexFunc(n.all, func(need Need) bool {
		return need.Code == code && need.Of == of && slices.Equal(need.Path, path)
	})
	if at < 0 {
		at = len(n.all)
		n.all = append(n.all, Need{Code: code, Of: of, Path: path})
	}
	need := &n.all[at]
	need.Amount, need.Surge = need.Amount+int64(amount), need.Surge+int64(surge)
	return need
}

// pools counts nodes, and their vCPUs by the largest type of each pool: which of the
// listed types a node has, AWS decides.
func (n *needs) pools() {
	for name, pool := range ordered.All(n.spec.Pools) {
		nodes, surge := 0, 0
		for _, zone := range ordered.All(pool.Zones) {
			more := int(plan.Surge(pool.Update, zone.Max))
			nodes, surge = nodes+int(zone.Max), surge+more
			n.add(quotaNodes, zone.NodeGroup, int(zone.Max), more, diag.Path{"pools", name, "size", "max"})
		}
		for code, vcpus := range ordered.All(vcpusOf(pool.Types(), pool.CapacityType == "SPOT")) {
			n.add(code, "", nodes*vcpus, surge*vcpus, diag.Path{"pools", name}).Node = int64(vcpus)
		}
	}
}

// kept counts the vCPUs of pools that stay with Terraform.
func (n *needs) kept(pools map[string]v1alpha1.KeptPool) {
	for name, pool := range ordered.All(pools) {
		nodes := 0
		for _, most := range pool.Max {
			nodes += int(most)
		}
		for code, vcpus := range ordered.All(vcpusOf(pool.InstanceTypes, pool.Spot)) {
			n.add(code, "", nodes*vcpus, 0, diag.Path{"adopted", "kept", name}).Node = int64(vcpus)
		}
	}
}

// vcpusOf are the vCPUs of the largest of some types by the quota that it counts against.
func vcpusOf(types []string, spot bool) map[string]int {
	capacity := "onDemand"
	if spot {
		capacity = "spot"
	}
	all := map[string]int{}
	for _, name := range types {
		t, known := catalog.FindInstance(name)
		quota, counted := catalog.VCPUQuota(name, capacity)
		if known && counted {
			all[quota.Code] = max(all[quota.Code], t.VCPUs)
		}
	}
	return all
}

// count counts one object.
func (n *needs) count(o object) {
	kind := o.Kind
	if takenUp[kind] && o.awsName() != "" {
		return
	}
	for _, c := range counts[kind] {
		of, path := "", c.path
		if c.of != nil {
			if of = c.of(o); of == "" {
				continue // it is added to something that exists, of which no more is known
			}
		}
		if kind == "SecurityGroupIngressRule.ec2" && of == n.spec.Common.Name+"-cluster" {
			path = diag.Path{"cluster", "endpoint", "privateCIDRs"}
		}
		n.add(c.code, of, 1, 0, path)
	}
	switch kind {
	case "VPCEndpoint.ec2":
		if o.parameter("vpcEndpointType") == "Gateway" {
			n.add(quotaGatewayEndpoints, "", 1, 0, perRegion)
		} else {
			n.add(quotaInterfaceEndpoints, cmp.Or(o.parameter("vpcId"), n.spec.Common.Name), 1, 0, perRegion)
		}
	case "RouteTable.ec2": // AWS makes the route within the VPC, and that within the pods' range
		n.add(quotaRoutes, tableName(o), 1+o.made("VPCIPv4CidrBlockAssociation.ec2"), 0, diag.Path{"network", "peers"})
	case "Cluster.eks":
		n.add(quotaPublicCIDRs, o.awsName(), len(n.spec.Cluster.PublicCIDRs), 0, diag.Path{"cluster", "endpoint", "allowedCIDRs"})
	}
}

// zoneOf returns the zone of a NAT gateway.
func zoneOf(o object) string {
	return o.referred("Subnet.ec2", "subnetIdRef").parameter("availabilityZone")
}

// tableOf returns the name of a route's table; "" for an existing table.
func tableOf(o object) string { return tableName(o.referred("RouteTable.ec2", "routeTableIdRef")) }

func tableName(o object) string { return o.parameter("tags.Name") }

// groupOf returns the name of a rule's security group.
func groupOf(o object) string {
	return o.referred("SecurityGroup.ec2", "securityGroupIdRef").parameter("name")
}

func clusterOf(o object) string { return o.referred("Cluster.eks", "clusterNameRef").awsName() }

func roleOf(o object) string { return o.referred("Role.iam", "roleRef").awsName() }
