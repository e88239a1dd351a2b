package takeover

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// adopted returns the content of adopted.cue: the facts that import alone writes.
func (f *facts) adopted(pools []Pool) block {
	var b block
	b.add("name", f.name)
	b.add("account", f.account)
	b.add("region", f.region)
	b.add("network", block{{key: "vpc", value: f.existingVPC()}})
	b.add("encryption", block{{key: "keyARN", value: f.key}})
	b.add("storage", block{
		{key: "datasets", value: block{{key: "existing", value: block{
			{key: "fileSystemID", value: f.fileSystem().Text("id")},
			{key: "accessPointID", value: f.accessPoint().Text("id")},
		}}}},
		{key: "buckets", value: f.buckets()},
	})
	var a block
	a = append(a, field{key: "hold", value: true, says: "Nothing is deleted in AWS, whatever the files say, until this is false."})
	a.add("roles", block{{key: "controlPlane", value: f.cluster.Text("role_arn")}, {key: "nodes", value: f.nodesRole}})
	a.add("securityGroups", block{{key: "controlPlane", value: strings.Join(f.cluster.Texts("vpc_config", "security_group_ids"), " ")}, {key: "nodes", value: f.nodesGroup}})
	a.unless(true, "oidcProvider", f.oidcProvider() != "")
	a.unless(true, "dataKey", f.dataKey())
	var mine, kept block
	for _, p := range pools {
		if p.Kept == "" {
			mine.add(p.Name, f.adoptedPool(p))
		} else if p.label() != "" && !p.unlisted {
			kept = append(kept, field{key: p.Name, value: p.keptPool(), says: p.Kept})
		}
	}
	a.unless(nil, "pools", mine)
	a.unless(nil, "kept", kept)
	a.unless(nil, "taken", taken(f.claims))
	b.add("adopted", a)
	return b
}

func (f *facts) existingVPC() block {
	b := block{{key: "id", value: f.vpc.Text("id")}, {key: "cidr", value: f.vpc.Text("cidr_block")}}
	var subnets block
	for _, role := range []string{"private", "public", "pod"} {
		var zones block
		for zone, subnet := range ordered.All(f.subnets[role]) {
			zones.add(zone, block{{key: "id", value: subnet.ID}, {key: "cidr", value: subnet.CIDR}})
		}
		subnets.unless(nil, role, zones)
	}
	b.add("subnets", subnets)
	return b
}

func (f *facts) buckets() block {
	var b block
	names := f.bucketNames()
	for _, role := range []string{"data", "registry", "logs", "backups", "monitoring"} {
		b.add(role, block{{key: "name", value: names[role]}})
	}
	return b
}

func (f *facts) adoptedPool(p Pool) block {
	var b, groups block
	b.add("launchTemplate", p.template.Text("name"))
	for zone, g := range ordered.All(p.groups) {
		groups.add(zone, g.Text("node_group_name"))
	}
	b.add("groups", groups)
	b.unless("", "keyPair", p.template.Text("key_name"))
	if data := p.template.UserData; data != nil {
		b.add("userData", userDataSettings(data))
	}
	b.unless(nil, "instanceTags", mapped(p.instanceTags()))
	b.unless(nil, "tags", mapped(f.ownTags(p)))
	b.unless(nil, "withoutLabels", p.without.labels)
	b.unless(nil, "withoutTaints", p.without.taints)
	return b
}

func (p Pool) keptPool() block {
	b := block{{key: "nodePool", value: p.label()}, {key: "instanceTypes", value: p.all[0].Texts("instance_types")}}
	most := map[string]int64{}
	for _, g := range p.all {
		most[p.zone(g)] += number(g, "scaling_config", "max_size")
	}
	var zones block
	for zone, n := range ordered.All(most) {
		zones.add(zone, n)
	}
	b.add("max", zones)
	b.unless(false, "spot", p.all[0].Text("capacity_type") == "SPOT")
	return b
}

// zone is a zone of a node group: the first, if it spans several.
func (p Pool) zone(g terraform.Resource) string {
	for zone, other := range ordered.All(p.groups) {
		if other.Address == g.Address {
			return zone
		}
	}
	return ""
}

// ids are the ids that AWS chose for what is taken over, as ids.cue has them.
func (f *facts) ids(pools []Pool) map[string]map[string]string {
	ids := map[string]map[string]string{}
	if arn := f.oidcProvider(); arn != "" {
		ids["cluster"] = map[string]string{"issuer": arn}
	}
	for _, p := range pools {
		if p.Kept == "" {
			ids[v1alpha1.PoolPrefix+p.Name] = map[string]string{"template": p.template.Text("id")}
		}
	}
	identify(ids, f.claims)
	return ids
}

// files are the texts of the environment's file and of adopted.cue, not formatted.
func (f *facts) files(fqdn string, pools []Pool) (environment, adopted string) {
	adopted = fmt.Sprintf(`%s
//
// The facts of the installation that the environment takes over. dominoc import
// writes them from Terraform's states; an edit would change what runs.
package environment

environment: {
%s}
`, AdoptedHeader, f.adopted(pools))
	return environmentFile(f.environment(fqdn, pools)), adopted
}

// environmentFile returns the text of an environment's file, not formatted.
func environmentFile(fields block) string {
	return fmt.Sprintf(`package environment

import "github.com/dominoc/dominoc/schema/v1alpha1"

// Taken over from Terraform. adopted.cue has the facts of what Terraform made.
environment: v1alpha1.#Environment & {
%s}
`, fields)
}

// AdoptedHeader is the first line of adopted.cue.
const AdoptedHeader = "// Code generated by dominoc import. DO NOT EDIT."

// AdoptedName is the file next to an environment's file that holds the facts.
const AdoptedName = "adopted.cue"
