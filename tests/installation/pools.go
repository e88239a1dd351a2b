package installation

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Pool is a node group of the modules, in the modules' words: a zero field is a default. A
// name that the modules know (compute, platform, platform_jobs, gpu) changes that pool, any
// other name is an additional one.
type Pool struct {
	Name          string
	InstanceTypes []string
	Min, Max      int // for each zone
	Desired       int
	Spot          bool
	AMI           string
	GPU           bool
	Labels        map[string]string
	Taints        []Taint
	Tags          map[string]string
	Disk          int // GiB
	IOPS          int
	Throughput    int
	MaxPercent    int      // of nodes that an update replaces at once
	Zones         []string // letters; none: all
}

// Taint is a taint in EKS's words: NO_SCHEDULE.
type Taint struct{ Key, Value, Effect string }

// Pools adds pools, or changes those that the modules know.
func Pools(pools ...Pool) Option {
	return func(s *settings) { s.pools = append(s.pools, pools...) }
}

const (
	poolLabel = "dominodatalab.com/node-pool"
	nodeLabel = "dominodatalab.com/domino-node"
	template  = "k8s.io/cluster-autoscaler/node-template/"
)

// notReady keeps pods away from a node until it can mount volumes. The modules give it to
// compute and gpu, and to additional pools that have no taint.
var notReady = Taint{"ebs.csi.aws.com/agent-not-ready", "true", "NO_EXECUTE"}

// known are the modules' own pools.
var known = map[string]Pool{
	"compute":       {InstanceTypes: []string{"m6i.2xlarge"}, Max: 10, Labels: map[string]string{poolLabel: "default"}, Taints: []Taint{notReady}, Disk: 1000, Throughput: 500, MaxPercent: 50},
	"gpu":           {InstanceTypes: []string{"g5.2xlarge"}, Max: 10, GPU: true, Labels: map[string]string{poolLabel: "default-gpu", "nvidia.com/gpu": "true"}, Taints: []Taint{notReady, {"nvidia.com/gpu", "true", "NO_SCHEDULE"}}, Disk: 1000, Throughput: 500, MaxPercent: 50},
	"platform":      {InstanceTypes: []string{"m7i-flex.2xlarge"}, Min: 1, Desired: 1, Max: 10, Labels: map[string]string{poolLabel: "platform", "dominodatalab.com/calico-controlplane": "true"}, Disk: 100},
	"platform_jobs": {InstanceTypes: []string{"m7i-flex.xlarge"}, Max: 10, Labels: map[string]string{poolLabel: "platform-jobs"}, Disk: 100, MaxPercent: 50},
}

// complete fills in what the modules fill in.
func (p Pool) complete() Pool {
	def, ours := known[p.Name]
	if !ours {
		def = Pool{InstanceTypes: []string{"m6i.2xlarge"}, Max: 10, Labels: map[string]string{poolLabel: p.Name}, Taints: []Taint{notReady}, Disk: 1000, Throughput: 500, MaxPercent: 50}
		if len(p.Taints) > 0 {
			def.Taints = nil
		}
	}
	p.GPU = p.GPU || def.GPU
	p.Min, p.Max, p.Desired = cmp.Or(p.Min, def.Min), cmp.Or(p.Max, def.Max), cmp.Or(p.Desired, def.Desired)
	p.Disk, p.Throughput, p.MaxPercent = cmp.Or(p.Disk, def.Disk), cmp.Or(p.Throughput, def.Throughput), cmp.Or(p.MaxPercent, def.MaxPercent)
	if p.InstanceTypes == nil {
		p.InstanceTypes = def.InstanceTypes
	}
	labels := maps.Clone(def.Labels)
	maps.Copy(labels, p.Labels)
	labels[nodeLabel] = "true"
	p.Labels = labels
	p.Taints = append(slices.Clone(def.Taints), p.Taints...)
	return p
}

// pools makes the pools of the settings, each after the pool compute of the real run.
func (i *Installation) pools(s settings) {
	for _, p := range s.pools {
		p = p.complete()
		like := "compute"
		if _, there := known[p.Name]; there && p.Name != "platform_jobs" {
			like = p.Name
		}
		i.templates(s, p, like)
		i.groups(s, p, like)
		i.groupTags(s, p, like)
		i.poolVariables(s, p)
		i.poolData(p)
	}
	used := map[string]bool{}
	for _, in := range i.of(true, "aws_eks_node_group") {
		for _, kind := range in.attributes()["instance_types"].([]any) {
			used[kind.(string)] = true
		}
	}
	i.remove(func(in instance) bool { return in.kind == "aws_ec2_instance_type" && !used[in.key()] })
}

