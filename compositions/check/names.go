package check

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
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

// The fields that most names come from.
var (
	ofName  = diag.Path{"name"}
	ofPeers = diag.Path{"network", "peers"}
)

// Name is what AWS knows something by.
type Name struct {
	Kind  string    // for the reader, such as IAM role
	Text  string    // the name itself
	Scope string    // within what the name is unique, such as account 123456789012
	Path  diag.Path // the field that the name comes from

	Twice Twice // the zero value for the default
}

// Twice is what happens if two environments have a name, and what to do.
type Twice struct {
	Effect string
	Hint   string // empty for the hint that follows from the path
}

// taken refuses what has the name of another environment's.
func (c *checker) taken() {
	type sort struct{ kind, scope string }
	type holder struct{ member, name int32 } // of a fleet there are hundreds of thousands
	first := map[sort]map[string]holder{}
	for i, m := range c.members {
		for j, n := range m.Names {
			names := first[sort{n.Kind, n.Scope}]
			if names == nil {
				names = map[string]holder{}
				first[sort{n.Kind, n.Scope}] = names
			}
			other, taken := names[n.Text]
			if !taken {
				names[n.Text] = holder{int32(i), int32(j)}
			} else if o := c.members[other.member]; o.Environment.Name != m.Environment.Name { // else names() refuses both
				c.reportTaken(i, n, int(other.member), o.Names[other.name].Path)
			}
		}
	}
}

func (c *checker) reportTaken(member int, n Name, other int, otherPath diag.Path) {
	effect := cmp.Or(n.Twice.Effect, "Crossplane adopts the existing resource, so each environment would undo the other's changes")
	c.refuse("aws-name-taken", member, n.Path, problem{
		message: fmt.Sprintf("environment %q has %s %q too, and it is unique in %s; %s", c.env(other).Name, n.Kind, n.Text, n.Scope, effect),
		hint:    cmp.Or(n.Twice.Hint, renaming(n.Path)),
		notes:   []diag.Note{c.note(other, otherPath, "the other one's name comes from here")},
		others:  []int{other},
	})
}

func renaming(path diag.Path) string {
	if len(path) > 0 && path[0] == "ids" {
		return "one of the two was copied: remove it, and run dominoc ids for that environment"
	}
	if len(path) > 1 && path[0] == "network" { // in a VPC that both use
		return "remove it from one of the two: the other one uses it as well"
	}
	if path.String() == "name" {
		return "choose another name for one of the environments"
	}
	return "choose another name for one of the two"
}

// naming is what the names of a kind are to AWS and to the reader.
type naming struct {
	kind  string                                              // for the reader
	scope string                                              // within what the name is unique
	name  func(o object) string                               // nil for the external name
	path  func(env *v1alpha1.Environment, o object) diag.Path // the field that the name comes from; nil for the pool or the environment's name
}

const (
	inPartition = "partition"
	inAccount   = "account"
	inRegion    = "region"
)

// namings are the kinds whose name the environment chooses, and which is unique beyond
// the cluster and the VPC.
var namings = map[string]naming{
	"Role.iam":                 {kind: "IAM role", scope: inAccount},
	"Policy.iam":               {kind: "IAM policy", scope: inAccount},
	"Cluster.eks":              {kind: "EKS cluster", scope: inRegion},
	"Group.cloudwatchlogs":     {kind: "log group", scope: inRegion},
	"Vault.backup":             {kind: "backup vault", scope: inRegion},
	"Alias.kms":                {kind: "KMS alias", scope: inRegion, name: func(o object) string { return "alias/" + o.awsName() }},
	"LaunchTemplate.ec2":       {kind: "launch template", scope: inRegion, name: parameterOf("name")},
	"Key.kms":                  {kind: "KMS key", scope: inRegion, path: at("encryption", "keyARN")},
	"FileSystem.efs":           {kind: "file system", scope: inRegion, path: at("storage", "datasets", "existing", "fileSystemID")},
	"Repository.ecr":           {kind: "ECR repository", scope: inRegion},
	"PullThroughCacheRule.ecr": {kind: "ECR cache prefix", scope: inRegion, name: parameterOf("ecrRepositoryPrefix")},
	"Bucket.s3":                {kind: "S3 bucket", scope: inPartition, path: bucketPath},
	"SecurityGroup.ec2":        {name: parameterOf("name")}, // unique in its VPC
}

// chosenName returns what AWS knows an object by.
func (o object) chosenName() string {
	if name := namings[o.Kind].name; name != nil {
		return name(o)
	}
	return o.awsName()
}

// path returns the field that the names of an object come from.
func (o object) path(env *v1alpha1.Environment) diag.Path {
	if path := namings[o.Kind].path; path != nil {
		return path(env, o)
	}
	if pool := o.pool(); pool != "" {
		return diag.Path{"pools", pool}
	}
	if o.composite.Key == "pod-roles" {
		return podRolePath(env, o)
	}
	return ofName
}

