package check

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// names refuses an environment with the name of an earlier one: the name is its
// folder, its namespace and the prefix of all that it owns.
func (c *checker) names() {
	path, first := diag.Path{"name"}, map[string]int{}
	for i, m := range c.members {
		name := m.Environment.Name
		other, taken := first[name]
		if !taken {
			first[name] = i
			continue
		}
		c.refuse("environment-name-taken", i, path, problem{
			message: fmt.Sprintf("%q is the name of two environments; names are unique in the fleet", name),
			hint:    "choose another name",
			notes:   []diag.Note{c.note(other, path, "the other environment")},
			others:  []int{other},
		})
	}
}

// Name is what AWS knows something by.
type Name struct {
	Kind  string    // for the reader, such as IAM role
	Text  string    // the name itself
	Scope string    // within what the name is unique, such as account 123456789012
	Path  diag.Path // the field that the name comes from

	// Twice is what happens where two have it. Default: Crossplane takes over what
	// there is.
	Twice string

	// Hint is what to do then. Default: what follows from the path.
	Hint string
}

// taken refuses what has the name of another environment's.
func (c *checker) taken() {
	type holder struct {
		member int
		Name
	}
	first := map[[3]string]holder{}
	for i, m := range c.members {
		if m.Plan == nil {
			continue
		}
		for _, n := range Names(m) {
			key := [3]string{n.Kind, n.Scope, n.Text}
			other, taken := first[key]
			if !taken {
				first[key] = holder{i, n}
			} else if c.env(other.member).Name != m.Environment.Name { // else all names are equal, which is said already
				c.reportTaken(i, n, other.member, other.Path)
			}
		}
	}
}

func (c *checker) reportTaken(member int, n Name, other int, otherPath diag.Path) {
	twice := cmp.Or(n.Twice, "Crossplane takes over what has the name, so that each would undo the other's changes")
	c.refuse("aws-name-taken", member, n.Path, problem{
		message: fmt.Sprintf("environment %q has %s %q too, and it is unique in %s; %s", c.env(other).Name, n.Kind, n.Text, n.Scope, twice),
		hint:    cmp.Or(n.Hint, renaming(n.Path)),
		notes:   []diag.Note{c.note(other, otherPath, "the other one's name comes from here")},
		others:  []int{other},
	})
}

func renaming(path diag.Path) string {
	if len(path) > 0 && path[0] == "ids" {
		return "one of the two was copied: take it out, and run dominoc ids for that environment"
	}
	if len(path) > 1 && path[0] == "network" { // in a VPC that both use
		return "leave it to one of the two: the other one uses it as well"
	}
	if path.String() == "name" {
		return "choose another name for one of the environments"
	}
	return "choose another name for one of the two"
}

// Names are what AWS knows the things of a planned member by. Names of what
// lives inside of the cluster or the VPC are not among them. The order is always
// the same.
func Names(m Member) []Name {
	p := m.Plan
	spec, name := &p.Spec, p.Spec.Common.Name
	account := "account " + spec.Common.Account
	region := account + " in " + spec.Common.Region
	own := diag.Path{"name"}
	var all []Name
	add := func(kind, scope string, path diag.Path, names ...string) {
		for _, text := range names {
			all = append(all, Name{Kind: kind, Text: text, Scope: scope, Path: path})
		}
	}
	add("IAM role", account, own, prefixed(name, roles(p))...)
	add("IAM policy", account, own, prefixed(name, policies(p))...)
	add("EKS cluster", region, own, name)
	add("log group", region, own, "/aws/eks/"+name+"/cluster")
	add("backup vault", region, own, name+"-efs")
	if spec.Identity.CreateKey {
		add("KMS alias", region, own, "alias/"+name)
	}
	for pool, s := range inOrder(spec.Pools) {
		add("launch template", region, diag.Path{"pools", pool}, s.LaunchTemplate)
	}
	if id := spec.Storage.Datasets.FileSystemID; id != "" {
		add("file system", region, diag.Path{"storage", "datasets", "existing", "fileSystemID"}, id)
	}
	if r := spec.Registry; r != nil {
		for _, repository := range r.Repositories {
			add("ECR repository", region, own, repository.Name)
		}
		if r.PullThroughCachePrefix != "" {
			add("ECR cache prefix", region, own, r.PullThroughCachePrefix)
		}
	}
	for component, ids := range inOrder(spec.IDs) {
		for key, id := range inOrder(ids) {
			add("AWS id", "AWS", diag.Path{"ids", component, key}, id) // copied, even where account or region differ
		}
	}
	all = append(all, inExistingVPC(m, region)...)
	all = append(all, attachments(p.Spec.Network, region)...)
	for role, bucket := range inOrder(buckets(m)) {
		add("S3 bucket", "partition "+spec.Common.Partition, bucketPath(m.Environment, role), bucket)
	}
	return all
}

