package security

import (
	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
)

// nodeRule lets nodes be reached by a peer, or, outbound, reach it. Its name is
// its key.
type nodeRule struct {
	name        string
	peer        string // key of the peer's group
	protocol    string
	from, to    int64
	description string
}

// inbound are the rules by which the control plane and nodes reach nodes. Their texts are
// word by word those of Domino's Terraform modules, so that an environment takes the rules
// over as they are.
//
// The control plane calls webhooks and aggregated APIs on the ports on which
// their pods listen, not on those of their services. Domino's own among them
// stand here one by one, because the control plane needs no other.
func inbound() []nodeRule {
	return []nodeRule{
		{"istio", "cluster", "tcp", 15017, 15017, "Cluster API to node groups 15017, istio"},
		{"metrics-server", "cluster", "tcp", 4443, 4443, "Cluster API to metrics-server APIService"},
		{"calico", "cluster", "tcp", 5443, 5443, "Cluster API to calico APIService"},
		{"prometheus-adapter", "cluster", "tcp", 6443, 6443, "Cluster API to prometheus-adapter APIService"},
		{"hephaestus", "cluster", "tcp", 9443, 9443, "Cluster API to Hephaestus webhook"},
		{"vault-agent", "cluster", "tcp", 8080, 8080, "Cluster API to Vault Agent webhook"},
		{"newrelic", "cluster", "tcp", 8443, 8443, "Cluster API to NewRelic webhook"},
		{"https-from-cluster", "cluster", "tcp", 443, 443, "Cluster API to node groups 443"},
		{"kubelet", "cluster", "tcp", 10250, 10250, "Cluster API to node kubelets"},
		{"dns-tcp-from-cluster", "cluster", "tcp", 53, 53, "Cluster to node CoreDNS TCP"},
		{"dns-udp-from-cluster", "cluster", "udp", 53, 53, "Cluster to node CoreDNS UDP"},
		{"dns-tcp", "nodes", "tcp", 53, 53, "Node to node CoreDNS"},
		{"dns-udp", "nodes", "udp", 53, 53, "Node to node CoreDNS"},
		{"vcluster-dns-tcp", "nodes", "tcp", 1053, 1053, "Node to node vcluster CoreDNS"},
		{"vcluster-dns-udp", "nodes", "udp", 1053, 1053, "Node to node vcluster CoreDNS"},
		{"http", "nodes", "tcp", 80, 80, "Node to node http traffic"},
		{"https", "nodes", "tcp", 443, 443, "Node to node https traffic"},
		{"pods-in", "nodes", "tcp", 1024, 65535, "Node to node pod/svc trafic in"},
	}
}

// nodeRules are the twenty rules of the nodes' group.
func (s security) nodeRules() []resource.Resource {
	// pods-out stays when an installation narrows what nodes reach everywhere.
	list := []resource.Resource{
		s.everywhere(),
		s.out(nodeRule{"pods-out", "nodes", "tcp", 1024, 65535, "Node to node pod/svc trafic out"}),
	}
	for _, rule := range inbound() {
		list = append(list, s.in(rule))
	}
	return list
}

// everywhere lets nodes out. The provider removes the rule that AWS gives a new
// group, so that none stays unsaid.
func (s security) everywhere() resource.Resource {
	return s.egress("all-out", ec2.SecurityGroupEgressRuleParameters{
		Description:        new("Allow all"),
		SecurityGroupIDRef: s.Ref("nodes"),
		CidrIPv4:           new("0.0.0.0/0"),
		IPProtocol:         new("-1"),
	})
}

func (s security) in(rule nodeRule) resource.Resource {
	return s.ingress(rule.name, ec2.SecurityGroupIngressRuleParameters{
		Description:                  &rule.description,
		SecurityGroupIDRef:           s.Ref("nodes"),
		ReferencedSecurityGroupIDRef: s.Ref(rule.peer),
		IPProtocol:                   &rule.protocol,
		FromPort:                     resource.Number(rule.from),
		ToPort:                       resource.Number(rule.to),
	})
}

func (s security) out(rule nodeRule) resource.Resource {
	return s.egress(rule.name, ec2.SecurityGroupEgressRuleParameters{
		Description:                  &rule.description,
		SecurityGroupIDRef:           s.Ref("nodes"),
		ReferencedSecurityGroupIDRef: s.Ref(rule.peer),
		IPProtocol:                   &rule.protocol,
		FromPort:                     resource.Number(rule.from),
		ToPort:                       resource.Number(rule.to),
	})
}
