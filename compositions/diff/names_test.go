package diff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// sampled is a resource of a kind and a name in AWS, which the environment e tags.
func sampled(kind, name string) Resource {
	return Resource{Component: "c", Key: kind + name, Object: map[string]any{
		"apiVersion": "x.aws.m.upbound.io/v1beta1", "kind": kind,
		"metadata": map[string]any{"name": "e-" + name, "annotations": map[string]any{externalname.Annotation: name}},
		"spec":     map[string]any{"forProvider": map[string]any{"tags": map[string]any{plan.TagEnvironment: "e", "owner": "p"}}},
	}}
}

func having(spec v1alpha1.EnvironmentSpec, resources ...Resource) *Environment {
	spec.Common = v1alpha1.Common{Account: "1", Region: "r", Partition: "aws"}
	return &Environment{Name: "e", Spec: &spec, Resources: resources}
}

// taking is the spec of an environment that takes a cluster and its repositories over.
func taking() v1alpha1.EnvironmentSpec {
	return v1alpha1.EnvironmentSpec{
		Cluster:  v1alpha1.ClusterSpec{Adopted: &v1alpha1.AdoptedClusterSpec{}},
		Registry: &v1alpha1.RegistrySpec{Adopted: &v1alpha1.AdoptedRegistrySpec{}},
	}
}

func TestWhatIsCreatedByNameIsAskedFor(t *testing.T) {
	named := func(base, head *Environment) []string {
		var all []string
		for _, n := range Compare(base, head).Names(head) {
			require.Equal(t, []string{"1", "r", "aws"}, []string{n.Account, n.Region, n.Partition})
			all = append(all, shortKind(n.Kind)+" "+n.Name)
		}
		return all
	}
	role, vpc := sampled("Role", "e-compute"), sampled("VPC", "")
	head := having(v1alpha1.EnvironmentSpec{}, role, vpc, sampled("NodeGroup", "g"))
	require.Equal(t, []string{"NodeGroup g", "Role e-compute"}, named(nil, head), "the id of a VPC is AWS's choice")
	require.Empty(t, named(head, head))
	require.Empty(t, named(head, nil))

	renamed := having(v1alpha1.EnvironmentSpec{}, Resource{Component: "c", Key: role.Key, Object: withAWSName(role.Object, "other")})
	require.Equal(t, []string{"Role other"}, named(having(v1alpha1.EnvironmentSpec{}, role), renamed))
	role.Refused = true
	require.Equal(t, []string{"Role other"}, named(having(v1alpha1.EnvironmentSpec{}, role), renamed))
}

// A name is an environment's own with its tag, and where it takes over what has the name.
func TestANameIsTakenByAnotherOwner(t *testing.T) {
	head := having(taking(), sampled("Cluster", "e"), sampled("Repository", "e/model"), sampled("Role", "e-compute"))
	names := Compare(nil, head).Names(head)
	require.Len(t, names, 3)
	const change = ": it is another owner's, and Crossplane would change it as far as its role may"
	for name, c := range map[string]struct {
		owners []Owner
		want   []string
	}{
		"Nothing":  {[]Owner{{}, {}, {}}, nil},
		"Ours":     {[]Owner{{true, "e", ""}, {true, "e", ""}, {true, "e", ""}}, nil},
		"Untagged": {[]Owner{{true, "", ""}, {true, "", ""}, {true, "", ""}}, []string{"name-taken/untagged: AWS has it already, without the tag of this environment" + change}},
		"Anothers": {[]Owner{{true, "lab", ""}, {}, {}}, []string{`name-taken/lab: AWS has it already, with the tag of environment "lab"` + change}},
		"NotKnown": {[]Owner{{}, {Unknown: "a"}, {Unknown: "b"}}, []string{"name-taken/unknown: whether AWS already has what is created by name (2 names) is not known: a"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, told(NamesTaken("e", names, c.owners)))
		})
	}
}

func TestTheClusterShowsWhatAnotherOwnerHas(t *testing.T) {
	type tags = map[string]any
	live := func(spec v1alpha1.EnvironmentSpec, kind string, denied bool, has tags) []string {
		r := sampled(kind, "e")
		r.Denied = denied
		if has != nil {
			r.Object["status"] = tags{"atProvider": tags{"arn": "a", "tagsAll": has}}
		}
		base := having(spec, r)
		base.Live = true
		return told(Compare(base, base).Dangers)
	}
	const untagged = "name-taken/untagged: AWS has it already, without the tag of this environment: it is another owner's, and Crossplane would change it as far as its role may"
	made := v1alpha1.EnvironmentSpec{}
	require.Equal(t, []string{untagged}, live(made, "Cluster", true, tags{}))
	require.Equal(t, []string{untagged}, live(made, "Cluster", false, tags{"team": "a"}))
	require.Empty(t, live(made, "Cluster", false, tags{}), "the provider has read no tags yet")
	require.Empty(t, live(made, "Cluster", true, nil), "the provider has not seen it")
	require.Empty(t, live(made, "Cluster", true, tags{plan.TagEnvironment: "e"}))
	require.Empty(t, live(made, "VPC", true, tags{"team": "a"}), "the file names it by id")

	require.Empty(t, live(taking(), "Cluster", false, tags{"team": "a"}), "the provider tags it")
	require.Equal(t, []string{"name-taken/tags: AWS has it with tags that the environment's file lacks, and refuses to remove them: cost, team"},
		live(taking(), "Cluster", true, tags{"team": "a", "owner": "p", "cost": "1", "aws:x": "y"}))
	require.Equal(t, []string{untagged}, live(taking(), "Role", true, tags{"team": "a"}), "no role is taken over")
}
