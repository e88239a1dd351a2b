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

// inbound are the rules by which the control plane and nodes reach nodes.
//
// The control plane calls webhooks and aggregated APIs on the ports on which
// their pods listen, not on those of their services. Domino's own among them
// stand here one by one, because the control plane needs no other.
func inbound() []nodeRule {
	return []nodeRule{
		{"istio", "cluster", "tcp", 15017, 15017, "Istio webhooks from the control plane"},
		{"metrics-server", "cluster", "tcp", 4443, 4443, "metrics-server API from the control plane"},
		{"calico", "cluster", "tcp", 5443, 5443, "Calico API from the control plane"},
		{"prometheus-adapter", "cluster", "tcp", 6443, 6443, "prometheus-adapter API from the control plane"},
		{"hephaestus", "cluster", "tcp", 9443, 9443, "Hephaestus webhook from the control plane"},
		{"vault-agent", "cluster", "tcp", 8080, 8080, "Vault Agent webhook from the control plane"},
		{"newrelic", "cluster", "tcp", 8443, 8443, "New Relic webhook from the control plane"},
		{"https-from-cluster", "cluster", "tcp", 443, 443, "Webhooks on 443 from the control plane"},
		{"kubelet", "cluster", "tcp", 10250, 10250, "Kubelets from the control plane"},
		{"dns-tcp-from-cluster", "cluster", "tcp", 53, 53, "CoreDNS over TCP from the control plane"},
		{"dns-udp-from-cluster", "cluster", "udp", 53, 53, "CoreDNS over UDP from the control plane"},
		{"dns-tcp", "nodes", "tcp", 53, 53, "CoreDNS over TCP between nodes"},
		{"dns-udp", "nodes", "udp", 53, 53, "CoreDNS over UDP between nodes"},
		{"vcluster-dns-tcp", "nodes", "tcp", 1053, 1053, "CoreDNS of virtual clusters over TCP between nodes"},
		{"vcluster-dns-udp", "nodes", "udp", 1053, 1053, "CoreDNS of virtual clusters over UDP between nodes"},
		{"http", "nodes", "tcp", 80, 80, "HTTP between nodes"},
		{"https", "nodes", "tcp", 443, 443, "HTTPS between nodes"},
		{"pods-in", "nodes", "tcp", 1024, 65535, "Pods and services between nodes"},
	}
}

// nodeRules are the twenty rules of the nodes' group.
func (s security) nodeRules() []resource.Resource {
	// pods-out stays when an installation narrows what nodes reach everywhere.
	list := []resource.Resource{
		s.everywhere(),
		s.out(nodeRule{"pods-out", "nodes", "tcp", 1024, 65535, "Pods and services between nodes"}),
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
		Description:        new("Everything out"),
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
