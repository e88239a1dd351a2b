package takeover

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Pool is a pool of the installation: a launch template with its node groups.
type Pool struct {
	Name      string `json:"name"`           // in an environment
	Terraform string `json:"terraform"`      // key of the launch template
	Kept      string `json:"kept,omitempty"` // why it stays with Terraform; empty for one that is taken over

	template terraform.Resource
	groups   map[string]terraform.Resource // by zone
	all      []terraform.Resource          // node groups, by address
	unlisted bool                          // it stays with Terraform, and the schema refuses to name it
	without  lacks
	beyond   extras
}

// lacks are the keys of what the environment would set and the nodes of a pool lack.
type lacks struct{ labels, taints []string }

// extras are what the nodes of a pool have and the environment would not set by itself.
type extras struct {
	labels map[string]string
	taints []v1alpha1.Taint
}

// poolName is what an environment calls a pool of the modules. Their three default ones
// are the install page's. Another has its key with a hyphen for what the name of a pool may
// not have.
func poolName(key string) string {
	switch key {
	case "compute":
		return "default"
	case "gpu":
		return "default-gpu"
	}
	parts := strings.FieldsFunc(strings.ToLower(key), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(parts, "-")
	if name == "" || name[0] < 'a' {
		name = strings.TrimRight("pool-"+name, "-")
	}
	return strings.TrimRight(name[:min(len(name), 20)], "-")
}

// readPools reads the pools, by name.
func (f *facts) readPools() []Pool {
	templates := map[string]terraform.Resource{}
	for _, t := range f.state.Of(true, "aws_launch_template") {
		templates[t.Text("id")] = t
	}
	byTemplate := map[string][]terraform.Resource{}
	for _, g := range f.state.Of(true, "aws_eks_node_group") {
		id := g.Text("launch_template", "id")
		byTemplate[id] = append(byTemplate[id], g)
	}
	var pools []Pool
	for _, id := range slices.Sorted(maps.Keys(byTemplate)) {
		groups := byTemplate[id]
		key := cmp.Or(templates[id].Index, strings.TrimPrefix(templates[id].Text("name"), f.name+"-"), groups[0].Text("node_group_name"))
		p := Pool{Name: poolName(key), Terraform: key, template: templates[id], groups: map[string]terraform.Resource{}, all: groups, beyond: extras{labels: map[string]string{}}}
		for _, g := range groups {
			for _, subnet := range g.Texts("subnet_ids") {
				p.groups[f.zoneOf[subnet]] = g
			}
		}
		pools = append(pools, p)
	}
	slices.SortFunc(pools, func(a, b Pool) int {
		// a name is first for the pool whose label it is
		return cmp.Or(strings.Compare(a.Name, b.Name), compareBool(b.label() == b.Name, a.label() == a.Name), strings.Compare(a.Terraform, b.Terraform))
	})
	labels, names := map[string]string{}, map[string]bool{}
	for i := range pools {
		p := &pools[i]
		for n := 2; names[p.Name]; n++ { // two keys may differ in what a name leaves out
			p.Name = fmt.Sprintf("%s-%d", strings.TrimRight(poolName(p.Terraform)[:min(len(poolName(p.Terraform)), 18)], "-"), n)
		}
		names[p.Name] = true
		p.Kept = f.unsaid(*p)
		if other, taken := labels[p.label()]; taken && p.Kept == "" {
			p.Kept = fmt.Sprintf("its label is that of pool %q too, and a label has one pool (R5)", other)
		} else if p.Kept == "" {
			labels[p.label()] = p.Name
		}
	}
	return pools
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// label is the value of the label by which Domino finds the pool.
func (p Pool) label() string { return p.labels()[plan.PoolLabel] }

func (p Pool) labels() map[string]string { return textMap(p.all[0].At("labels")) }

// unsaid returns why an environment cannot say what AWS has of a pool; empty if it can.
// What this does not foresee, the proof finds.
func (f *facts) unsaid(p Pool) string {
	first, template := p.all[0], p.template
	ami := first.Text("ami_type")
	for _, r := range append([]terraform.Resource{template}, p.all...) {
		if len(r.Withheld) > 0 {
			return hidden(r)
		}
	}
	switch {
	case template.Address == "":
		return "its node groups have no launch template in the states"
	case p.label() == "":
		return fmt.Sprintf("its nodes have no label %s, by which Domino finds a pool", plan.PoolLabel)
	case p.customImage() != (template.Text("image_id") != ""):
		return fmt.Sprintf("the image in its launch template, %s, does not fit its type %q", plain(template.Text("image_id")), ami)
	case !p.customImage() && !strings.HasPrefix(ami, "AL2023_"):
		return fmt.Sprintf("its nodes run an image of type %q; an environment has Amazon Linux 2023", ami)
	case f.unsaidUserData(p) != "":
		return f.unsaidUserData(p)
	case slices.ContainsFunc(p.all, func(g terraform.Resource) bool { return len(g.Texts("subnet_ids")) != 1 }):
		return "one node group spans zones; an environment has one group for each zone (R7)"
	case len(p.groups) != len(p.all):
		return "two of its node groups are in one zone; an environment has one group for each zone (R7)"
	}
	zones, has := f.zonesInAWS(), slices.Sorted(maps.Keys(p.groups))
	if !slices.Equal(zones, has) && (p.label() != "platform" || len(has) != 1 || !slices.Contains(zones, has[0])) {
		return fmt.Sprintf("it is in %s only; a pool of an environment is in every zone, where its volumes are (R7)", strings.Join(has, ", "))
	}
	for _, g := range p.all[1:] {
		for _, field := range []string{"ami_type", "capacity_type", "instance_types", "labels", "taint", "update_config", "launch_template", "node_role_arn", "version", "tags_all"} {
			if !reflect.DeepEqual(first.At(field), g.At(field)) {
				return fmt.Sprintf("its node groups differ in %s; the groups of a pool have one", field)
			}
		}
	}
	disks := blocks(template, "block_device_mappings")
	switch {
	case len(disks) != 1 || disks[0].Text("device_name") != "/dev/xvda":
		return "its nodes have other disks than one root volume at /dev/xvda"
	case disks[0].Text("ebs", "volume_type") != "gp3" && disks[0].Text("ebs", "volume_type") != "gp2":
		return fmt.Sprintf("its disk is of type %q; an environment has gp3 and gp2", disks[0].Text("ebs", "volume_type"))
	case f.dataKeyOf(p) != f.dataKey():
		return "its disk has another key than the file system"
	case !slices.Equal(template.Texts("vpc_security_group_ids"), []string{f.nodesGroup}):
		return "its nodes have other security groups than those of the other pools"
	case first.Text("node_role_arn") != f.nodesRole:
		return "its nodes have another role than those of the other pools"
	}
	return ""
}

// unsaidUserData returns why an environment cannot say what the user data of a pool sets;
// empty if it can, or if there is none.
func (f *facts) unsaidUserData(p Pool) string {
	const stays = ", which only Terraform writes"
	data := p.template.UserData
	switch {
	case data == nil && p.customImage():
		return "its nodes run an image of yours without user data; an environment tells such nodes by a NodeConfig which cluster they join"
	case data == nil:
	case data.Unread != "":
		return "its launch template has user data with " + data.Unread + stays
	case p.customImage() && data.Cluster != f.name:
		return "the NodeConfig in its user data does not name the cluster" + stays
	case data.ServiceCIDR != "" && data.ServiceCIDR != f.cluster.Text("kubernetes_network_config", "service_ipv4_cidr"):
		return "the NodeConfig in its user data has another range of services than the cluster" + stays
	case !p.customImage() && !data.FastImagePull && len(data.Kubelet) == 0:
		return "its launch template has user data that sets nothing which an environment states"
	}
	return ""
}

// customImage reports whether the nodes run an image of the user, of which EKS knows neither
// version nor accelerators.
func (p Pool) customImage() bool { return p.all[0].Text("ami_type") == "CUSTOM" }

// dataKeyOf reports whether the disks of a pool are encrypted with the key of the cluster's
// secrets.
func (f *facts) dataKeyOf(p Pool) bool {
	return p.template.Text("block_device_mappings", "ebs", "kms_key_id") == f.key
}

// size is the size of the whole pool, as its groups have it.
func (p Pool) size() (least, most int64) {
	for _, g := range p.all {
		least += number(g, "scaling_config", "min_size")
		most += number(g, "scaling_config", "max_size")
	}
	return least, most
}

func (p Pool) gpu() bool {
	if p.customImage() { // the modules label such nodes by their types
		return p.labels()["nvidia.com/gpu"] == "true"
	}
	return strings.HasSuffix(p.all[0].Text("ami_type"), "_NVIDIA")
}

// neuron reports whether the nodes have accelerators of AWS.
func (p Pool) neuron() bool {
	if p.customImage() {
		return p.instance().Neuron > 0
	}
	return strings.HasSuffix(p.all[0].Text("ami_type"), "_NEURON")
}

// arm64 reports whether the nodes have processors of ARM.
func (p Pool) arm64() bool {
	if p.customImage() {
		return p.instance().Architecture == catalog.ARM64
	}
	return strings.HasPrefix(p.all[0].Text("ami_type"), "AL2023_ARM_64")
}

// instance is the first type of the nodes, as far as it is known.
func (p Pool) instance() catalog.Instance {
	for _, name := range p.all[0].Texts("instance_types") {
		if instance, known := catalog.FindInstance(name); known {
			return instance
		}
	}
	return catalog.Instance{}
}

// instanceTags are those of the launch template's instances.
func (p Pool) instanceTags() map[string]string {
	for _, s := range blocks(p.template, "tag_specifications") {
		if s.Text("resource_type") == "instance" {
			return textMap(s.At("tags"))
		}
	}
	return map[string]string{}
}

// ownTags are tags that the pool's resources have and the environment has not.
func (f *facts) ownTags(p Pool) map[string]string {
	tags := tagsOf(p.template)
	for _, g := range p.all {
		maps.Copy(tags, tagsOf(g))
	}
	ours := f.tags()
	maps.DeleteFunc(tags, func(key, value string) bool { return key == "Name" || ours[key] == value })
	return tags
}

// taints are those that the nodes have, by key and effect.
func (p Pool) taints() []v1alpha1.Taint {
	var taints []v1alpha1.Taint
	for _, t := range blocks(p.all[0], "taint") {
		taints = append(taints, v1alpha1.Taint{Key: t.Text("key"), Value: t.Text("value"), Effect: effectOf(t.Text("effect"))})
	}
	slices.SortFunc(taints, func(a, b v1alpha1.Taint) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(string(a.Effect), string(b.Effect)))
	})
	return taints
}

