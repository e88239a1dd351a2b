package diff

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
)

// node is a node group as a management cluster has it: Crossplane applied a part
// of it, the provider filled in the rest.
const node = `{
	"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": "NodeGroup",
	"metadata": {
		"name": "g", "namespace": "n", "annotations": {"crossplane.io/external-name": "g-a", "other": "x"},
		"managedFields": [
			{"manager": "apiextensions.crossplane.io/composed/abc", "operation": "Apply", "fieldsV1": {
				"f:metadata": {"f:annotations": {"f:crossplane.io/external-name": {}}},
				"f:spec": {
					"f:forProvider": {"f:version": {}, "f:subnetIdRefs": {}, "f:tags": {"f:a": {}}, "f:sets": {"v:\"x\"": {}}, "f:taint": {"k:{\"key\":\"t\"}": {"f:key": {}}}},
					"f:initProvider": {"f:scalingConfig": {"f:minSize": {}}}
				}
			}},
			{"manager": "provider", "operation": "Update", "fieldsV1": {"f:spec": {"f:forProvider": {"f:subnetIds": {}}}}},
			{"manager": "apiextensions.crossplane.io/composed/abc", "subresource": "status", "fieldsV1": {"f:status": {}}}
		]
	},
	"spec": {
		"forProvider": {"version": "1.35", "subnetIds": ["subnet-1"], "subnetIdRefs": [{"name": "s"}], "tags": {"a": "1", "crossplane-kind": "y"},
			"sets": ["x", "y"], "taint": [{"key": "t", "effect": "z"}, {"key": "u"}]},
		"initProvider": {"scalingConfig": {"minSize": 1, "maxSize": 5, "desiredSize": 1}}
	},
	"status": {"atProvider": {"scalingConfig": {"desiredSize": 4}}}
}`

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &out))
	return out
}

func TestWhatTheProviderFilledInIsNoDifference(t *testing.T) {
	got := Applied(parsed(t, node))
	require.Equal(t, map[string]any{
		"forProvider": map[string]any{
			"version": "1.35", "subnetIdRefs": []any{map[string]any{"name": "s"}}, "tags": map[string]any{"a": "1"},
			"sets": []any{"x"}, "taint": []any{map[string]any{"key": "t"}},
		},
		"initProvider": map[string]any{"scalingConfig": map[string]any{"minSize": 1.0}},
	}, got["spec"])
	require.Equal(t, "g-a", awsName(got))
	require.NotNil(t, got["status"])
	bare := map[string]any{"spec": map[string]any{"a": "b"}}
	require.Equal(t, bare, Applied(bare), "an object that somebody else made")
}

func TestWhatIsKnownInTheClusterStandsForWhatTheFilesDoNotKnow(t *testing.T) {
	group := func(version string, live bool) *Environment {
		object := parsed(t, node)
		object["spec"] = map[string]any{"forProvider": map[string]any{"version": version, "arn": "arn:" + version + ":x"}}
		return &Environment{Name: "e", Live: live, Resources: []Resource{{"pool-default", "nodes-z0", object}}}
	}
	require.Empty(t, Compare(group("1.35", true), group("(known after apply)", false)).Changes)
	require.NotEmpty(t, Compare(group("1.35", false), group("(known after apply)", false)).Changes, "by the files it is another value")
	require.NotEmpty(t, Compare(group("1.34", true), group("1.35", false)).Changes)
}

// User data is in base64 as a whole, also where it has what only AWS knows.
func TestWhatIsKnownInTheClusterStandsInBase64Too(t *testing.T) {
	template := func(text string, live bool) *Environment {
		object := parsed(t, node)
		object["spec"] = map[string]any{"forProvider": map[string]any{"userData": base64.StdEncoding.EncodeToString([]byte(text))}}
		return &Environment{Name: "e", Live: live, Resources: []Resource{{"pool-default", "template", object}}}
	}
	const unknown = "maxPods: 58\napiServerEndpoint: (known after apply)\n"
	require.Empty(t, Compare(template("maxPods: 58\napiServerEndpoint: https://x\n", true), template(unknown, false)).Changes)
	require.NotEmpty(t, Compare(template("maxPods: 29\napiServerEndpoint: https://x\n", true), template(unknown, false)).Changes)
}

// The files know a name in AWS once its id is committed; the cluster has it anyway.
func TestAnIDThatIsCommittedIsTheOneThatTheClusterHas(t *testing.T) {
	vpc := func(id, owner string) *Environment {
		annotations := map[string]any{}
		if id != "" {
			annotations[externalName] = id
		}
		return &Environment{Name: "e", Live: owner != "", Resources: []Resource{{"network", "vpc", Applied(map[string]any{
			"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPC",
			"metadata": map[string]any{"name": "e-network-vpc", "annotations": annotations, "managedFields": []any{
				map[string]any{"manager": composer + "abc", "fieldsV1": map[string]any{"f:spec": map[string]any{"f:forProvider": map[string]any{}}}},
			}},
			"spec": map[string]any{"forProvider": map[string]any{}},
		})}}}
	}
	live := vpc("vpc-1", "the provider")
	require.Empty(t, Compare(live, vpc("", "")).Changes, "none is committed")
	require.Empty(t, Compare(live, vpc("vpc-1", "")).Changes)
	require.Equal(t, Replace, Compare(live, vpc("vpc-2", "")).Changes[0].Action)
}

// A group takes its version from the control plane, also where the files do not know
// what else the control plane is given.
func TestGroupsFollowTheControlPlaneOfACluster(t *testing.T) {
	cluster := func(version, role, group string, live bool) *Environment {
		resource := func(component, key, kind string, said map[string]any) Resource {
			return Resource{component, key, map[string]any{"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": kind, "spec": map[string]any{"forProvider": said}}}
		}
		return &Environment{Name: "e", Live: live, Resources: []Resource{
			resource("cluster", "cluster", "Cluster", map[string]any{"version": version, "roleArn": role}),
			resource("pool-default", "nodes-z0", "NodeGroup", map[string]any{"version": group}),
		}}
	}
	live := cluster("1.34", "arn:aws:iam::123456789012:role/e", "1.34", true)
	report := Compare(live, cluster("1.35", plan.Unknown, plan.Unknown, false))
	require.Len(t, report.Changes, 2)
	require.Equal(t, "the control plane", report.Changes[1].Fields[0].Follows)
	require.Empty(t, Compare(live, cluster("1.34", plan.Unknown, plan.Unknown, false)).Changes)
}

func TestASizeKnowsHowManyNodesThereAre(t *testing.T) {
	sized := func(min, max int64) *Environment {
		object := parsed(t, node)
		object["spec"] = map[string]any{
			"forProvider":       map[string]any{"region": "us-west-2"},
			"providerConfigRef": map[string]any{"name": "e"},
			"initProvider":      map[string]any{"scalingConfig": map[string]any{"minSize": min, "maxSize": max}},
		}
		return &Environment{Name: "e", Live: true, Resources: []Resource{{"pool-default", "nodes-z0", object}}}
	}
	fits := Compare(sized(1, 10), sized(2, 6)).Dangers
	require.Len(t, fits, 1, "four nodes are there")
	require.Equal(t, "size-by-hand/default", fits[0].ID())
	require.Contains(t, fits[0].Run[0], "--scaling-config minSize=2,maxSize=6")
	small := Compare(sized(1, 10), sized(1, 3)).Dangers
	require.Len(t, small, 2)
	require.Contains(t, small[0].Run[0], "minSize=1,maxSize=3,desiredSize=3")
	require.Equal(t, "g-a has 4 nodes, outside of 1 to 3", small[1].Message)
}
