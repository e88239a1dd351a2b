package emitted

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// notes are the kinds and fields that provider-aws and an emulated AWS took. A
// green run of TestProvider in tests/cluster writes them, and nothing else does.
const notes = "../cluster/testdata/provider.txt"

// What the real provider was never given has not been proved: whoever emits a new
// kind or field lets TestProvider create it.
func TestTheProviderHasTakenEveryKindAndField(t *testing.T) {
	content, err := os.ReadFile(notes)
	require.NoError(t, err)
	taken := map[string]bool{}
	for line := range strings.Lines(string(content)) {
		taken[strings.TrimSuffix(line, "\n")] = true
	}
	untaken := map[string]bool{}
	for _, objects := range compiledFleet(t).rendered {
		for _, object := range objects {
			for _, field := range awsFields(object) {
				if !taken[field] {
					untaken[field] = true
				}
			}
		}
	}
	for _, field := range awaited() {
		require.True(t, untaken[field], "%s has been taken, or is no longer emitted: it awaits no run", field)
		delete(untaken, field)
	}
	require.Empty(t, slices.Sorted(maps.Keys(untaken)), "TestProvider in tests/cluster is to create these")
}

// awaited are the fields that no run of TestProvider has been given yet. Since the
// last run its prod-us has a permissions boundary, attaches a transit gateway, and has
// a pool of an image of the user with user data, an admin in a group of Kubernetes, a
// required claim, an update strategy and logs that expire, and asks two VPCs for peering
// connections; its dev attaches a VPN gateway and accepts a peering connection. In every
// environment backups have a week, and buckets take no keys of clients. The next run
// writes the fields into the notes, and then this list fails.
func awaited() []string {
	fields := []string{
		"backup.aws.m.upbound.io/Plan forProvider.rule.completionWindow",
		"ec2.aws.m.upbound.io/LaunchTemplate forProvider.imageId",
		"ec2.aws.m.upbound.io/LaunchTemplate forProvider.userData",
		"eks.aws.m.upbound.io/AccessEntry forProvider.kubernetesGroups",
		"eks.aws.m.upbound.io/IdentityProviderConfig forProvider.oidc.requiredClaims",
		"eks.aws.m.upbound.io/NodeGroup forProvider.updateConfig.updateStrategy",
		"iam.aws.m.upbound.io/Role forProvider.permissionsBoundary",
		"s3.aws.m.upbound.io/BucketLifecycleConfiguration forProvider.rule.expiration.days",
		"s3.aws.m.upbound.io/BucketServerSideEncryptionConfiguration forProvider.rule.blockedEncryptionTypes",
	}
	for kind, named := range map[string][]string{
		"TransitGatewayVPCAttachment": {"region", "subnetIdRefs.name", "subnetIds", "tags", "transitGatewayId", "vpcId", "vpcIdRef.name"},
		"VPNGatewayAttachment":        {"region", "vpcId", "vpcIdRef.name", "vpnGatewayId"},
		"VPCPeeringConnection": {
			"autoAccept", "peerOwnerId", "peerRegion", "peerVpcId", "region", "tags", "vpcId", "vpcIdRef.name",
		},
		"VPCPeeringConnectionAccepter": {"autoAccept", "region", "tags", "vpcPeeringConnectionId"},
		"Route":                        {"vpcPeeringConnectionIdRef.name"},
	} {
		for _, field := range named {
			fields = append(fields, "ec2.aws.m.upbound.io/"+kind+" forProvider."+field)
		}
	}
	return fields
}

// awsFields are the lines that the notes need for an object.
func awsFields(object unstructured.Unstructured) []string {
	kind := object.GroupVersionKind()
	if !strings.HasSuffix(kind.Group, ".aws.m.upbound.io") {
		return nil
	}
	var fields []string
	for _, part := range []string{"forProvider", "initProvider"} {
		value, _, _ := unstructured.NestedFieldNoCopy(object.Object, "spec", part)
		fields = append(fields, leaves(kind.Group+"/"+kind.Kind+" "+part, value)...)
	}
	return fields
}

// leaves are the paths of the values below a path, as TestProvider writes them: its
// module shares no package with this one. Elements of a list are not told apart, nor
// are the keys of tags, labels and claims.
func leaves(path string, value any) []string {
	var paths []string
	switch v := value.(type) {
	case nil:
	case map[string]any:
		if strings.HasSuffix(path, ".tags") || strings.HasSuffix(path, ".labels") || strings.HasSuffix(path, ".requiredClaims") {
			return []string{path}
		}
		for key, below := range v {
			paths = append(paths, leaves(path+"."+key, below)...)
		}
	case []any:
		for _, item := range v {
			paths = append(paths, leaves(path, item)...)
		}
	default:
		return []string{path}
	}
	return paths
}
