package takeover

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// environment is the fields that people edit, defaults left out.
func (f *facts) environment(fqdn string, pools []Pool) block {
	var b block
	b.add("name", f.name)
	b.add("account", f.account)
	b.add("region", f.region)
	b.add("zones", f.zones())
	if zones := f.controlPlaneZones(); !slices.Equal(zones, f.zones()) {
		b.add("controlPlaneZones", zones)
	}
	b.add("domain", block{{key: "fqdn", value: fqdn}})
	b.unless(nil, "tags", mapped(f.tags()))

	var network block
	network.unless("", "podCIDR", f.podRange())
	network.unless("172.20.0.0/16", "serviceCIDR", f.cluster.Text("kubernetes_network_config", "service_ipv4_cidr"))
	b.unless(nil, "network", network)
	b.add("cluster", f.controlPlane())
	var said block
	for _, p := range pools {
		if p.Kept == "" {
			said.add(p.Name, f.pool(p))
		}
	}
	b.add("pools", said)
	storage := block{{
		key: "drivers", says: "Domino's installer brought the CSI drivers, which have their rights by the role of the nodes.",
		value: block{{key: "ebs", value: "installer"}, {key: "efs", value: "installer"}, {key: "rights", value: "nodes"}},
	}}
	storage.unless(nil, "datasets", f.datasets())
	b.add("storage", storage)
	if len(f.repositories()) > 0 {
		b.add("registry", block{{key: "ecr", value: block{{key: "enabled", value: true}}}})
	}
	if f.tagged["private"] && (f.tagged["public"] || len(f.subnets["public"]) == 0) {
		b.add("accept", block{{key: "vpc-subnet-tags", value: "Terraform sets these tags"}})
	}
	return b
}

// datasets is how long backups are kept, if they are taken over.
func (f *facts) datasets() block {
	if !slices.ContainsFunc(f.claims, func(c claim) bool { return c.part == Storage }) {
		return nil
	}
	days, backed := f.backupDays()
	if !backed {
		return nil
	}
	var backup, datasets block
	backup.unless(int64(35), "coldAfterDays", days.ColdAfterDays)
	backup.unless(int64(125), "deleteAfterDays", days.DeleteAfterDays)
	datasets.unless(nil, "backup", backup)
	return datasets
}

