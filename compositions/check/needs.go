package check

import (
	"slices"
	"strconv"

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
	Path   diag.Path // the field that it comes from: what is there once in each environment, from its region or account
}

// Needs are what a plan asks of AWS with every pool at its maximum, by quota.
func Needs(p *plan.Plan) []Need {
	n := &needs{spec: &p.Spec}
	n.pools()
	n.network()
	n.endpoints()
	n.security()
	n.add(quotaClusters, "", 1, "region")
	n.add(quotaPublicCIDRs, p.Name, len(p.Spec.Cluster.PublicCIDRs), "cluster", "endpoint", "allowedCIDRs")
	n.storage()
	n.identity(p)
	return slices.DeleteFunc(n.all, func(need Need) bool { return need.Amount == 0 })
}

type needs struct {
	spec *v1alpha1.EnvironmentSpec
	all  []Need
}

func (n *needs) add(code, of string, amount int, path ...string) {
	n.all = append(n.all, Need{code, of, int64(amount), 0, path})
}

// addRolling is add for what grows while the nodes of a pool are replaced.
func (n *needs) addRolling(code, of string, amount, surge int, path ...string) {
	n.all = append(n.all, Need{code, of, int64(amount), int64(surge), path})
}

// pools are counted by their largest types: which of the listed ones a node is
// made of, AWS decides.
func (n *needs) pools() {
	groups := 0
	for name, pool := range inOrder(n.spec.Pools) {
		nodes, surge := 0, 0
		for _, zone := range inOrder(pool.Zones) {
			more := int(plan.Surge(pool.Update, zone.Max))
			nodes, surge = nodes+int(zone.Max), surge+more
			n.addRolling(quotaNodes, zone.NodeGroup, int(zone.Max), more, "pools", name, "size", "max")
		}
		groups += len(pool.Zones)
		for code, vcpus := range inOrder(vcpusOf(pool)) {
			n.addRolling(code, "", nodes*vcpus, surge*vcpus, "pools", name)
		}
	}
	n.add(quotaNodeGroups, n.spec.Common.Name, groups, "pools")
	n.add(quotaScalingGroups, "", groups, "pools")
}

// vcpusOf are the vCPUs of a pool's largest type by the quota that it counts
// against.
func vcpusOf(pool v1alpha1.NodePoolSpec) map[string]int {
	capacity := map[string]string{"ON_DEMAND": "onDemand", "SPOT": "spot"}[pool.CapacityType]
	all := map[string]int{}
	for _, name := range pool.InstanceTypes {
		t, known := catalog.FindInstance(name)
		quota, counted := catalog.VCPUQuota(name, capacity)
		if known && counted {
			all[quota.Code] = max(all[quota.Code], t.VCPUs)
		}
	}
	return all
}

func (n *needs) network() {
	network := n.spec.Network
	if network == nil {
		return
	}
	if network.VPC != nil {
		n.add(quotaVPCs, "", 1, "region")
		n.add(quotaInternetGateways, "", 1, "region")
	}
	n.add(quotaAddresses, "", len(network.NATGateways), "region")
	for slot := range inOrder(network.NATGateways) {
		n.add(quotaNATGateways, n.zone(slot), 1, "region")
	}
	for key, table := range inOrder(network.RouteTables) {
		if table.ID == "" { // of an existing one we do not know the others
			n.add(quotaRoutes, n.spec.Common.Name+"/"+key, n.routes(table), "network", "peers")
		}
	}
}

// routes are those to the peers, the way out, and within the VPC and the pods'
// range, which AWS makes itself.
func (n *needs) routes(table v1alpha1.RouteTable) int {
	count := len(table.Peers) + 1
	if n.spec.Network.VPC.PodCIDR != "" {
		count++
	}
	if table.NATGateway != "" || table.Peers == nil {
		count++
	}
	return count
}

// zone is that of a slot, such as z0.
func (n *needs) zone(slot string) string {
	i, err := strconv.Atoi(slot[1:])
	if err != nil || i >= len(n.spec.Zones) {
		return slot
	}
	return n.spec.Zones[i]
}

func (n *needs) endpoints() {
	e := n.spec.Endpoints
	if e == nil {
		return
	}
	vpc := e.VPC.ID
	if vpc == "" {
		vpc = n.spec.Common.Name
	}
	n.add(quotaInterfaceEndpoints, vpc, len(e.Interfaces), "region")
	if e.S3Gateway != nil {
		n.add(quotaGatewayEndpoints, "", 1, "region")
	}
}

// The rules that let somebody into the groups of nodes and of the control plane,
// beside those of the private ranges.
const (
	rulesOfNodes        = 18
	rulesOfControlPlane = 1
)

func (n *needs) security() {
	groups := 3 // nodes, control plane, file system
	if n.spec.Endpoints != nil && len(n.spec.Endpoints.Interfaces) > 0 {
		groups++
	}
	name := n.spec.Common.Name
	n.add(quotaSecurityGroups, "", groups, "region")
	n.add(quotaSecurityRules, name+"-nodes", rulesOfNodes, "region")
	n.add(quotaSecurityRules, name+"-cluster", rulesOfControlPlane+len(n.spec.Security.PrivateCIDRs), "cluster", "endpoint", "privateCIDRs")
}

func (n *needs) storage() {
	if n.spec.Storage.Datasets.FileSystemID == "" {
		n.add(quotaFileSystems, "", 1, "region")
	}
	n.add(quotaBuckets, "", 5, "account")
	if n.spec.Registry != nil {
		n.add(quotaRepositories, "", len(n.spec.Registry.Repositories), "region")
	}
	if n.spec.Domain != nil {
		n.add(quotaCertificates, "", 1, "region")
	}
}

func (n *needs) identity(p *plan.Plan) {
	n.add(quotaRoles, "", len(roles(p)), "account")
	n.add(quotaPolicies, "", len(policies(p)), "account")
	n.add(quotaPoliciesOfRole, p.Name+"-platform", policiesOfPlatform(p), "account")
	n.add(quotaOIDCProviders, "", 1, "account")
	if p.Spec.Identity.CreateKey {
		n.add(quotaKeys, "", 1, "region")
	}
}

// policiesOfPlatform are those of the role that has the most: four of AWS's for
// nodes, then two of the autoscaler's, the buckets' and the key's, and those of the
// registry and of drivers without a role.
func policiesOfPlatform(p *plan.Plan) int {
	all := 8
	if p.Spec.Identity.Registry != nil {
		all++
	}
	if p.Spec.Identity.NodeDrivers != nil {
		all++
	}
	return all
}