// inExistingVPC are the names of what a member adds to a VPC that its file names,
// and that two environments in it cannot both have: a route of a table, and an
// endpoint, whose private DNS answers for the whole VPC.
func inExistingVPC(m Member, region string) []Name {
	vpc := m.Environment.Network.VPC
	if vpc == nil {
		return nil
	}
	var all []Name
	if network := m.Plan.Spec.Network; network != nil {
		for _, table := range inOrder(network.RouteTables) {
			for _, peer := range inOrder(table.Peers) {
				all = append(all, Name{Kind: "route", Text: table.ID + " to " + peer.CIDR, Scope: region, Path: diag.Path{"network", "peers"}})
			}
		}
	}
	endpoints := m.Environment.Network.Endpoints
	for service, wanted := range inOrder(map[string]bool{"s3": endpoints.S3, "ecr": endpoints.ECR}) {
		if wanted {
			all = append(all, Name{
				Kind: "endpoint", Text: service + " in " + vpc.ID, Scope: region, Path: diag.Path{"network", "endpoints", service}, Twice: "AWS refuses a second one",
			})
		}
	}
	return all
}

// attachments are the names of what AWS joins a VPC to once: a VPN gateway, which it
// attaches to one VPC (AttachVpnGateway), a peering connection that is accepted, and
// with an existing VPC a transit gateway and the other VPC of a peering connection.
func attachments(network *v1alpha1.NetworkSpec, region string) []Name {
	if network == nil {
		return nil
	}
	var all []Name
	for _, a := range inOrder(network.Attachments) {
		n := Name{Kind: "attachment", Text: a.VPNGatewayID, Scope: region, Path: diag.Path{"network", "peers"}, Twice: "AWS refuses a second one",
			Hint: "leave attach out of one of the two; where each has a VPC of its own, give one another gateway"}
		shared := cmp.Or(a.TransitGatewayID, a.PeerVPCID) // by VPCs, each of which is joined to it once
		switch {
		case shared != "" && a.VPC.ID == "":
			continue
		case a.PeerVPCID != "":
			n.Kind = "peering connection"
			n.Text, n.Hint = a.PeerVPCID+" to "+a.VPC.ID, "leave the request to one of the two: the other one uses the connection as well, by its id"
		case shared != "":
			n.Text, n.Hint = shared+" to "+a.VPC.ID, "leave attach out of one of the two: the other one uses it as well"
		case a.VPCPeeringConnectionID != "":
			n.Text, n.Twice = a.VPCPeeringConnectionID, "it is accepted once"
			n.Hint = "leave attach out of one of the two"
		}
		all = append(all, n)
	}
	return all
}

// buckets are the names of the buckets by role.
func buckets(m Member) map[string]string {
	b := m.Plan.Spec.Storage.Buckets
	return map[string]string{
		"data": b.Data.Name, "registry": b.Registry.Name, "logs": b.Logs.Name, "backups": b.Backups.Name, "monitoring": b.Monitoring.Name,
	}
}

// bucketPath is where the name of a bucket comes from: its own field, or the
// environment's name.
func bucketPath(env *v1alpha1.Environment, role string) diag.Path {
	b := env.Storage.Buckets
	given := map[string]string{"data": b.Data.Name, "registry": b.Registry.Name, "logs": b.Logs.Name, "backups": b.Backups.Name, "monitoring": b.Monitoring.Name}
	if given[role] == "" {
		return diag.Path{"name"}
	}
	return diag.Path{"storage", "buckets", role, "name"}
}

// roles are the IAM roles that a plan makes, without the environment's name.
func roles(p *plan.Plan) []string {
	all := []string{"cluster", "platform", "compute", "load-balancer-controller", "backup"}
	if drivers := p.Spec.Identity.NodeDrivers; drivers == nil || !drivers.EBS {
		all = append(all, "ebs-csi")
	}
	if drivers := p.Spec.Identity.NodeDrivers; drivers == nil || !drivers.EFS {
		all = append(all, "efs-csi")
	}
	if p.Spec.Identity.Autoscaler {
		all = append(all, "autoscaler")
	}
	return all
}

// policies are the IAM policies that a plan makes, in the same way.
func policies(p *plan.Plan) []string {
	all := []string{"autoscaler", "autoscaler-reads", "nodes-s3", "nodes-key", "load-balancer-controller"}
	if drivers := p.Spec.Identity.NodeDrivers; drivers == nil || !drivers.EBS {
		all = append(all, "ebs-csi-key")
	}
	if p.Spec.Identity.NodeDrivers != nil {
		all = append(all, "nodes-drivers")
	}
	if p.Spec.Identity.Registry != nil {
		all = append(all, "nodes-ecr")
	}
	return all
}

func prefixed(name string, suffixes []string) []string {
	var all []string
	for _, suffix := range suffixes {
		all = append(all, strings.Join([]string{name, suffix}, "-"))
	}
	return all
}
