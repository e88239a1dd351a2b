package installation

import (
	"slices"
	"strings"
	"sync"
)

// network removes what is not wanted of the network.
func (i *Installation) network(s settings) {
	if s.noEndpoints {
		i.removeKinds("aws_vpc_endpoint", "aws_security_group ecr_endpoint", "aws_security_group s3_endpoint", "aws_security_group_rule ecr_endpoint", "aws_security_group_rule s3_endpoint", "data aws_prefix_list")
		i.outputs("infra", func(infra object) {
			network := infra["network"].(object)
			network["ecr_endpoint"], network["s3_endpoint"] = nil, nil
		})
	}
	if s.noPodRange {
		gone := map[string]bool{}
		i.remove(func(in instance) bool {
			pod := in.name == "pod_cidr" || in.name == "pod" && (in.kind == "aws_subnet" || in.kind == "aws_route_table" || in.kind == "aws_route_table_association")
			if pod {
				forget(gone, in)
			}
			return pod
		})
		i.prune(gone)
	}
	i.podNetworking(s)
}

// zones removes the zones that are too many.
func (i *Installation) zones(s settings) {
	gone := map[string]bool{}
	for _, zone := range []struct{ letter, id string }{{"c", "az3"}, {"b", "az1"}}[:3-s.zones] {
		gone[s.region+zone.letter] = true
		gone[short(s.region)+"-"+zone.id] = true
	}
	if len(gone) > 0 {
		i.prune(gone)
		i.podNetworking(s)
	}
}

// prune removes what is in zones, subnets and tables that are gone, then what needs it, and
// takes all of it out of lists and out of maps by name.
func (i *Installation) prune(gone map[string]bool) {
	for before := -1; before != len(gone); {
		before = len(gone)
		i.remove(func(in instance) bool {
			if !needs(in, gone) {
				return false
			}
			forget(gone, in)
			return true
		})
	}
	i.walk(func(fields object) {
		for name, value := range fields {
			if gone[name] {
				delete(fields, name)
				continue
			}
			if elements, ok := value.([]any); ok {
				fields[name] = slices.DeleteFunc(elements, func(element any) bool { return named(element, gone) })
			}
		}
	})
}

// needs reports whether an instance cannot be without what is gone.
func needs(in instance, gone map[string]bool) bool {
	if gone[in.key()] {
		return true
	}
	for _, attribute := range []string{"subnet_id", "route_table_id", "availability_zone", "availability_zone_name", "zone_id", "autoscaling_group_name"} {
		if gone[in.text(attribute)] {
			return true
		}
	}
	if in.kind != "aws_eks_node_group" {
		return false
	}
	subnets := in.attributes()["subnet_ids"].([]any)
	return !slices.ContainsFunc(subnets, func(id any) bool { return !gone[id.(string)] })
}

// forget adds what an instance is known by.
func forget(gone map[string]bool, in instance) {
	known := []string{in.text("id"), in.key(), in.text("public_ip"), in.text("node_group_name")}
	if in.kind == "aws_subnet" {
		known = append(known, in.text("cidr_block"))
	}
	if in.kind == "aws_eks_node_group" {
		group, _ := first(in.attributes(), "resources", "autoscaling_groups")["name"].(string)
		known = append(known, group)
	}
	for _, name := range known {
		if name != "" {
			gone[name] = true
		}
	}
}

// named reports whether an element of a list is something that is gone.
func named(element any, gone map[string]bool) bool {
	switch element := element.(type) {
	case string:
		return gone[element]
	case object:
		for _, value := range element {
			if text, ok := value.(string); ok && gone[text] {
				return true
			}
		}
	}
	return false
}

// found returns the text of a real run in another VPC: that of the run b-existing, whose
// ids and names take the place of those of the run's own VPC.
func found(text string) string { return foundNames().Replace(text) }

var foundNames = sync.OnceValue(func() *strings.Replacer {
	own, other := networkOf("a-base"), networkOf("b-existing")
	pairs := []string{own["vpc_id"].(string), other["vpc_id"].(string)}
	for _, kind := range []string{"private", "public", "pod"} {
		for _, a := range list(own["subnets"].(object)[kind]) {
			for _, b := range list(other["subnets"].(object)[kind]) {
				if a["az"] == b["az"] {
					name, better := a["name"].(string), b["name"].(string)
					pairs = append(pairs, a["subnet_id"].(string), b["subnet_id"].(string), `"`+name, `"`+better, "-"+name, "-tfthree-"+better)
				}
			}
		}
	}
	return strings.NewReplacer(pairs...)
})

func networkOf(set string) object {
	return decoded(read(set, "infra")).output("infra")["network"].(object)
}

// existing replaces the network that Terraform made by one that it only reads.
func (i *Installation) existing(s settings, replace *strings.Replacer) {
	const network = "module.infra.module.network"
	other := decoded(replace.Replace(read("b-existing", "infra")))
	resources := slices.DeleteFunc(i.roots["infra"]["resources"].([]any), func(r any) bool { return r.(object)["module"] == network })
	for _, r := range other.resources() {
		if r["module"] == network {
			resources = append(resources, r)
		}
	}
	i.roots["infra"]["resources"] = resources
	i.removeKinds("aws_security_group_rule ecr_endpoint", "aws_security_group_rule s3_endpoint")
	i.outputs("infra", func(infra object) { infra["network"] = copied(other.output("infra")["network"].(object)) })
}