// poolData adds what the modules look up for a pool, of which the reader keeps no attribute.
func (i *Installation) poolData(p Pool) {
	there := map[string]bool{}
	for _, in := range slices.Concat(i.of(false, "aws_ec2_instance_type"), i.of(false, "aws_ec2_instance_type_offerings"), i.of(false, "aws_ami")) {
		there[in.key()] = true
	}
	for _, kind := range p.InstanceTypes {
		if !there[kind] {
			i.add("infra", "module.infra.data.aws_ec2_instance_type.all", kind, object{"id": kind})
			i.add("nodes", "module.nodes.data.aws_ec2_instance_type.all", kind, object{"id": kind})
		}
	}
	if !there[p.Name] {
		i.add("nodes", "module.nodes.data.aws_ec2_instance_type_offerings.nodes", p.Name, object{})
	}
	if p.AMI != "" && !there[p.AMI] {
		i.add("nodes", "module.nodes.data.aws_ami.custom", p.AMI, object{"id": p.AMI})
	}
}

// templates makes the pool's launch template.
func (i *Installation) templates(s settings, p Pool, like string) {
	for _, in := range i.of(true, "aws_launch_template") {
		if in.key() != like {
			continue
		}
		in = i.like(in, "nodes", "module.nodes.aws_launch_template.node_groups", p.Name)
		a := in.attributes()
		id := another("lt-97a8d539ba3add93d", s.name+p.Name)
		a["id"], a["arn"], a["name"] = id, strings.Replace(in.text("arn"), in.text("id"), id, 1), s.name+"-"+p.Name
		a["arn"] = "arn:" + partition(s.region) + ":ec2:" + s.region + ":123456789012:launch-template/" + id
		disk := first(a, "block_device_mappings", "ebs")
		disk["volume_size"], disk["iops"], disk["throughput"] = p.Disk, p.IOPS, p.Throughput
		for _, spec := range list(a["tag_specifications"]) {
			tags := spec["tags"].(object)
			maps.Copy(tags, anyOf(p.Tags))
			tags["Name"] = s.name + "-" + p.Name
		}
		if p.AMI != "" {
			a["image_id"], a["user_data"] = p.AMI, "IyEvYmluL2Jhc2gK"
			first(a, "block_device_mappings")["device_name"] = "/dev/sda1"
		}
	}
}

// like returns the instance of a key, which is made after another if there is none.
func (i *Installation) like(in instance, root, address, key string) instance {
	if in.key() == key {
		return in
	}
	i.add(root, address, key, copied(in.attributes()))
	for _, made := range i.of(in.managed, in.kind) {
		if made.key() == key {
			return made
		}
	}
	panic(address)
}

// groups makes the pool's node groups.
func (i *Installation) groups(s settings, p Pool, like string) {
	for _, in := range i.of(true, "aws_eks_node_group") {
		subnet, ours := strings.CutPrefix(in.key(), like+"-"+s.name+"-")
		if !ours {
			continue
		}
		zone, name := subnet[len(subnet)-1:], p.Name+"-"+s.name+"-"+subnet
		if len(p.Zones) > 0 && !slices.Contains(p.Zones, zone) {
			if like == p.Name {
				i.remove(func(gone instance) bool {
					return gone.kind == in.kind && gone.key() == name || gone.kind == "aws_autoscaling_group_tag" && strings.HasPrefix(gone.key(), name+"-")
				})
			}
			continue
		}
		in = i.like(in, "nodes", "module.nodes.aws_eks_node_group.node_groups", name)
		a := in.attributes()
		uuid := another("cc1ee8ea-8961-4304-ac50-61ac8ca0a0a2", name)
		a["node_group_name"], a["id"] = name, s.name+":"+name
		a["arn"] = "arn:" + partition(s.region) + ":eks:" + s.region + ":123456789012:nodegroup/" + s.name + "/" + name + "/" + uuid
		a["resources"] = []any{object{"autoscaling_groups": []any{object{"name": "eks-" + name + "-" + uuid}}, "remote_access_security_group_id": ""}}
		a["instance_types"], a["labels"] = texts(p.InstanceTypes...), anyOf(p.Labels)
		a["scaling_config"] = []any{object{"desired_size": p.Desired, "max_size": p.Max, "min_size": p.Min}}
		a["taint"] = taints(p.Taints)
		if p.MaxPercent > 0 {
			a["update_config"] = []any{object{"max_unavailable": 0, "max_unavailable_percentage": p.MaxPercent}}
		}
		a["capacity_type"] = "ON_DEMAND"
		if p.Spot {
			a["capacity_type"] = "SPOT"
		}
		switch {
		case p.AMI != "":
			a["ami_type"], a["release_version"] = "CUSTOM", "1.19.8-20210414"
		case p.GPU:
			a["ami_type"] = "AL2023_x86_64_NVIDIA"
		default:
			a["ami_type"] = "AL2023_x86_64_STANDARD"
		}
		if len(p.Tags) > 0 {
			a["tags"] = anyOf(p.Tags)
			maps.Copy(a["tags_all"].(object), anyOf(p.Tags))
		}
		first(a, "launch_template")["id"] = another("lt-97a8d539ba3add93d", s.name+p.Name)
		first(a, "launch_template")["name"] = s.name + "-" + p.Name
	}
}

