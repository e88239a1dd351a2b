package diff

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
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
		return &Environment{Name: "e", Live: live, Resources: []Resource{{Component: "pool-default", Key: "nodes-z0", Object: object}}}
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
		return &Environment{Name: "e", Live: live, Resources: []Resource{{Component: "pool-default", Key: "template", Object: object}}}
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
			annotations[externalname.Annotation] = id
		}
		return &Environment{Name: "e", Live: owner != "", Resources: []Resource{{Component: "network", Key: "vpc", Object: Applied(map[string]any{
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

// What AWS refused to make is made with the new values: nothing of it can be stuck, and
// the zones of a control plane may be others. Without proof it is as if AWS had it.
func TestWhatAWSNeverMadeIsNotStuck(t *testing.T) {
	cluster := func(zone string, live, refused bool) *Environment {
		object := map[string]any{
			"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": "Cluster",
			"metadata": map[string]any{"name": "e-cluster-cluster", "namespace": "domino-e", "annotations": map[string]any{externalname.Annotation: "e"}},
			"spec":     map[string]any{"forProvider": map[string]any{"vpcConfig": map[string]any{"subnetIds": []any{"subnet-a", "subnet-" + zone}}}},
		}
		return &Environment{
			Name: "e", Live: live, Spec: &v1alpha1.EnvironmentSpec{ControlPlaneZones: []string{"a", zone}},
			Resources: []Resource{{Component: "cluster", Key: "cluster", Object: object, Refused: refused}},
		}
	}
	ids := func(e *Environment) []string {
		var all []string
		for _, d := range Compare(e, cluster("c", false, false)).Dangers {
			all = append(all, d.ID())
		}
		return all
	}
	stuck := []string{"stuck/cluster/vpcConfig.subnetIds", "control-plane-zone/cluster"}
	refused := Compare(cluster("b", true, true), cluster("c", false, false))
	require.Empty(t, refused.Dangers)
	require.Len(t, refused.Changes, 1)
	require.Equal(t, Create, refused.Changes[0].Action)
	require.True(t, refused.Changes[0].NeverMade)
	require.Len(t, refused.Changes[0].Fields, 1)
	require.Equal(t, stuck, ids(cluster("b", true, false)), "AWS may have made it")
	require.Equal(t, stuck, ids(cluster("b", false, false)), "the files do not know")
	require.Empty(t, Compare(cluster("c", true, true), cluster("c", false, false)).Changes, "nothing else is asked of AWS")

	follows := func(name string, refused bool) *Environment {
		e := cluster("b", true, refused)
		e.Resources[0].Object = with(e.Resources[0].Object, map[string]any{"name": name}, "spec", "forProvider", "roleArnRef")
		return e
	}
	report := Compare(follows("e-old", true), follows("e-new", false))
	require.Equal(t, Stuck, report.Changes[0].Action)
	require.Equal(t, []string{"kubectl -n domino-e delete cluster.eks.aws.m.upbound.io e-cluster-cluster"}, report.Dangers[0].Run)
}

// A group that AWS never made has no nodes that a new template replaces, and gets its
// size when it is made.
func TestAGroupThatAWSNeverMadeNeitherRollsNorIsSizedByHand(t *testing.T) {
	pool := func(memory, size float64, refused bool) *Environment {
		template := map[string]any{"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "LaunchTemplate", "spec": map[string]any{"forProvider": map[string]any{"ramDiskId": memory}}}
		group := withAWSName(map[string]any{"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": "NodeGroup", "spec": map[string]any{
			"forProvider":  map[string]any{"launchTemplate": map[string]any{"version": plan.Unknown}},
			"initProvider": map[string]any{"scalingConfig": map[string]any{"maxSize": size}},
		}}, "e-default-a")
		return &Environment{Name: "e", Live: true, Resources: []Resource{
			{Component: "pool-default", Key: "template", Object: template},
			{Component: "pool-default", Key: "nodes-z0", Object: group, Refused: refused},
		}}
	}
	actions := func(size float64, refused bool) (all []Action) {
		report := Compare(pool(1, 5, refused), pool(2, size, false))
		require.Equal(t, !refused, len(report.Dangers) > 0, "%v", report.Dangers)
		for _, c := range report.Changes {
			all = append(all, c.Action)
		}
		return all
	}
	require.Equal(t, []Action{Update, Update}, actions(5, false), "the nodes are replaced")
	require.Equal(t, []Action{Update}, actions(5, true))
	require.Equal(t, []Action{Create, Update}, actions(6, true))
}

// An id that AWS gave says that it made the resource once.
func TestWhatHasAnIDWasMade(t *testing.T) {
	vpc := func(id, cidr string, refused bool) *Environment {
		object := withAWSName(map[string]any{"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPC", "spec": map[string]any{"forProvider": map[string]any{"cidrBlock": cidr}}}, id)
		return &Environment{Name: "e", Live: true, Resources: []Resource{{Component: "network", Key: "vpc", Object: object, Refused: refused}}}
	}
	action := func(base, head string) Action {
		return Compare(vpc(base, "10.0.0.0/16", true), vpc(head, "10.1.0.0/16", false)).Changes[0].Action
	}
	require.Equal(t, Create, action("", ""))
	require.Equal(t, Stuck, action("vpc-1", ""))
	require.Equal(t, Stuck, action("vpc-1", "vpc-1"))
	require.Equal(t, Stuck, action("", "vpc-1"), "it is committed")
}

// The files cannot tell what AWS never made, unless an id is committed: the advice says
// what can.
func TestAdviceNamesTheCommandThatKnowsWhatAWSMade(t *testing.T) {
	const hint = "dominoc diff --live"
	object := func(kind, name string, said map[string]any) Resource {
		return Resource{Component: "c", Key: "k", Object: withAWSName(map[string]any{
			"apiVersion": kind[:len(kind)-len(shortKind(kind))] + "v1beta1", "kind": shortKind(kind), "spec": map[string]any{"forProvider": said},
		}, name)}
	}
	advice := func(live bool, ids map[string]v1alpha1.ComponentIDs, before, after Resource) string {
		base := &Environment{Name: "e", Live: live, Spec: &v1alpha1.EnvironmentSpec{IDs: ids}, Resources: []Resource{before}}
		found := Compare(base, &Environment{Name: "e", Spec: base.Spec, Resources: []Resource{after}}).Dangers
		require.Len(t, found, 1)
		return found[0].Instead.Sentence
	}
	cluster := func(family string) Resource {
		return object(kindCluster, "e", map[string]any{"kubernetesNetworkConfig": map[string]any{"ipFamily": family}})
	}
	vpc := func(id, cidr string) Resource {
		return object("ec2.aws.m.upbound.io/VPC", id, map[string]any{"cidrBlock": cidr})
	}
	require.Contains(t, advice(false, nil, cluster("ipv4"), cluster("ipv6")), hint)
	require.NotContains(t, advice(true, nil, cluster("ipv4"), cluster("ipv6")), hint)
	require.NotContains(t, advice(false, map[string]v1alpha1.ComponentIDs{"cluster": {"oidc": "arn"}}, cluster("ipv4"), cluster("ipv6")), hint, "the cluster's issuer has an id")
	require.Contains(t, advice(false, nil, vpc("", "10.0.0.0/16"), vpc("", "10.1.0.0/16")), hint)
	require.NotContains(t, advice(false, nil, vpc("vpc-1", "10.0.0.0/16"), vpc("vpc-1", "10.1.0.0/16")), hint)
	class := func(name string) Resource {
		return object("kubernetes.m.crossplane.io/Object", "", map[string]any{"manifest": map[string]any{"kind": "StorageClass", "provisioner": name}})
	}
	require.NotContains(t, advice(false, nil, class("a"), class("b")), hint, "it is in the cluster, not in AWS")
}

// A group takes its version from the control plane, also where the files do not know
// what else the control plane is given.
func TestGroupsFollowTheControlPlaneOfACluster(t *testing.T) {
	cluster := func(version, role, group string, live bool) *Environment {
		resource := func(component, key, kind string, said map[string]any) Resource {
			return Resource{Component: component, Key: key, Object: map[string]any{"apiVersion": "eks.aws.m.upbound.io/v1beta1", "kind": kind, "spec": map[string]any{"forProvider": said}}}
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
		return &Environment{Name: "e", Live: true, Resources: []Resource{{Component: "pool-default", Key: "nodes-z0", Object: object}}}
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

// A pool whose sizes get into what the provider changes in AWS gets Git's size at once.
// Where AWS was asked, only a group whose size there is another is told.
func TestSizesThatFollowGitChangeWhatWasChangedInAWS(t *testing.T) {
	group := func(part string, size map[string]any, inAWS map[string]any) *Environment {
		object := parsed(t, node)
		object["spec"] = map[string]any{
			"forProvider":       map[string]any{"region": "us-west-2"},
			"providerConfigRef": map[string]any{"name": "e"},
			"initProvider":      map[string]any{},
		}
		object["spec"].(map[string]any)[part].(map[string]any)["scalingConfig"] = size
		delete(object, "status")
		if inAWS != nil {
			object["status"] = map[string]any{"atProvider": map[string]any{"scalingConfig": inAWS}}
		}
		return &Environment{Name: "e", Live: inAWS != nil, Resources: []Resource{{Component: "pool-default", Key: "nodes-z0", Object: object}}}
	}
	size := func(min, max float64) map[string]any { return map[string]any{"minSize": min, "maxSize": max} }
	inAWS := func(min, max, desired float64) map[string]any {
		return map[string]any{"minSize": min, "maxSize": max, "desiredSize": desired}
	}
	after := group("forProvider", size(1, 10), nil)
	codes := func(before *Environment) (codes []string) {
		for _, d := range Compare(before, after).Dangers {
			codes = append(codes, d.ID())
		}
		return codes
	}
	require.Equal(t, []string{"sizes-follow/default"}, codes(group("initProvider", size(1, 10), nil)))
	require.Empty(t, codes(group("initProvider", size(1, 10), inAWS(1, 10, 4))), "as Git says")
	require.Equal(t, []string{"sizes-follow/default"}, codes(group("initProvider", size(1, 10), inAWS(1, 20, 4))))
	require.Equal(t, []string{"sizes-follow/default", "scale-first/default"}, codes(group("initProvider", size(1, 10), inAWS(1, 20, 14))))
	require.Equal(t, []string{"scale-first/default"}, codes(group("forProvider", size(1, 20), inAWS(1, 20, 14))), "in place")
	require.Empty(t, codes(group("forProvider", size(1, 20), inAWS(1, 20, 4))), "the provider does it")
}
