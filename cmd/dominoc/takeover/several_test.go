package takeover_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/tests/installation"
)

// edited returns a state whose resources were edited: each comes with what it is an instance
// of.
func edited(t *testing.T, file terraform.File, edit func(resources []any) []any) terraform.File {
	t.Helper()
	var state map[string]any
	require.NoError(t, json.Unmarshal(file.Text, &state))
	state["resources"] = edit(state["resources"].([]any))
	text, err := json.Marshal(state)
	require.NoError(t, err)
	return terraform.File{Name: file.Name, Text: text}
}

// second returns a resource of a type in another module, with other attributes.
func second(t *testing.T, resources []any, kind, name string, attributes map[string]any) any {
	t.Helper()
	at := slices.IndexFunc(resources, func(r any) bool { return r.(map[string]any)["type"] == kind })
	require.GreaterOrEqual(t, at, 0, kind)
	text, err := json.Marshal(resources[at])
	require.NoError(t, err)
	var other map[string]any
	require.NoError(t, json.Unmarshal(text, &other))
	other["module"], other["name"] = "module.a_team", name
	instance := other["instances"].([]any)[0].(map[string]any)
	other["instances"] = []any{instance}
	for key, value := range attributes {
		instance["attributes"].(map[string]any)[key] = value
	}
	return other
}

// A root may have further things of a type, which come first by their addresses.
func TestThingsOfAnotherOwnerInTheSameRootAreNotTheInstallation(t *testing.T) {
	alone := imported(t, installation.New("some").Single()...)
	file := edited(t, installation.New("some").Single()[0], func(all []any) []any {
		return append(all,
			second(t, all, "aws_vpc", "this", map[string]any{"id": "vpc-0123456789abcdef0", "cidr_block": "192.168.0.0/16"}),
			second(t, all, "aws_subnet", "private", map[string]any{"id": "subnet-0123456789abcdef0", "vpc_id": "vpc-0123456789abcdef0", "availability_zone": "us-west-2d"}),
			second(t, all, "aws_efs_file_system", "home", map[string]any{"id": "fs-0123456789abcdef0"}),
			second(t, all, "aws_efs_mount_target", "home", map[string]any{"id": "fsmt-0123456789abcdef0", "file_system_id": "fs-0123456789abcdef0", "subnet_id": "subnet-0123456789abcdef0"}),
			second(t, all, "aws_iam_openid_connect_provider", "ci", map[string]any{
				"url": "token.actions.githubusercontent.com", "id": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
				"arn": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
			}),
			second(t, all, "aws_s3_bucket", "logs", map[string]any{"bucket": "a-team-logs", "id": "a-team-logs"}),
			second(t, all, "aws_ecr_repository", "this", map[string]any{"name": "a-team/tool", "id": "a-team/tool"}),
		)
	})
	f := imported(t, file)
	for _, name := range []string{"environment.cue", takeover.AdoptedName, "ids.cue"} {
		require.Equal(t, alone.read(t, name), f.read(t, name), name)
	}
	require.True(t, f.take(t, takeover.Parts()...).Proven())
}

