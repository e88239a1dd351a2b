package takeover

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// facts is what the states have of an installation, in the terms of an environment.
type facts struct {
	state   *terraform.Installation
	named   string // the paths of the states, as the user named them, for a shell
	cluster terraform.Resource
	name    string
	account string
	region  string
	key     string // ARN of the key of the cluster's secrets

	vpc     terraform.Resource
	subnets map[string]map[string]v1alpha1.Subnet // by role, as in the VPC of an environment, and zone
	zoneOf  map[string]string                     // by the id of a subnet
	made    map[string]bool                       // zones that were brought: their node groups are made
	tagged  map[string]bool                       // roles whose subnets all have the tags of load balancers

	nodesRole, nodesGroup string // ARN and id, as the launch templates and node groups have them

	standards map[string]v1alpha1.Pool  // what a pool of a label has if its file states nothing
	beyond    map[string]map[string]any // settings of add-ons that no other field decides, by add-on

	claims []claim // on parts that are taken in addition to the cluster
}

// at returns the managed resource of an address.
func (f *facts) at(address string) terraform.Resource {
	i := slices.IndexFunc(f.state.Resources, func(r terraform.Resource) bool { return r.Managed && r.Address == address })
	return f.state.Resources[i]
}

// zones are the zones of the nodes, by name: in this order the modules give out ranges.
func (f *facts) zones() []string { return slices.Sorted(maps.Keys(f.subnets["private"])) }

// zonesInAWS are those of the zones that the installation has nodes in.
func (f *facts) zonesInAWS() []string {
	return slices.DeleteFunc(f.zones(), func(zone string) bool { return f.made[zone] })
}

// factsOf reads the facts; false if the states have no cluster of EKS.
func factsOf(state *terraform.Installation) (*facts, bool) {
	clusters := state.Of(true, "aws_eks_cluster")
	if len(clusters) != 1 {
		return nil, false
	}
	f := &facts{state: state, cluster: clusters[0], subnets: map[string]map[string]v1alpha1.Subnet{}, zoneOf: map[string]string{}, tagged: map[string]bool{}, beyond: map[string]map[string]any{}}
	f.name = f.cluster.Text("name")
	if arn := strings.Split(f.cluster.Text("arn"), ":"); len(arn) > 4 {
		f.region, f.account = arn[3], arn[4]
	}
	f.key = f.cluster.Text("encryption_config", "provider", "key_arn")
	f.nodesRole, f.nodesGroup = f.ofNodes()
	f.vpc = f.network()
	for _, role := range []string{"private", "public", "pod"} {
		f.readSubnets(role)
	}
	return f, true
}

// network returns the VPC of the cluster, which Terraform made, or else found. A root may have
// further ones.
func (f *facts) network() terraform.Resource {
	id := f.cluster.Text("vpc_config", "vpc_id")
	all := slices.Concat(f.state.Of(true, "aws_vpc"), f.state.Of(false, "aws_vpc"))
	return preferred(all, func(r terraform.Resource) bool { return id == "" || r.Text("id") == id })
}

// preferred returns the first resource that is as wanted, or else the first; none if there is
// none.
func preferred(all []terraform.Resource, wanted func(terraform.Resource) bool) terraform.Resource {
	if len(all) == 0 {
		return terraform.Resource{}
	}
	return all[max(slices.IndexFunc(all, wanted), 0)]
}

// readSubnets reads the subnets of a role, made or found.
func (f *facts) readSubnets(role string) {
	all := f.ofNetwork(f.state.Of(true, "aws_subnet", role))
	if len(all) == 0 {
		all = f.ofNetwork(f.state.Of(false, "aws_subnet", role))
	}
	kind := map[string]string{"private": "kubernetes.io/role/internal-elb", "public": "kubernetes.io/role/elb"}[role]
	f.tagged[role] = len(all) > 0
	for _, subnet := range all {
		zone := subnet.Text("availability_zone")
		if f.subnets[role] == nil {
			f.subnets[role] = map[string]v1alpha1.Subnet{}
		}
		f.subnets[role][zone] = v1alpha1.Subnet{ID: subnet.Text("id"), CIDR: subnet.Text("cidr_block")}
		f.zoneOf[subnet.Text("id")] = zone
		tags := textMap(subnet.At("tags"))
		f.tagged[role] = f.tagged[role] && tags[kind] == "1" && tags["kubernetes.io/cluster/"+f.name] == "shared"
	}
}

// ofNetwork leaves out what is in another VPC than the cluster.
func (f *facts) ofNetwork(all []terraform.Resource) []terraform.Resource {
	return slices.DeleteFunc(all, func(r terraform.Resource) bool {
		vpc := r.Text("vpc_id")
		return vpc != "" && vpc != f.vpc.Text("id")
	})
}

// podRange is the range of the VPC that the subnets of the pods are in; empty if there are
// none.
func (f *facts) podRange() string {
	var pods netip.Prefix
	for _, subnet := range f.subnets["pod"] {
		pods, _ = netip.ParsePrefix(subnet.CIDR)
	}
	if !pods.IsValid() {
		return ""
	}
	var ranges []string
	for _, r := range f.state.Of(true, "aws_vpc_ipv4_cidr_block_association") {
		ranges = append(ranges, r.Text("cidr_block"))
	}
	associations, _ := f.vpc.At("cidr_block_associations").([]any)
	for _, a := range associations {
		fields, _ := a.(map[string]any)
		text, _ := fields["cidr_block"].(string)
		ranges = append(ranges, text)
	}
	for _, text := range append(ranges, f.vpc.Text("cidr_block")) {
		if p, err := netip.ParsePrefix(text); err == nil && p.Overlaps(pods) {
			return text
		}
	}
	return ""
}