// effectOf returns an effect of the EKS API as Kubernetes writes it.
func effectOf(eks string) v1alpha1.TaintEffect {
	return map[string]v1alpha1.TaintEffect{"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}[eks]
}

// note compares the labels and taints of the nodes with those that an environment gives
// them, and reports whether there is more to say of the pool.
func (p *Pool) note(spec v1alpha1.NodePoolSpec) (noted bool) {
	theirs := p.labels()
	for key, value := range ordered.All(theirs) {
		if _, said := spec.Labels[key]; !said {
			p.beyond.labels[key], noted = value, true
		}
	}
	for key := range ordered.All(spec.Labels) {
		if _, has := theirs[key]; !has {
			p.without.labels, noted = append(p.without.labels, key), true
		}
	}
	for _, taint := range p.taints() {
		if !slices.ContainsFunc(spec.Taints, func(t v1alpha1.TaintSpec) bool { return t.Key == taint.Key && effectOf(t.Effect) == taint.Effect }) {
			p.beyond.taints, noted = append(p.beyond.taints, taint), true
		}
	}
	for _, own := range spec.Taints {
		if !slices.ContainsFunc(p.taints(), func(t v1alpha1.Taint) bool { return t.Key == own.Key }) {
			p.without.taints, noted = append(p.without.taints, own.Key), true
		}
	}
	return noted
}
