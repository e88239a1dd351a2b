package lowered

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/resource"
)

// naming is who decides what AWS knows a resource by.
type naming int

const (
	byAWS    naming = iota + 1 // AWS makes the id; the provider stores it by late initialization
	byUs                       // the annotation crossplane.io/external-name
	byFields                   // fields of the resource, such as the cluster's name and a principal
	notInAWS                   // nothing in AWS
)

// namings are the rules of provider-aws v2.5.0 (config/externalname.go), for
// every kind that a component makes.
func namings() map[string]naming {
	return map[string]naming{
		"VPC":                                 byAWS,
		"VPCIPv4CidrBlockAssociation":         byAWS,
		"Subnet":                              byAWS,
		"InternetGateway":                     byAWS,
		"NATGateway":                          byAWS,
		"EIP":                                 byAWS,
		"RouteTable":                          byAWS,
		"RouteTableAssociation":               byAWS,
		"Route":                               byAWS,
		"SecurityGroup":                       byAWS,
		"SecurityGroupIngressRule":            byAWS,
		"SecurityGroupEgressRule":             byAWS,
		"LaunchTemplate":                      byAWS,
		"DefaultSecurityGroup":                byAWS,
		"FlowLog":                             byAWS,
		"VPCEndpoint":                         byAWS,
		"VPCEndpointRouteTableAssociation":    byAWS,
		"VPCEndpointSubnetAssociation":        byAWS,
		"VPCEndpointSecurityGroupAssociation": byAWS,
		"PodIdentityAssociation":              byAWS,
		"GroupTag":                            byAWS,
		"Key":                                 byAWS,
		"OpenIDConnectProvider":               byAWS,
		"RolePolicyAttachment":                byAWS,
		"Addon":                               byAWS, // <cluster>:<add-on>, taken from the provider's state
		"FileSystem":                          byAWS,
		"AccessPoint":                         byAWS,
		"MountTarget":                         byAWS,
		"Plan":                                byAWS,
		"Selection":                           byAWS,
		"BucketOwnershipControls":             byAWS,
		"BucketPublicAccessBlock":             byAWS,
		"BucketVersioning":                    byAWS,
		"BucketServerSideEncryptionConfiguration": byAWS,
		"BucketLifecycleConfiguration":            byAWS,
		"BucketPolicy":                            byAWS,
		"BucketLogging":                           byAWS,
		"LifecyclePolicy":                         byAWS,
		"PullThroughCacheRule":                    byAWS,
		"Certificate":                             byAWS,
		"CertificateValidation":                   byAWS,
		"Record":                                  byAWS,
		"Alias":                                   byUs,
		"Role":                                    byUs,
		"Policy":                                  byUs,
		"Group":                                   byUs,
		"Cluster":                                 byUs,
		"NodeGroup":                               byUs,
		"IdentityProviderConfig":                  byUs,
		"Bucket":                                  byUs,
		"Vault":                                   byUs,
		"Repository":                              byUs,
		"AccessEntry":                             byFields,
		"AccessPolicyAssociation":                 byFields,
		"Release":                                 byUs,
		"Object":                                  notInAWS,
		"ProviderConfig":                          notInAWS,
		"ClusterAuth":                             notInAWS,
		"Usage":                                   notInAWS,
	}
}

// awsID is an id that AWS gave to something that exists and is taken up.
var awsID = regexp.MustCompile(`^[a-z]+-[0-9a-f]{8,40}$`)

// checkIdentity holds a resource to the rule of its kind: one that we name has
// its name, one that AWS names has none, unless it exists, and only one that we
// name goes without late initialization. Without it the id that AWS gave would
// never be stored, and a provider that restarts would make a second VPC.
func checkIdentity(t *testing.T, r resource.Resource) {
	t.Helper()
	rule, known := namings()[r.Object.GetObjectKind().GroupVersionKind().Kind]
	require.True(t, known, "%s: who names its kind?", r.Key)
	name, named := r.Object.GetAnnotations()["crossplane.io/external-name"]
	exists := rule == byAWS && awsID.MatchString(name)
	require.Equal(t, rule == byUs || exists, named, r.Key)
	checkPolicies(t, r, rule)
}

// checkPolicies knows three sets of management policies: all of them, all but
// deletion, and, for a kind that we name, all but late initialization.
func checkPolicies(t *testing.T, r resource.Resource, rule naming) {
	t.Helper()
	list, limited := Content(t, r)["spec"].(map[string]any)["managementPolicies"]
	if !limited {
		return
	}
	allowed := []any{[]any{"Observe", "Create", "Update", "LateInitialize"}}
	if rule == byUs {
		allowed = append(allowed, []any{"Observe", "Create", "Update", "Delete"})
	}
	require.Contains(t, allowed, list, r.Key)
}
