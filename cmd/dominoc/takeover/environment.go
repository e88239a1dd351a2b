package takeover

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
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
	if len(f.state.Of(true, "aws_ecr_repository")) > 0 {
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
	env := f.cniEnv()
	b.unless(false, "prefixDelegation", env["ENABLE_PREFIX_DELEGATION"] == "true")
	b.unless(nil, "identityProviders", f.identityProviders())
	b.unless(nil, "addons", f.addons(env))
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

// managedAddons are the add-ons of an environment that the nodes or DNS need; those of
// the CSI drivers have another owner.
var managedAddons = []string{"coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"}

// addon returns an add-on of the installation.
func (f *facts) addon(name string) (terraform.Resource, bool) {
	for _, a := range f.state.Of(true, "aws_eks_addon") {
		if a.Text("addon_name") == name {
			return a, true
		}
	}
	return terraform.Resource{}, false
}

// cniEnv are the settings of the VPC CNI.
func (f *facts) cniEnv() map[string]string {
	cni, _ := f.addon("vpc-cni")
	var all struct {
		Env map[string]string `json:"env"`
	}
	_ = json.Unmarshal([]byte(cni.Text("configuration_values")), &all) // the proof finds what is not said
	if all.Env == nil {
		all.Env = map[string]string{}
	}
	return all.Env
}

// addons are the add-ons that differ from an environment's: those that are not there, and
// settings that no other field decides.
func (f *facts) addons(env map[string]string) block {
	var b block
	for _, name := range managedAddons {
		addon, there := f.addon(name)
		if !there {
			b.add(name, block{{key: "enabled", value: false}})
			continue
		}
		switch name {
		case "vpc-cni":
			further := maps.Clone(env)
			for _, ours := range []string{"ENABLE_PREFIX_DELEGATION", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "ENI_CONFIG_LABEL_DEF"} {
				delete(further, ours)
			}
			if further["ANNOTATE_POD_IP"] == "true" {
				delete(further, "ANNOTATE_POD_IP")
			}
			if len(further) > 0 {
				b.add(name, block{{key: "configuration", value: block{{key: "env", value: mapped(further)}}}})
			}
		default:
			if configuration := further(name, addon.Text("configuration_values")); len(configuration) > 0 {
				b.add(name, block{{key: "configuration", value: configuration}})
			}
		}
	}
	return b
}

// further are the settings of an add-on beside those that an environment has anyway.
func further(name, configuration string) block {
	settings := map[string]any{}
	if json.Unmarshal([]byte(configuration), &settings) != nil {
		return nil
	}
	if name == "coredns" && reflect.DeepEqual(settings["nodeSelector"], map[string]any{"dominodatalab.com/calico-controlplane": "true"}) {
		delete(settings, "nodeSelector")
	}
	return plainBlock(settings)
}

// plainBlock is plain data as a block.
func plainBlock(fields map[string]any) block {
	var b block
	for key, value := range ordered.All(fields) {
		switch v := value.(type) {
		case map[string]any:
			b.add(key, plainBlock(v))
		default:
			out, err := json.Marshal(v)
			if err != nil {
				panic(err) // it was JSON
			}
			b.add(key, raw(out))
		}
	}
	return b
}

// raw is a value that is CUE already.
type raw string

// mapped is a map of texts as a block.
func mapped(texts map[string]string) block {
	var b block
	for key, value := range ordered.All(texts) {
		b.add(key, value)
	}
	return b
}

// floors are the defaults of a pool by its label (schema/v1alpha1/defaults.cue).
type defaults struct{ least, most, sizeGiB int64 }

func defaultsOf(label string) defaults {
	switch label {
	case "platform":
		return defaults{4, 6, 128}
	case "default":
		return defaults{1, 20, 400}
	case "default-gpu":
		return defaults{0, 5, 400}
	}
	return defaults{0, 10, 400}
}

// pool is the fields of a pool that is taken over.
func (f *facts) pool(p Pool) block {
	var b block
	group, label, standard := p.all[0], p.label(), defaultsOf(p.label())
	b.unless(p.Name, "nodePool", label)
	least, most := p.size()
	var size block
	size.unless(standard.least, "min", least)
	size.unless(standard.most, "max", most)
	b.unless(nil, "size", size)
	b.add("instanceTypes", group.Texts("instance_types"))
	ami := group.Text("ami_type")
	if strings.HasPrefix(ami, "AL2023_ARM_64") {
		b.add("architecture", "arm64")
	}
	b.unless(label == "default-gpu", "gpu", p.gpu())
	b.unless(false, "neuron", strings.HasSuffix(ami, "_NEURON"))
	if group.Text("capacity_type") == "SPOT" {
		b.add("capacityType", "spot")
	}
	if version := group.Text("version"); version != f.cluster.Text("version") {
		b.add("version", version)
	}
	b.unless(nil, "disk", disk(p.template, standard))
	b.unless(nil, "labels", mapped(p.furtherLabels()))
	b.unless(nil, "taints", taintBlocks(p.taints()))
	b.unless(nil, "update", update(group, label))
	if zones := slices.Sorted(maps.Keys(p.groups)); !slices.Equal(zones, f.zonesInAWS()) {
		b.add("zones", zones)
	}
	return b
}

func disk(template terraform.Resource, standard defaults) block {
	var b block
	ebs := func(name string) int64 { return number(template, "block_device_mappings", "ebs", name) }
	b.unless(standard.sizeGiB, "sizeGiB", ebs("volume_size"))
	b.unless("gp3", "type", template.Text("block_device_mappings", "ebs", "volume_type"))
	b.unless(int64(0), "iops", ebs("iops"))
	b.unless(int64(0), "throughputMiBps", ebs("throughput"))
	return b
}

// furtherLabels are the labels that an environment does not give by itself.
func (p Pool) furtherLabels() map[string]string {
	labels := p.labels()
	for _, own := range []string{plan.PoolLabel, "dominodatalab.com/domino-node"} {
		delete(labels, own)
	}
	if p.label() == "platform" {
		delete(labels, "dominodatalab.com/calico-controlplane")
	}
	if p.label() == "default" {
		delete(labels, "domino/build-node")
	}
	if p.gpu() {
		delete(labels, "nvidia.com/gpu")
	}
	return labels
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

// update is how many nodes may be unavailable, unless it is the default of the label.
func update(group terraform.Resource, label string) block {
	var b block
	nodes, percent := number(group, "update_config", "max_unavailable"), number(group, "update_config", "max_unavailable_percentage")
	if strategy := group.Text("update_config", "update_strategy"); strategy == "MINIMAL" {
		b.add("strategy", strategy)
	}
	switch {
	case label == "platform" && nodes == 1, label != "platform" && percent == 50:
	case nodes > 0:
		b.add("maxUnavailable", nodes)
	case percent > 0:
		b.add("maxUnavailablePercentage", percent)
	}
	return b
}

// adopted is the facts that nobody edits.
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

func (f *facts) oidcProvider() string {
	for _, p := range f.state.Of(true, "aws_iam_openid_connect_provider") {
		return p.Text("arn")
	}
	return ""
}

func (f *facts) fileSystem() terraform.Resource {
	for _, fs := range f.state.Of(true, "aws_efs_file_system") {
		return fs
	}
	return terraform.Resource{}
}

func (f *facts) accessPoint() terraform.Resource {
	for _, p := range f.state.Of(true, "aws_efs_access_point") {
		if p.Text("file_system_id") == f.fileSystem().Text("id") {
			return p
		}
	}
	return terraform.Resource{}
}

// dataKey reports whether the file system is encrypted with the key of the cluster's
// secrets, as disks and buckets then are.
func (f *facts) dataKey() bool { return f.fileSystem().Text("kms_key_id") == f.key }

// header is the first lines of a file of CUE.
func header(lines ...string) string {
	return strings.Join(lines, "\n") + "\n"
}

// files are the texts of the environment's file and of adopted.cue, not formatted.
func (f *facts) files(fqdn string, pools []Pool) (environment, adopted string) {
	environment = header(
		"package environment", "", `import "github.com/dominoc/dominoc/schema/v1alpha1"`, "",
		"// Taken over from Terraform. What it made and nobody edits stands in adopted.cue.",
	) + fmt.Sprintf("environment: v1alpha1.#Environment & {\n%s}\n", f.environment(fqdn, pools))
	adopted = header(
		AdoptedHeader, "//",
		"// What was there when the environment took the installation over. dominoc import",
		"// writes it from Terraform's states; an edit would change what runs.",
		"package environment", "",
	) + fmt.Sprintf("environment: {\n%s}\n", f.adopted(pools))
	return environment, adopted
}

// AdoptedHeader is the first line of adopted.cue.
const AdoptedHeader = "// Code generated by dominoc import. DO NOT EDIT."

// AdoptedName is the file next to an environment's file that holds the facts.
const AdoptedName = "adopted.cue"
