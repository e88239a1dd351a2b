package check

import (
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Composite is a composite resource of a member, as lowering made it of the plan's shape
// without committed ids.
type Composite struct {
	Key     string // in the environment, such as network or pool-default; empty for DominoEnvironment itself
	Objects []Object

	// Value returns a text of an object with the plan's values in the place of symbols.
	Value func(text string) string
}

// Object is what this package reads of a resource. Members of one shape share it.
type Object struct {
	Key        string
	Kind       string // with its AWS service, such as Role.iam
	Name       string // metadata.name
	AWSName    string // the external name; empty for an object that AWS names
	parameters map[string]string
}

// parameters are the fields below spec.forProvider that this package reads, by kind.
var parameters = map[string][]string{
	"LaunchTemplate.ec2":               {"name"},
	"NATGateway.ec2":                   {"subnetIdRef.name"},
	"NodeGroup.eks":                    {"clusterNameRef.name"},
	"PullThroughCacheRule.ecr":         {"ecrRepositoryPrefix"},
	"RolePolicyAttachment.iam":         {"roleRef.name"},
	"Route.ec2":                        {"routeTableId", "routeTableIdRef.name", "destinationCidrBlock"},
	"RouteTable.ec2":                   {"tags.Name"},
	"SecurityGroup.ec2":                {"name"},
	"SecurityGroupIngressRule.ec2":     {"securityGroupIdRef.name"},
	"Subnet.ec2":                       {"availabilityZone"},
	"TransitGatewayVPCAttachment.ec2":  {"transitGatewayId", "vpcId"},
	"VPCEndpoint.ec2":                  {"serviceName", "vpcEndpointType", "vpcId"},
	"VPCPeeringConnection.ec2":         {"peerVpcId", "vpcId"},
	"VPCPeeringConnectionAccepter.ec2": {"vpcPeeringConnectionId"},
	"VPNGatewayAttachment.ec2":         {"vpnGatewayId"},
}

// Read returns what this package reads of resources, by kind and field path, without the
// provider's types.
func Read(resources []resource.Resource) []Object {
	var fields fieldpath.Reader
	objects := make([]Object, len(resources))
	for i, r := range resources {
		kind := r.Object.GetObjectKind().GroupVersionKind()
		service, _, _ := strings.Cut(kind.Group, ".")
		o := Object{Key: r.Key, Kind: kind.Kind + "." + service, Name: r.Object.GetName(), parameters: map[string]string{}}
		o.AWSName, _ = r.ExternalName()
		for _, path := range parameters[o.Kind] {
			o.parameters[path] = fields.Text(r.Object, fieldpath.Parse("spec.forProvider."+path))
		}
		objects[i] = o
	}
	return objects
}

// object is an object of a member, next to all others.
type object struct {
	*Object
	composite *Composite
	name      string // metadata.name
	all       *[]object
}

// objectsOf returns the objects of a member.
func objectsOf(composites []Composite) []object {
	var all []object
	for i := range composites {
		c := &composites[i]
		for j := range c.Objects {
			all = append(all, object{&c.Objects[j], c, c.Value(c.Objects[j].Name), &all})
		}
	}
	return all
}

// made returns how many objects of a kind the member has.
func (o object) made(kind string) (n int) {
	for _, other := range *o.all {
		if other.Kind == kind {
			n++
		}
	}
	return n
}

// awsName returns the external name; "" for an object that AWS names.
func (o object) awsName() string {
	if o.Object == nil {
		return ""
	}
	return o.composite.Value(o.AWSName)
}

// parameter returns the text at a path below spec.forProvider; "" if there is none.
func (o object) parameter(path string) string {
	if o.Object == nil {
		return ""
	}
	text, read := o.parameters[path]
	if !read {
		panic("parameters lacks " + path + " of " + o.Kind)
	}
	return o.composite.Value(text)
}

// referred returns the object of a kind that a reference names; an object without content
// if there is the id of an existing resource in its place.
func (o object) referred(kind, reference string) object {
	name := o.parameter(reference + ".name")
	for _, other := range *o.all {
		if other.Kind == kind && other.name == name {
			return other
		}
	}
	return object{}
}

// pool returns the pool that the object belongs to; "" for that of another component.
func (o object) pool() string {
	for _, prefix := range []string{v1alpha1.PoolPrefix, "tags-"} {
		if pool, ok := strings.CutPrefix(o.composite.Key, prefix); ok {
			return pool
		}
	}
	return ""
}
