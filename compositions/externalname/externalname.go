// Package externalname knows who decides the external name of a resource, for every kind
// that we compose: its name or id in AWS.
//
// It is the provider's table (provider-aws v2.5.0, config/externalname.go), with its
// consequences. If AWS generates the id of a kind, it is lost with the management
// cluster, and Crossplane creates a second VPC; so such ids belong in Git (InGit).
// Ids that only repeat fields of the resource do not: the provider finds the resource
// by its fields, or writes the same again. A kind goes in, its rule comes out.
// Package compositions and the command line ask which ids Git needs.
package externalname

import (
	"maps"
	"math"
	"strings"
	"sync"
)

// Annotation is the annotation that carries the external name of a resource.
const Annotation = "crossplane.io/external-name"

// Identity is a resource whose id AWS makes, and which therefore belongs in Git: its
// place in the environment, and the object that has the id.
type Identity struct {
	Component, Key   string
	APIVersion, Kind string
	Name             string // metadata.name
}

// Namer decides the name or id of a resource in AWS.
type Namer int

const (
	Provider Namer = iota + 1 // AWS chooses it, and the provider stores it by late initialization
	Us                        // dominoc states it in the annotation
	Fields                    // fields of the resource, such as the cluster's name and a principal
	NotInAWS                  // AWS has no such resource
)

// Rule is the rule of a kind.
type Rule struct {
	Namer   Namer
	Example string // of an id that belongs in Git; empty where none does

	fits func(id string) bool
}

// InGit reports whether the id must outlive the management cluster.
func (r Rule) InGit() bool { return r.fits != nil }

// Fits reports whether a text may be an id of the kind; false for a kind whose ids do
// not belong in Git.
func (r Rule) Fits(id string) bool {
	return r.fits != nil && id != "" && only(id, characters) && r.fits(id)
}

// characters are those of all ids: ARNs, AWS names and paths, numbers.
const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:+=,@"

// Of returns the rule of a kind.
func Of(kind string) (Rule, bool) {
	rule, known := rules()[kind]
	return rule, known
}

// rules are those of all kinds: no kind is in two of the tables.
var rules = sync.OnceValue(func() map[string]Rule {
	all := made()
	maps.Copy(all, repeated())
	maps.Copy(all, chosen())
	return all
})

// made returns the kinds whose id AWS generates.
func made() map[string]Rule {
	return map[string]Rule{
		"VPC":                                 resource("vpc"),
		"VPCIPv4CidrBlockAssociation":         resource("vpc-cidr-assoc"),
		"Subnet":                              resource("subnet"),
		"InternetGateway":                     resource("igw"),
		"NATGateway":                          resource("nat"),
		"EIP":                                 resource("eipalloc"),
		"RouteTable":                          resource("rtb"),
		"RouteTableAssociation":               resource("rtbassoc"),
		"SecurityGroup":                       resource("sg"),
		"DefaultSecurityGroup":                resource("sg"),
		"SecurityGroupIngressRule":            resource("sgr"),
		"SecurityGroupEgressRule":             resource("sgr"),
		"LaunchTemplate":                      resource("lt"),
		"FlowLog":                             resource("fl"),
		"VPCEndpoint":                         resource("vpce"),
		"TransitGatewayVPCAttachment":         resource("tgw-attach"),
		"VPNGatewayAttachment":                prefixed("vpn-attachment-", "a1b2c3d", hexadecimal, 1, 8), // a checksum of other ids
		"VPCPeeringConnection":                resource("pcx"),
		"VPCEndpointSecurityGroupAssociation": prefixed("a-vpce-", "0a1b2c3d4e5f607181234567890", lowerCase, 8, math.MaxInt),
		"PodIdentityAssociation":              prefixed("a-", "abcdefghijklmnop1", lowerCase, 8, math.MaxInt),
		"FileSystem":                          resource("fs"),
		"AccessPoint":                         resource("fsap"),
		"MountTarget":                         resource("fsmt"),
		"Key":                                 {Provider, uuidExample, func(id string) bool { return uuid(strings.TrimPrefix(id, "mrk-")) || uuid(id) }},
		"Plan":                                {Provider, uuidExample, uuid},
		"Selection":                           {Provider, uuidExample, uuid},
		"Certificate":                         arn("acm", "us-west-2", "certificate/", uuidExample),
		"OpenIDConnectProvider":               arn("iam", "", "oidc-provider/", "oidc.eks.us-west-2.amazonaws.com/id/0A1B2C"),
		"PullThroughCacheRule":                {Provider, "prod-us/quay", func(id string) bool { return only(id, "abcdefghijklmnopqrstuvwxyz0123456789-_./") }},
	}
}

// repeated returns the kinds whose id repeats fields. For Addon, Route and the
// associations of an endpoint with tables and subnets, the provider computes the id and
// finds the existing resource; creating one of the others writes the same again, and
// accepting an accepted peering connection changes nothing.
func repeated() map[string]Rule {
	out := map[string]Rule{}
	for _, kind := range []string{
		"Addon", "Route", "VPCEndpointRouteTableAssociation", "VPCEndpointSubnetAssociation", "VPCPeeringConnectionAccepter",
		"GroupTag", "RolePolicyAttachment", "LifecyclePolicy", "CertificateValidation", "Record",
		"BucketOwnershipControls", "BucketPublicAccessBlock", "BucketVersioning", "BucketPolicy", "BucketLogging",
		"BucketServerSideEncryptionConfiguration", "BucketLifecycleConfiguration",
	} {
		out[kind] = Rule{Namer: Provider}
	}
	return out
}

// chosen returns the kinds whose id is chosen before the creation.
func chosen() map[string]Rule {
	out := map[string]Rule{}
	for namer, kinds := range map[Namer][]string{
		Us: {
			"Alias", "Role", "Policy", "Group", "Cluster", "NodeGroup", "IdentityProviderConfig", "Bucket", "Vault",
			"Repository", "Release",
		},
		Fields:   {"AccessEntry", "AccessPolicyAssociation"},
		NotInAWS: {"Object", "ProviderConfig", "ClusterAuth", "Usage"},
	} {
		for _, kind := range kinds {
			out[kind] = Rule{Namer: namer}
		}
	}
	return out
}

// resource is an id of EC2 or EFS: a prefix and hexadecimal digits.
func resource(prefix string) Rule {
	return prefixed(prefix+"-", "0a1b2c3d4e5f60718", hexadecimal, 8, 40)
}

const (
	hexadecimal = "0123456789abcdef"
	lowerCase   = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// prefixed is an id of a prefix and, from least to most, characters.
func prefixed(prefix, example, characters string, least, most int) Rule {
	return Rule{Provider, prefix + example, func(id string) bool {
		rest, ok := strings.CutPrefix(id, prefix)
		return ok && len(rest) >= least && len(rest) <= most && only(rest, characters)
	}}
}

const uuidExample = "1234abcd-12ab-34cd-56ef-1234567890ab"

func uuid(id string) bool {
	digits := strings.ReplaceAll(id, "-", "")
	return len(digits) == 32 && only(digits, hexadecimal)
}

// arn is the form of ids that are ARNs. The example is of the commercial partition; an
// id of any partition fits.
func arn(service, region, kind, name string) Rule {
	example := strings.Join([]string{"arn", "aws", service, region, "123456789012", kind + name}, ":")
	return Rule{Provider, example, func(id string) bool {
		parts := strings.SplitN(id, ":", 6)
		return len(parts) == 6 && parts[0] == "arn" && parts[2] == service && strings.HasPrefix(parts[5], kind)
	}}
}

func only(text, characters string) bool { return strings.Trim(text, characters) == "" }