func taints(all []Taint) []any {
	out := []any{}
	for _, t := range slices.SortedFunc(slices.Values(all), func(a, b Taint) int { return strings.Compare(a.Key, b.Key) }) {
		out = append(out, object{"key": t.Key, "value": t.Value, "effect": t.Effect})
	}
	return out
}

// groupTags makes the tags of the pool's autoscaling groups: what the cluster autoscaler
// must know of a node before there is one.
func (i *Installation) groupTags(s settings, p Pool, like string) {
	var instanceTags = map[string]string{}
	for _, in := range i.of(true, "aws_autoscaling_group_tag") {
		tag := first(in.attributes(), "tag")
		if key := tag["key"].(string); strings.HasPrefix(in.key(), "compute-") && !strings.HasPrefix(key, "k8s.io/") {
			instanceTags[key] = tag["value"].(string)
		}
	}
	i.remove(func(in instance) bool {
		return in.kind == "aws_autoscaling_group_tag" && strings.HasPrefix(in.key(), p.Name+"-"+s.name+"-")
	})
	maps.Copy(instanceTags, p.Tags)
	for _, in := range i.of(true, "aws_eks_node_group") {
		name := in.key()
		subnet, ours := strings.CutPrefix(name, p.Name+"-"+s.name+"-")
		if !ours {
			continue
		}
		zone := s.region + subnet[len(subnet)-1:]
		tags := maps.Clone(instanceTags)
		for key, value := range p.Labels {
			tags[template+"label/"+key] = value
		}
		tags[template+"label/topology.ebs.csi.aws.com/zone"] = zone
		tags[template+"resources/smarter-devices/fuse"] = "20"
		effects := map[string]string{"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
		for _, t := range p.Taints {
			tags[template+"taint/"+t.Key] = t.Value + ":" + effects[t.Effect]
		}
		group := first(in.attributes(), "resources", "autoscaling_groups")["name"].(string)
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			i.add("nodes", "module.nodes.aws_autoscaling_group_tag.tag", name+"-"+key, object{
				"autoscaling_group_name": group, "id": group + "," + key,
				"tag": []any{object{"key": key, "value": tags[key], "propagate_at_launch": false}},
			})
		}
	}
}

// poolVariables puts the pool into the output infra, which has the variables.
func (i *Installation) poolVariables(s settings, p Pool) {
	labels := maps.Clone(p.Labels)
	delete(labels, nodeLabel)
	variable := object{
		"ami": nil, "availability_zone_ids": nil, "bootstrap_extra_args": "", "desired_per_az": p.Desired, "gpu": nil,
		"instance_types": texts(p.InstanceTypes...), "labels": anyOf(labels), "max_per_az": p.Max,
		"max_unavailable": nil, "max_unavailable_percentage": p.MaxPercent, "min_per_az": p.Min,
		"single_nodegroup": false, "spot": p.Spot, "tags": anyOf(p.Tags), "update_strategy": "DEFAULT", "user_data_type": nil,
		"volume": object{"size": p.Disk, "type": "gp3"},
	}
	volume := variable["volume"].(object)
	if _, ours := known[p.Name]; !ours {
		volume["size"] = strconv.Itoa(p.Disk) // the root infra declares it as text
	}
	if _, ours := known[p.Name]; !ours || p.Name == "compute" {
		volume["iops"], volume["throughput"] = orNull(p.IOPS), orNull(p.Throughput)
	}
	if p.AMI != "" {
		variable["ami"] = p.AMI
	}
	if p.MaxPercent == 0 {
		variable["max_unavailable"], variable["max_unavailable_percentage"] = 1, nil
	}
	own := taints(slices.DeleteFunc(slices.Clone(p.Taints), func(t Taint) bool { return t == notReady }))
	for _, t := range list(own) {
		if t["value"] == "" {
			t["value"] = nil
		}
	}
	variable["taints"] = own
	i.outputs("infra", func(infra object) {
		groups := infra["default_node_groups"].(object)
		variable := copied(variable)
		variable["availability_zone_ids"] = zoneIDs(groups["compute"].(object)["availability_zone_ids"], p.Zones)
		if _, ours := known[p.Name]; !ours {
			groups = infra["additional_node_groups"].(object)
		}
		groups[p.Name] = variable
	})
}

func orNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// zoneIDs returns the ids of zones. In the real run az1 is zone b, az2 is a and az3 is c.
func zoneIDs(all any, letters []string) any {
	if len(letters) == 0 {
		return slices.Clone(all.([]any))
	}
	var some []any
	for _, id := range all.([]any) {
		text := id.(string)
		letter := map[string]string{"az1": "b", "az2": "a", "az3": "c"}[text[strings.Index(text, "-")+1:]]
		if slices.Contains(letters, letter) {
			some = append(some, id)
		}
	}
	return some
}