func parameterOf(path string) func(o object) string {
	return func(o object) string { return o.parameter(path) }
}

func at(path ...string) func(*v1alpha1.Environment, object) diag.Path {
	return func(*v1alpha1.Environment, object) diag.Path { return path }
}

// bucketPath returns where the name of a bucket comes from: its own field, or the
// environment's name.
func bucketPath(env *v1alpha1.Environment, o object) diag.Path {
	role := strings.TrimPrefix(o.Key, "bucket-")
	b := env.Storage.Buckets
	given := map[string]string{"data": b.Data.Name, "registry": b.Registry.Name, "logs": b.Logs.Name, "backups": b.Backups.Name, "monitoring": b.Monitoring.Name}
	if given[role] == "" {
		return ofName
	}
	return diag.Path{"storage", "buckets", role, "name"}
}

// podRolePath returns the role of the user's pods that an object has its name from.
func podRolePath(env *v1alpha1.Environment, o object) diag.Path {
	return diag.Path{"cluster", "podRoles", strings.TrimPrefix(o.awsName(), env.Name+"-")}
}

// names returns what AWS knows the resources of the environment by, each once, in a
// fixed order. Names of what lives inside the cluster or the VPC are not among them.
func (a *alone) names(objects []object) []Name {
	common := a.plan.Spec.Common
	account := "account " + common.Account
	region := account + " in " + common.Region
	scopes := map[string]string{inPartition: "partition " + common.Partition, inAccount: account, inRegion: region}
	var all []Name
	known := map[[3]string]bool{}
	add := func(n Name) {
		if id := [3]string{n.Kind, n.Scope, n.Text}; n.Text != "" && !known[id] {
			known[id] = true
			all = append(all, n)
		}
	}
	for _, o := range objects {
		if naming := namings[o.Kind]; naming.scope != "" {
			add(Name{Kind: naming.kind, Scope: scopes[naming.scope], Text: o.chosenName(), Path: o.path(a.env)})
		}
		for _, n := range joined(o, common.Region) {
			n.Scope = region
			add(n)
		}
	}
	for component, ids := range ordered.All(a.plan.Spec.IDs) {
		for key, id := range ordered.All(ids) {
			add(Name{Kind: "AWS id", Scope: "AWS", Path: diag.Path{"ids", component, key}, Text: id}) // copied, even where account or region differ
		}
	}
	return all
}

// What AWS does if two environments join it to the same resource.
var (
	refused         = Twice{Effect: "AWS refuses a second one"}
	refusedGateway  = Twice{refused.Effect, "remove attach from one of the two; if each has its own VPC, use another gateway for one"}
	refusedTransit  = Twice{refused.Effect, "remove attach from one of the two: the other one uses it as well"}
	refusedRequest  = Twice{refused.Effect, "remove the request from one of the two: the other one uses the connection by its id"}
	refusedAccepter = Twice{"it is accepted once", "remove attach from one of the two"}
)

// joined returns the names of what an object adds to something that another
// environment may add to as well: a route to an existing table, an endpoint to an
// existing VPC, for all of which its private DNS answers, and what AWS joins a VPC to
// once. That is a VPN gateway, which it attaches to one VPC (AttachVpnGateway), a peering
// connection that is accepted, and with an existing VPC a transit gateway and the other
// VPC of a peering connection.
func joined(o object, region string) []Name {
	switch o.Kind {
	case "Route.ec2":
		if table := o.parameter("routeTableId"); table != "" {
			return []Name{{Kind: "route", Text: table + " to " + o.parameter("destinationCidrBlock"), Path: ofPeers}}
		}
	case "VPCEndpoint.ec2":
		_, service, _ := strings.Cut(o.parameter("serviceName"), "."+region+".")
		service, _, _ = strings.Cut(service, ".") // ecr has two endpoints
		if vpc := o.parameter("vpcId"); vpc != "" {
			return []Name{{Kind: "endpoint", Text: service + " in " + vpc, Path: diag.Path{"network", "endpoints", service}, Twice: refused}}
		}
	case "VPNGatewayAttachment.ec2":
		return []Name{{Kind: "attachment", Text: o.parameter("vpnGatewayId"), Path: ofPeers, Twice: refusedGateway}}
	case "VPCPeeringConnectionAccepter.ec2":
		return []Name{{Kind: "attachment", Text: o.parameter("vpcPeeringConnectionId"), Path: ofPeers, Twice: refusedAccepter}}
	case "TransitGatewayVPCAttachment.ec2":
		if vpc := o.parameter("vpcId"); vpc != "" {
			return []Name{{Kind: "attachment", Text: o.parameter("transitGatewayId") + " to " + vpc, Path: ofPeers, Twice: refusedTransit}}
		}
	case "VPCPeeringConnection.ec2":
		if vpc := o.parameter("vpcId"); vpc != "" {
			return []Name{{Kind: "peering connection", Text: o.parameter("peerVpcId") + " to " + vpc, Path: ofPeers, Twice: refusedRequest}}
		}
	}
	return nil
}
