package terraform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// sets are the installations in testdata.
var sets = []string{"a-base", "b-existing", "c-pools"}

func read(t *testing.T, set string) (*terraform.Installation, []terraform.File) {
	t.Helper()
	files, found := terraform.Files(filepath.Join("testdata", set))
	require.Empty(t, found)
	installation, found := terraform.Read(files)
	require.Empty(t, found)
	return installation, files
}

// truth is a part of expect.json.
type truth struct {
	Name    string
	Region  string
	Version string
	Pools   map[string]struct {
		Terraform string
		Kept      bool
	}
	Adopted struct {
		Cluster         string
		LaunchTemplates map[string]string
		NodeGroups      map[string][]string
		OIDC            *string
	}
	Brought struct {
		VPC     string
		Subnets map[string][]string
		Key     string
		Buckets map[string]string
	}
}

func expected(t *testing.T, set string) truth {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", set, "expect.json"))
	require.NoError(t, err)
	var want truth
	require.NoError(t, json.Unmarshal(text, &want))
	return want
}

func TestWhatIsTrueOfAnInstallationIsRead(t *testing.T) {
	for _, set := range sets {
		t.Run(set, func(t *testing.T) {
			got, _ := read(t, set)
			want := expected(t, set)

			require.Equal(t, want.Name, got.Output("infra", "deploy_id"))
			require.Equal(t, want.Region, got.Output("infra", "region"))
			require.Equal(t, want.Key(), got.Output("infra", "kms", "key_arn"))
			require.Len(t, got.States, 3)

			cluster := got.Of(true, "aws_eks_cluster", "this")
			require.Len(t, cluster, 1)
			require.Equal(t, want.Adopted.Cluster, cluster[0].Text("name"))
			require.Equal(t, want.Version, cluster[0].Text("version"))
			require.Equal(t, "module.eks.aws_eks_cluster.this", cluster[0].Address)
			require.Len(t, cluster[0].Texts("vpc_config", "subnet_ids"), 3)

			templates := map[string]string{}
			for _, r := range got.Of(true, "aws_launch_template") {
				for name, pool := range want.Pools {
					if pool.Terraform == r.Index && !pool.Kept {
						templates[name] = r.Text("id")
					}
				}
			}
			require.Equal(t, want.Adopted.LaunchTemplates, templates)

			groups := map[string]bool{}
			for _, r := range got.Of(true, "aws_eks_node_group") {
				groups[r.Text("node_group_name")] = true
			}
			for _, names := range want.Adopted.NodeGroups {
				for _, name := range names {
					require.Contains(t, groups, name)
				}
			}
			managed := len(got.Of(true, "aws_iam_openid_connect_provider")) > 0
			require.Equal(t, want.Adopted.OIDC != nil, managed)
			require.Equal(t, set == "b-existing", len(got.Of(false, "aws_vpc")) == 1, "what Terraform found is a data source")
		})
	}
}

// Key is the ARN of the installation's key.
func (t truth) Key() string { return t.Brought.Key }

func TestBothFormsOfAStateAreReadAlike(t *testing.T) {
	for _, set := range sets {
		want, _ := read(t, set)
		var files []terraform.File
		for _, root := range []string{"infra", "cluster", "nodes"} {
			files = append(files, encode(t, filepath.Join("testdata", set, root+".tfstate"), show(decode(t, set, root))))
		}
		got, found := terraform.Read(files)
		require.Empty(t, found)
		require.Empty(t, cmp.Diff(want.Resources, got.Resources))
		require.Empty(t, cmp.Diff(want.Outputs, got.Outputs))
	}
}

func TestAPresenceIsKeptOfUserData(t *testing.T) {
	got, _ := read(t, "c-pools")
	for _, r := range got.Of(true, "aws_launch_template") {
		if r.Index == "golden" {
			require.Equal(t, terraform.Set, r.Text("user_data"))
		} else {
			require.Nil(t, r.At("user_data"), r.Address)
		}
	}
}

func TestAddressesAreAsStateRmTakesThem(t *testing.T) {
	got, _ := read(t, "a-base")
	byAddress := map[string]terraform.Resource{}
	for _, r := range got.Resources {
		byAddress[r.Address] = r
	}
	for _, address := range []string{
		"module.infra.module.network.aws_vpc.this[0]",
		`module.infra.module.network.aws_subnet.private["10.0.32.0/19"]`,
		"module.eks.aws_cloudwatch_log_group.eks_cluster",
		"module.eks.module.k8s_setup[0].random_integer.port",
		"data.aws_caller_identity.global",
	} {
		require.Contains(t, byAddress, address)
	}
	require.Equal(t, "10.0.32.0/19", byAddress[`module.infra.module.network.aws_subnet.private["10.0.32.0/19"]`].Index)
	require.Equal(t, "0", byAddress["module.infra.module.network.aws_vpc.this[0]"].Index)
	require.Nil(t, byAddress["module.eks.module.k8s_setup[0].random_integer.port"].Attributes, "its type is not known")
	require.Len(t, got.Unknown(), 11)
}

func TestTheStrongestFileOfVariablesWins(t *testing.T) {
	state := encode(t, "infra.tfstate", decode(t, "a-base", "infra"))
	got, found := terraform.Read([]terraform.File{
		state,
		{Name: "nodes.tfvars", Text: []byte("default_node_groups = {\n  gpu = { spot = true, instance_types = [\"g5.xlarge\"] }\n}\n")},
		{Name: "infra.tfvars", Text: []byte("region = \"us-west-2\"\ndefault_node_groups = {\n  gpu = { spot = false, max_per_az = 3 }\n  \"compute\" : { spot = true }\n}\nsecret = \"x\"\nstorage = null\n")},
		{Name: "cluster.tfvars.json", Text: []byte("{\n  \"eks\": {\"k8s_version\": \"1.35\", \"kubeconfig\": {\"path\": \"x\"}},\n\n  \"bastion\": {\"enabled\": false}\n}\n")},
	})
	require.Empty(t, found)
	for _, c := range []struct {
		path []string
		want any
		at   string
	}{
		{[]string{"region"}, "us-west-2", "infra.tfvars:1:1"},
		{[]string{"default_node_groups", "gpu", "spot"}, true, "nodes.tfvars:1:1"},
		{[]string{"default_node_groups", "gpu", "max_per_az"}, 3.0, "infra.tfvars:2:1"},
		{[]string{"default_node_groups", "compute", "spot"}, true, "infra.tfvars:2:1"},
		{[]string{"default_node_groups", "gpu", "instance_types"}, []any{"g5.xlarge"}, "nodes.tfvars:1:1"},
		{[]string{"eks", "k8s_version"}, "1.35", "cluster.tfvars.json:2:3"},
		{[]string{"eks", "kubeconfig", "path"}, nil, ""},
		{[]string{"bastion", "enabled"}, false, "cluster.tfvars.json:4:3"},
		{[]string{"secret"}, nil, ""},
		{[]string{"storage"}, nil, ""},
	} {
		value, at := got.Variable(c.path...)
		require.Equal(t, c.want, value, "%v", c.path)
		require.Equal(t, c.at, at.String(), "%v", c.path)
	}
	var names []string
	for _, v := range got.Variables {
		names = append(names, v.Pos.File+" "+v.Name)
	}
	require.Equal(t, []string{
		"infra.tfvars region", "infra.tfvars default_node_groups", "infra.tfvars secret", "infra.tfvars storage",
		"cluster.tfvars.json eks", "cluster.tfvars.json bastion", "nodes.tfvars default_node_groups",
	}, names)
}
