package takeover

import (
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/proof"
)

// groupNames are the names of the modules' groups, by the keys of an environment.
func groupNames() map[string]string {
	return map[string]string{"cluster": "eks_cluster", "nodes": "eks_nodes", "efs": "efs"}
}

// ruleNames are the names of the modules' rules, by the keys of an environment: that of the
// resource, and its index.
func ruleNames() map[string][2]string {
	node := func(index string) [2]string { return [2]string{"node", index} }
	return map[string][2]string{
		"cluster-from-nodes":   {"eks_cluster", "ingress_nodes_443"},
		"efs-from-nodes":       {"efs", "0"},
		"all-out":              node("egress_all"),
		"istio":                node("ingress_cluster_15017"),
		"metrics-server":       node("ingress_cluster_4443"),
		"calico":               node("ingress_cluster_5443"),
		"prometheus-adapter":   node("ingress_cluster_6443"),
		"hephaestus":           node("ingress_cluster_9443"),
		"vault-agent":          node("ingress_cluster_8080"),
		"newrelic":             node("ingress_cluster_8443"),
		"https-from-cluster":   node("ingress_cluster_443"),
		"kubelet":              node("ingress_cluster_kubelet"),
		"dns-tcp-from-cluster": node("ingress_cluster_coredns_tcp"),
		"dns-udp-from-cluster": node("ingress_cluster_coredns_udp"),
		"dns-tcp":              node("ingress_self_coredns_tcp"),
		"dns-udp":              node("ingress_self_coredns_udp"),
		"vcluster-dns-tcp":     node("ingress_self_vcluster_coredns_tcp"),
		"vcluster-dns-udp":     node("ingress_self_vcluster_coredns_udp"),
		"http":                 node("inter_node_traffic_in_80"),
		"https":                node("inter_node_traffic_in_443"),
		"pods-in":              node("inter_node_traffic_in"),
		"pods-out":             node("inter_node_traffic_out"),
	}
}

// claimSecurity reads the groups and their rules. Further rules, such as that of a bastion,
// stay with their owner.
func (f *facts) claimSecurity(c *claim) {
	const first = "apply the modules in version 3.49.0, which have it, or leave security out of --take"
	for key, name := range ordered.All(groupNames()) {
		if group := f.first("aws_security_group", name); group.Address != "" {
			c.ids[key] = group.Text("id")
		} else {
			c.refuse("", first, "there is no security group aws_security_group.%s", name)
		}
	}
	for key, name := range ordered.All(ruleNames()) {
		switch rule := f.rule(name[0], name[1]); {
		case rule.Address == "":
			c.refuse("", first, "there is no rule aws_security_group_rule.%s[%q]", name[0], name[1])
		case rule.Text("security_group_rule_id") == "":
			c.refuse(rule.Address, "make one rule of each range", "it is several rules in AWS; an environment has one")
		default:
			c.ids[key] = rule.Text("security_group_rule_id")
		}
	}
}

// rule returns a rule of the modules; none if there is none.
func (f *facts) rule(name, index string) terraform.Resource {
	for _, r := range f.state.Of(true, "aws_security_group_rule", name) {
		if r.Index == index {
			return r
		}
	}
	return terraform.Resource{}
}

// ruleOf returns a rule of Terraform's older type as the type that Crossplane manages; false
// for another type, and for what is several rules in AWS.
func ruleOf(r terraform.Resource) (proof.Held, bool) {
	id := r.Text("security_group_rule_id")
	if r.Type != "aws_security_group_rule" || id == "" || len(r.Withheld) > 0 {
		return proof.Held{}, false
	}
	rule := map[string]any{
		"id": id, "description": r.Text("description"), "ip_protocol": r.Text("protocol"), "security_group_id": r.Text("security_group_id"),
		"cidr_ipv4": strings.Join(r.Texts("cidr_blocks"), " "), "cidr_ipv6": strings.Join(r.Texts("ipv6_cidr_blocks"), " "),
		"prefix_list_id": strings.Join(r.Texts("prefix_list_ids"), " "), "referenced_security_group_id": r.Text("source_security_group_id"),
	}
	if truth(r, "self") {
		rule["referenced_security_group_id"] = rule["security_group_id"]
	}
	if rule["ip_protocol"] != "-1" { // which has no ports
		rule["from_port"], rule["to_port"] = r.At("from_port"), r.At("to_port")
	}
	return proof.Held{Address: r.Address, Type: "aws_vpc_security_group_" + r.Text("type") + "_rule", Attributes: rule}, true
}