// What Terraform marks as sensitive is not read, so that nothing is proven of it.
func TestWhatIsSensitiveIsNotProven(t *testing.T) {
	mark := func(kind, attribute string) []terraform.File {
		var files []terraform.File
		for _, file := range set(t, "a-base") {
			if strings.HasSuffix(file.Name, ".tfstate") {
				file = edited(t, file, func(all []any) []any {
					for _, r := range all {
						if resource := r.(map[string]any); resource["type"] == kind && resource["mode"] == "managed" {
							for _, i := range resource["instances"].([]any) {
								i.(map[string]any)["sensitive_attributes"] = []any{[]any{map[string]any{"type": "get_attr", "value": attribute}}}
							}
						}
					}
					return all
				})
			}
			files = append(files, file)
		}
		return files
	}
	for kind, attribute := range map[string]string{"aws_eks_node_group": "taint", "aws_launch_template": "tag_specifications"} {
		taken := empty(t, mark(kind, attribute)...).decide(t, takeover.Options{FQDN: fqdn})
		for _, p := range taken.Report.Pools {
			require.Contains(t, p.Kept, "Terraform marks "+attribute+" as sensitive")
		}
	}
	for kind, attribute := range map[string]string{"aws_eks_cluster": "vpc_config", "aws_eks_addon": "configuration_values", "aws_efs_file_system": "kms_key_id"} {
		taken := empty(t, mark(kind, attribute)...).decide(t, takeover.Options{FQDN: fqdn})
		require.NotEmpty(t, taken.Report.Refused, kind)
		require.Contains(t, taken.Report.Refused[0].What, "Terraform marks "+attribute+" as sensitive")
		require.Empty(t, taken.Files)
	}
	for kind, attribute := range map[string]string{"aws_cloudwatch_log_group": "tags_all", "aws_iam_openid_connect_provider": "client_id_list"} {
		taken := empty(t, mark(kind, attribute)...).decide(t, takeover.Options{FQDN: fqdn})
		require.False(t, taken.Proven(), kind)
		require.Contains(t, taken.Report.In("text"), "cannot be compared: Terraform marks it as sensitive")
	}
}

// A root whose state was not given is named, and nothing else.
func TestAMissingStateIsNamed(t *testing.T) {
	files := installation.New("some").Files() // cluster, infra and nodes
	for root, what := range map[string]string{"infra": "there is no subnet of the nodes in the states", "nodes": "there is no node group in the states"} {
		some := slices.DeleteFunc(slices.Clone(files), func(f terraform.File) bool { return f.Name == root+".tfstate" })
		taken := empty(t, some...).decide(t, takeover.Options{FQDN: fqdn})
		require.Equal(t, []takeover.Refused{{What: what, First: "give the state of the root " + root + " too: terraform state pull"}}, taken.Report.Refused)
	}
}

// Without outputs nothing names the installation of an infra state but its VPC.
func TestAnotherInstallationsNetworkIsRefused(t *testing.T) {
	files := installation.New("some").Files()
	files[slices.IndexFunc(files, func(f terraform.File) bool { return f.Name == "infra.tfstate" })] = edited(t, installation.New("other").Single()[0], func(all []any) []any {
		return slices.DeleteFunc(all, func(r any) bool { return !strings.HasPrefix(r.(map[string]any)["module"].(string), "module.base") })
	})
	taken := empty(t, files...).decide(t, takeover.Options{FQDN: fqdn})
	require.Len(t, taken.Report.Refused, 1)
	require.Contains(t, taken.Report.Refused[0].What, "the cluster is in VPC")
	require.Empty(t, taken.Files)
}

// A pool has a name that an environment accepts, whatever its key is.
func TestAnyKeyOfAPoolBecomesAName(t *testing.T) {
	for key, want := range map[string]string{
		"GPU.Big_Pool+x": "gpu-big-pool-x", "2xl": "pool-2xl", "__": "pool", "äöü": "pool", "x--y_": "x-y",
		"platform_": "platform-2", "default": "default-2", "a-name-of-more-than-20-letters": "a-name-of-more-than",
	} {
		var files []terraform.File
		for _, file := range set(t, "c-pools") {
			text := strings.ReplaceAll(string(file.Text), `"index_key": "bigmem`, `"index_key": "`+key)
			files = append(files, terraform.File{Name: file.Name, Text: []byte(text)})
		}
		taken := empty(t, files...).decide(t, takeover.Options{FQDN: fqdn})
		require.True(t, taken.Proven(), key)
		i := slices.IndexFunc(taken.Report.Pools, func(p takeover.Pool) bool { return p.Terraform == key })
		require.Equal(t, want, taken.Report.Pools[i].Name, key)
		require.Empty(t, taken.Report.Pools[i].Kept, key)
		require.True(t, slices.IsSortedFunc(taken.Report.Pools, func(a, b takeover.Pool) int { return strings.Compare(a.Name, b.Name) }))
	}
}
