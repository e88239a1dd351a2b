package health_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

// denied is what the provider says of a cluster whose foreign tags it may not remove.
const denied = "async update failed: failed to update the resource: [{0 updating tags for EKS (Elastic Kubernetes) Cluster (arn:aws:eks:us-west-2:123456789012:cluster/prod): untagging resource (arn:aws:eks:us-west-2:123456789012:cluster/prod): operation error EKS: UntagResource, https response error StatusCode: 403, RequestID: x, api error AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/p/s is not authorized to perform: eks:UntagResource on resource: arn:aws:eks:us-west-2:123456789012:cluster/prod  []}]"

// A file that has the name of what another owner has in AWS is denied every change of it.
// status says so, instead of AWS's sentence about a right that the role is not to have.
func TestWhatAnotherOwnerHasIsNamed(t *testing.T) {
	type tags = map[string]any
	for name, c := range map[string]struct {
		has        any // tags in AWS; nil for a resource that the provider has not seen
		adopts     bool
		message    string
		says, hint string
	}{
		"AnInstallationOfAnotherOwner": {has: tags{"team": "ds"}, message: denied,
			says: "AWS has prod already, without the tag of this environment: it is another owner's", hint: "import it (dominoc import), or choose another name"},
		"AnotherEnvironments": {has: tags{"dominoc.dev/environment": "lab"}, message: denied,
			says: `AWS has prod already, with the tag of environment "lab": it is another owner's`, hint: "choose another name"},
		"EC2SaysItInOtherWords": {has: tags{}, message: "update failed: operation error EC2: CreateTags, https response error StatusCode: 403, RequestID: x, api error UnauthorizedOperation: You are not authorized to perform this operation.",
			says: "AWS has prod already, without the tag of this environment: it is another owner's", hint: "import it (dominoc import), or choose another name"},
		"TagsThatAnImportOverlooked": {has: tags{"team": "ds", "cost": "1", "aws:x": "y", "owner": "p"}, adopts: true, message: denied,
			says: "AWS has prod with tags that the environment's file lacks: cost, team", hint: "state them in tags, or remove them in AWS"},
		"AnImportWithoutItsPolicies": {has: tags{"owner": "p"}, adopts: true, message: denied,
			says: "AWS has prod without the tag of this environment, and the role may not tag it", hint: "attach the policies of dominoc policy, or of dominoc policy --rehearsal"},
		"OursThatTheRoleMayNotChange": {has: tags{"dominoc.dev/environment": "prod"}, message: denied,
			says: "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/p/s is not authorized to perform: eks:UntagResource on resource: arn:aws:eks:us-west-2:123456789012:cluster/prod (EKS UntagResource)"},
		"AnotherError": {has: tags{}, message: "update failed: operation error EKS: TagResource, https response error StatusCode: 400, RequestID: x, api error InvalidRequestException: no",
			says: "InvalidRequestException: no (EKS TagResource)"},
		"NothingThatTheProviderHasSeen": {message: denied,
			says: "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/p/s is not authorized to perform: eks:UntagResource on resource: arn:aws:eks:us-west-2:123456789012:cluster/prod (EKS UntagResource)"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, status := read(t), map[string]any{}
			if c.has != nil {
				status["atProvider"] = map[string]any{"arn": "arn:aws:eks:us-west-2:123456789012:cluster/prod", "tags": c.has}
			}
			if c.adopts {
				root := cluster.environment.Root.Content
				spec, _ := root["spec"].(map[string]any)
				if spec == nil {
					spec = map[string]any{}
					root["spec"] = spec
				}
				spec["cluster"] = map[string]any{"adopted": map[string]any{"roleARN": "arn:aws:iam::1:role/r"}}
			}
			cluster.add(map[string]any{
				"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": "Cluster",
				"metadata": map[string]any{"name": "prod-cluster-cluster", "annotations": map[string]any{
					"place": "cluster/old", "crossplane.io/composition-resource-name": "old", "crossplane.io/external-name": "prod",
				}},
				"spec":   map[string]any{"forProvider": map[string]any{"tags": tags{"dominoc.dev/environment": "prod", "owner": "p"}}},
				"status": status,
			})
			cluster.condition("cluster/old", "Ready", "True", "Available", "")
			cluster.condition("cluster/old", "Synced", "True", "ReconcileSuccess", "")
			cluster.condition("cluster/old", "LastAsyncOperation", "False", "AsyncUpdateFailure", c.message)
			f := only(t, cluster.judge())
			require.Equal(t, health.Wrong, f.State)
			require.Equal(t, c.says, f.Says)
			require.Equal(t, c.hint, f.Hint)
		})
	}
}