// tags are those of all resources: Terraform gives them to each, the cluster too.
func (f *facts) tags() map[string]string {
	tags := tagsOf(f.cluster)
	maps.DeleteFunc(tags, func(key, _ string) bool { return key == "Name" || strings.HasPrefix(key, "kubernetes.io/") })
	return tags
}

// tagsOf returns all tags of a resource.
func tagsOf(r terraform.Resource) map[string]string {
	tags := textMap(r.At("tags"))
	maps.Copy(tags, textMap(r.At("tags_all")))
	return tags
}

// textMap returns a map of texts, never nil.
func textMap(value any) map[string]string {
	texts := map[string]string{}
	fields, _ := value.(map[string]any)
	for key, v := range fields {
		if text, ok := v.(string); ok {
			texts[key] = text
		}
	}
	return texts
}

// number returns the whole number at a path, 0 if there is none.
func number(r terraform.Resource, path ...string) int64 {
	n, _ := r.At(path...).(float64)
	return int64(n)
}

// truth returns the boolean at a path, false if there is none.
func truth(r terraform.Resource, path ...string) bool {
	yes, _ := r.At(path...).(bool)
	return yes
}

// blocks returns the nested blocks at a path, each as a resource of its own.
func blocks(r terraform.Resource, path ...string) []terraform.Resource {
	list, _ := r.At(path...).([]any)
	var all []terraform.Resource
	for _, x := range list {
		if fields, ok := x.(map[string]any); ok {
			all = append(all, terraform.Resource{Attributes: fields})
		}
	}
	return all
}

// bucketNames are the names of the modules' buckets, by the role that an environment has
// for each.
func (f *facts) bucketNames() map[string]string {
	names := map[string]string{}
	for role, resource := range map[string]string{"data": "blobs", "registry": "registry", "logs": "logs", "backups": "backups", "monitoring": "monitoring"} {
		all := f.state.Of(true, "aws_s3_bucket", resource)
		bucket := preferred(all, func(r terraform.Resource) bool { return strings.HasPrefix(r.Text("bucket"), f.name+"-") })
		if bucket.Address != "" {
			names[role] = cmp.Or(bucket.Text("bucket"), bucket.Text("id"))
		}
	}
	return names
}

// ofNodes returns the role and the security group of the modules' nodes, or else those of
// the first pool.
func (f *facts) ofNodes() (role, group string) {
	for _, r := range f.state.Of(true, "aws_iam_role", "eks_nodes") {
		role = r.Text("arn")
	}
	for _, r := range f.state.Of(true, "aws_security_group", "eks_nodes") {
		group = r.Text("id")
	}
	for _, g := range f.state.Of(true, "aws_eks_node_group") {
		role = cmp.Or(role, g.Text("node_role_arn"))
	}
	for _, t := range f.state.Of(true, "aws_launch_template") {
		group = cmp.Or(group, strings.Join(t.Texts("vpc_security_group_ids"), " "))
	}
	return role, group
}

// oidcProvider returns the ARN of the cluster's OIDC provider; empty if Terraform made none.
func (f *facts) oidcProvider() string {
	issuer := strings.TrimPrefix(f.cluster.Text("identity", "oidc", "issuer"), "https://")
	for _, p := range f.state.Of(true, "aws_iam_openid_connect_provider") {
		if issuer == "" || strings.TrimPrefix(p.Text("url"), "https://") == issuer {
			return p.Text("arn")
		}
	}
	return ""
}

// fileSystem returns the modules' file system, or else another one.
func (f *facts) fileSystem() terraform.Resource {
	return preferred(f.state.Of(true, "aws_efs_file_system"), func(r terraform.Resource) bool { return r.Name == "eks" })
}

// mountTargets are those of the file system.
func (f *facts) mountTargets() []terraform.Resource {
	return slices.DeleteFunc(f.state.Of(true, "aws_efs_mount_target"), func(m terraform.Resource) bool {
		return m.Text("file_system_id") != f.fileSystem().Text("id")
	})
}

// repositories are those of ECR that the modules made for Domino's images.
func (f *facts) repositories() []terraform.Resource {
	return slices.DeleteFunc(f.state.Of(true, "aws_ecr_repository", "this"), func(r terraform.Resource) bool {
		return !strings.HasPrefix(r.Text("name"), f.name+"/")
	})
}

func (f *facts) accessPoint() terraform.Resource {
	all := slices.DeleteFunc(f.state.Of(true, "aws_efs_access_point"), func(p terraform.Resource) bool {
		return p.Text("file_system_id") != f.fileSystem().Text("id")
	})
	return preferred(all, func(p terraform.Resource) bool { return p.Name == "eks" })
}

// dataKey reports whether the file system is encrypted with the key of the cluster's
// secrets, as disks and buckets then are.
func (f *facts) dataKey() bool { return f.fileSystem().Text("kms_key_id") == f.key }

// first returns the first resource of Terraform of a kind and one of names; none if there is
// none.
func (f *facts) first(kind string, names ...string) terraform.Resource {
	for _, r := range f.state.Of(true, kind, names...) {
		return r
	}
	return terraform.Resource{}
}