// controlPlaneZones are the zones of the control plane's subnets, by name.
func (f *facts) controlPlaneZones() []string {
	var zones []string
	for _, subnet := range f.cluster.Texts("vpc_config", "subnet_ids") {
		if zone := f.zoneOf[subnet]; zone != "" {
			zones = append(zones, zone)
		}
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// controlPlane is the fields of the cluster.
func (f *facts) controlPlane() block {
	var b block
	c := f.cluster
	b.add("version", c.Text("version"))
	if truth(c, "vpc_config", "endpoint_public_access") {
		ranges := c.Texts("vpc_config", "public_access_cidrs")
		slices.Sort(ranges)
		b.add("endpoint", block{{key: "public", value: true}, {key: "allowedCIDRs", value: ranges}})
	}
	b.unless(nil, "logs", f.logs())
	b.unless("STANDARD", "supportType", cmp.Or(c.Text("upgrade_policy", "support_type"), "EXTENDED"))
	b.unless("API", "authentication", c.Text("access_config", "authentication_mode"))
	if !truth(c, "deletion_protection") {
		b.add("deletionProtection", false)
	}
	b = append(b, field{
		key: "inCluster", value: "none",
		says: "What runs inside stays as it is: Calico, the storage class and the map aws-auth.",
	})
	b.unless(false, "prefixDelegation", f.prefixes())
	b.unless(nil, "identityProviders", f.identityProviders())
	b.unless(nil, "addons", f.addons())
	return b
}

// logs are the fields of the control plane's logs.
func (f *facts) logs() block {
	var b block
	types := f.cluster.Texts("enabled_cluster_log_types")
	slices.Sort(types)
	if all := []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}; !slices.Equal(types, all) {
		b.add("types", types)
	}
	for _, g := range f.state.Of(true, "aws_cloudwatch_log_group") {
		if g.Text("name") != f.logGroup() {
			continue
		}
		b.unless(int64(365), "retentionDays", number(g, "retention_in_days"))
		if g.Text("kms_key_id") == "" {
			b.add("encrypted", false)
		}
	}
	return b
}

// logGroup is the name of the log group that EKS writes to.
func (f *facts) logGroup() string { return "/aws/eks/" + f.name + "/cluster" }

// identityProviders are the users' OIDC providers.
func (f *facts) identityProviders() []block {
	var all []block
	for _, p := range f.state.Of(true, "aws_eks_identity_provider_config") {
		oidc := func(name string) string { return p.Text("oidc", name) }
		b := block{
			{key: "name", value: oidc("identity_provider_config_name")},
			{key: "issuerURL", value: oidc("issuer_url")},
			{key: "clientID", value: oidc("client_id")},
		}
		b.unless("", "usernameClaim", oidc("username_claim"))
		b.unless("", "usernamePrefix", oidc("username_prefix"))
		b.unless("", "groupsClaim", oidc("groups_claim"))
		b.unless("", "groupsPrefix", oidc("groups_prefix"))
		if claims := mapped(textMap(p.At("oidc", "required_claims"))); len(claims) > 0 {
			b.add("requiredClaims", claims)
		}
		all = append(all, b)
	}
	return all
}

// pool is the fields of a pool that is taken over.
func (f *facts) pool(p Pool) block {
	var b block
	group, label := p.all[0], p.label()
	standard := f.standards[label]
	b.unless(p.Name, "nodePool", label)
	least, most := p.size()
	var size block
	size.unless(known(standard.Size.Min), "min", least)
	size.unless(known(standard.Size.Max), "max", most)
	b.unless(nil, "size", size)
	b.add("instanceTypes", group.Texts("instance_types"))
	if p.arm64() {
		b.add("architecture", "arm64")
	}
	b.unless(known(standard.GPU), "gpu", p.gpu())
	b.unless(false, "neuron", p.neuron())
	b.unless("", "ami", p.template.Text("image_id"))
	if group.Text("capacity_type") == "SPOT" {
		b.add("capacityType", "spot")
	}
	if version := group.Text("version"); version != f.cluster.Text("version") && !p.customImage() {
		b.add("version", version)
	}
	b.unless(nil, "disk", disk(p.template, standard.Disk))
	b.unless(nil, "labels", mapped(p.beyond.labels))
	b.unless(nil, "taints", taintBlocks(p.beyond.taints))
	b = append(b, userDataSettings(p.template.UserData)...)
	b.unless(nil, "update", update(group, standard.Update))
	if zones := slices.Sorted(maps.Keys(p.groups)); !slices.Equal(zones, f.zonesInAWS()) {
		b.add("zones", zones)
	}
	return b
}

// userDataSettings are what user data sets, in the words of a pool.
func userDataSettings(data *terraform.UserData) block {
	var b, kubelet block
	if data == nil {
		return nil
	}
	b.unless(false, "soci", data.FastImagePull)
	for name, value := range ordered.All(data.Kubelet) {
		kubelet.add(name, value)
	}
	b.unless(nil, "kubelet", kubelet)
	return b
}

// known is an optional value of a pool's defaults, or nil, which no value is equal to.
func known[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

func disk(template terraform.Resource, standard v1alpha1.Disk) block {
	var b block
	ebs := func(name string) int64 { return number(template, "block_device_mappings", "ebs", name) }
	b.unless(known(standard.SizeGiB), "sizeGiB", ebs("volume_size"))
	b.unless("gp3", "type", template.Text("block_device_mappings", "ebs", "volume_type"))
	b.unless(int64(0), "iops", ebs("iops"))
	b.unless(int64(0), "throughputMiBps", ebs("throughput"))
	return b
}

func taintBlocks(taints []v1alpha1.Taint) []block {
	var all []block
	for _, t := range taints {
		b := block{{key: "key", value: t.Key}}
		b.unless("", "value", t.Value)
		b.add("effect", string(t.Effect))
		all = append(all, b)
	}
	return all
}

// update is how many nodes may be unavailable, unless it is the default.
func update(group terraform.Resource, standard v1alpha1.Update) block {
	var b block
	if group.Text("update_config", "update_strategy") == "MINIMAL" {
		b.add("strategy", "MINIMAL")
	}
	nodes, percent := number(group, "update_config", "max_unavailable"), number(group, "update_config", "max_unavailable_percentage")
	switch {
	case nodes > 0:
		b.unless(known(standard.MaxUnavailable), "maxUnavailable", nodes)
	case percent > 0:
		b.unless(known(standard.MaxUnavailablePercentage), "maxUnavailablePercentage", percent)
	}
	return b
}
