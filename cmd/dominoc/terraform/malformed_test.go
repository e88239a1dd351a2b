package terraform_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/schema/diag"
)

// told is what a user reads of a list.
func told(found diag.List) string {
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n  %s\n", d.Pos, d.Severity, d.Text(), d.Code, d.Hint)
	}
	return b.String()
}

func TestWhatIsNoStateIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"Empty":         {" \n", "x: error: is empty [terraform-not-state]\n  restore the state from its backup, or print it: terraform state pull\n"},
		"SavedPlan":     {"PK\x03\x04\x00", "x: error: is a saved plan, not a state [terraform-not-state]\n  name the state, or what terraform state pull prints\n"},
		"PowerShell":    {"\xff\xfe{\x00", "x: error: is UTF-16, as PowerShell writes redirected output [not-text]\n  save it as UTF-8: terraform show -json | Out-File -Encoding utf8 state.json\n"},
		"Binary":        {"\x80\x81", "x: error: is not text in UTF-8 [not-text]\n  name a state, or what terraform show -json prints\n"},
		"CutOff":        {"{\n \"version\": 4,\n \"resources\": [", "x:3:15: error: is cut off after 32 bytes [terraform-syntax]\n  copy the file again, or restore it from its backup\n"},
		"Syntax":        {"{\n \"version\": 4,\n \"resources\": [}\n}", "x:3:16: error: is not valid JSON from here on [terraform-syntax]\n  a state is JSON that only Terraform writes: copy it again, or restore it from its backup\n"},
		"HCL":           {"resource \"aws_vpc\" \"this\" {\n}\n", "x:1:1: error: is not valid JSON from here on [terraform-syntax]\n  a state is JSON that only Terraform writes: copy it again, or restore it from its backup\n"},
		"AList":         {"[]", "x: error: is JSON, but neither a Terraform state nor the output of terraform show -json [terraform-not-state]\n  name the .tfstate files, or their folder\n"},
		"OtherFields":   {"{\"version\": 4,\n\"resources\": {}}", "x: error: is JSON, but not a state as Terraform writes it [terraform-not-state]\n  name the .tfstate files, or their folder\n"},
		"OtherJSON":     {`{"name": "package"}`, "x: error: is JSON, but neither a Terraform state nor the output of terraform show -json [terraform-not-state]\n  name the .tfstate files, or their folder\n"},
		"Version3":      {`{"version": 3, "modules": []}`, "x: error: has a state format that dominoc does not read (\"3\"): only version 4 is read [terraform-version]\n  refresh it with a Terraform from 0.12 to 1.x, or OpenTofu; or print it: terraform show -json\n"},
		"Version5":      {`{"version": 5, "resources": []}`, "x: error: has a state format that dominoc does not read (\"5\"): only version 4 is read [terraform-version]\n  refresh it with a Terraform from 0.12 to 1.x, or OpenTofu; or print it: terraform show -json\n"},
		"VersionOfText": {`{"version": "hunter2"}`, "x: error: has a state format that dominoc does not read: only version 4 is read [terraform-version]\n  refresh it with a Terraform from 0.12 to 1.x, or OpenTofu; or print it: terraform show -json\n"},
		"Shown2":        {`{"format_version": "2.0", "values": {}}`, "x: error: is printed in a format that this dominoc does not know: format_version may be 0.x or 1.x [terraform-version]\n  use a newer dominoc, or name the state file\n"},
		"ShownPlan":     {`{"format_version": "1.2", "planned_values": {}}`, "x: error: is a plan, not a state [terraform-not-state]\n  print the state: terraform show -json, without the name of a plan\n"},
		"Encrypted":     {`{"serial": 1, "lineage": "", "meta": {}, "encrypted_data": "aGVsbG8=", "encryption_version": "v0"}`, "x: error: is a state that OpenTofu encrypted [terraform-encrypted]\n  print it where OpenTofu has the key: tofu show -json > state.json\n"},
		"Backend":       {`{"version": 3, "backend": {"type": "s3"}}`, "x: error: only says where a backend keeps the state [terraform-not-state]\n  print the state: terraform state pull > state.tfstate\n"},
		"NothingInIt":   {`{"version": 4, "resources": []}`, "x: error: has no managed resources: nothing was applied, or everything was destroyed or moved to another state [terraform-empty]\n  name the state of the applied root\n"},
		"NothingShown":  {`{"format_version": "1.0"}`, "x: error: has no managed resources: nothing was applied, or everything was destroyed or moved to another state [terraform-empty]\n  name the state of the applied root\n"},
		"ByteOrderMark": {"\ufeff" + `{"version": 4, "resources": [{"mode": "managed", "type": "a", "name": "b", "instances": [{}]}]}`, ""},
		"Deposed": {
			`{"version": 4, "resources": [{"module": "module.nodes", "mode": "managed", "type": "aws_launch_template", "name": "a", "instances": [{"index_key": "gpu"}, {"index_key": "gpu", "deposed": "3f"}]}]}`,
			"x: error: \"module.nodes.aws_launch_template.a[\\\"gpu\\\"]\" has an object that Terraform has replaced but not yet destroyed [terraform-deposed]\n  run terraform apply until the plan is empty, then name the new state\n",
		},
		"Tainted": {
			`{"version": 4, "resources": [{"mode": "managed", "type": "aws_vpc", "name": "a", "instances": [{"status": "tainted"}]}]}`,
			"x: warning: \"aws_vpc.a\" is tainted: the next terraform apply replaces it [terraform-tainted]\n  run terraform apply until the plan is empty, or terraform untaint, then name the new state\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, found := terraform.Read([]terraform.File{{Name: "x", Text: []byte(c.text)}})
			require.Equal(t, c.want, told(found))
		})
	}
}

func TestNoStateAtAll(t *testing.T) {
	_, found := terraform.Read(nil)
	require.Equal(t, ": error: no Terraform state was found [terraform-none]\n  name the .tfstate files of the roots infra, cluster and nodes, or their folder; from a remote backend: terraform state pull > infra.tfstate\n", told(found))
	_, found = terraform.Read([]terraform.File{{Name: "infra.tfvars", Text: []byte(`region = "us-west-2"`)}})
	require.Contains(t, told(found), "infra.tfvars: error: variables were found, but no Terraform state: only a state has ids and the names of zones [terraform-none]")
}

func TestMistakesInVariables(t *testing.T) {
	const hint = "  terraform validates such a file: terraform plan -var-file FILE\n"
	state := encode(t, "infra.tfstate", decode(t, "a-base", "infra"))
	for _, c := range []struct{ file, text, want string }{
		{"x.tfvars", "a = 1\nregion = var.region\n", "x.tfvars:2:10: error: is not a literal: variables and functions have no value in a file of variables [terraform-variables]\n" + hint},
		{"x.tfvars", "a = 1\nregion = lower(\"A\")\n", "x.tfvars:2:10: error: is not a literal: variables and functions have no value in a file of variables [terraform-variables]\n" + hint},
		{"x.tfvars", "eks {\n}\n", "x.tfvars:1:1: error: is a block; a file of variables has assignments only: name = value [terraform-variables]\n" + hint},
		{"x.tfvars", "a = [\n", "x.tfvars:2:1: error: is not valid syntax for a file of variables [terraform-variables]\n" + hint},
		{"x.tfvars", strings.Repeat("[", 300), "x.tfvars:1:1: error: is nested deeper, or has a longer text, than any variable of the modules [terraform-variables]\n" + hint},
		{"x.tfvars.json", "{\"a\": 1,\n \"b\": }\n}", "x.tfvars.json:2:7: error: is not valid JSON from here on [terraform-variables]\n" + hint},
		{"x.tfvars.json", "[]", "x.tfvars.json:1:1: error: is JSON, but not an object of variables [terraform-variables]\n" + hint},
	} {
		_, found := terraform.Read([]terraform.File{state, {Name: c.file, Text: []byte(c.text)}})
		if strings.HasPrefix(c.text, "[[") {
			found[0].Pos.Column = 1
		}
		require.Equal(t, c.want, told(found), "%s", c.text)
	}
}

// The parser recurses: what exhausts the stack ends the program.
func TestNoFileOfVariablesExhaustsTheStack(t *testing.T) {
	state := terraform.File{Name: "infra.tfstate", Text: []byte(`{"version": 4, "resources": [{"mode": "managed", "type": "aws_vpc", "name": "this", "instances": [{}]}]}`)}
	for _, repeated := range []string{"[", "{", "(", "!", "-", "- ", "1?", "1?1:", `"${`, "%{if true}", "[for a in ", "<<A\n${", "a.", "a[0]", "1+", "1==", "{a=", "f(", "a{\n", "[\n", "!\n", "(-\n"} {
		for _, begin := range []string{"a = ", ""} {
			text := begin + strings.Repeat(repeated, terraform.MaxVariableBytes/len(repeated))
			_, found := terraform.Read([]terraform.File{state, {Name: "x.tfvars", Text: []byte(text)}})
			require.True(t, found.HasErrors(), "%s", repeated)
		}
	}
	sum := "a = 1" + strings.Repeat("+1", terraform.MaxVariableBytes/2-5)
	_, found := terraform.Read([]terraform.File{state, {Name: "x.tfvars", Text: []byte(sum)}})
	require.Empty(t, found, "as deep as it is, it is a literal")
}

func TestStatesOfTwoInstallationsAreRefused(t *testing.T) {
	_, found := terraform.Read([]terraform.File{
		encode(t, "prod/infra.tfstate", decode(t, "a-base", "infra")),
		encode(t, "stage/cluster.tfstate", decode(t, "c-pools", "cluster")),
	})
	require.Equal(t, `prod/infra.tfstate: error: belongs to installation "tfthree", but stage/cluster.tfstate to "tfpools" [terraform-mixed]
  name the files of one installation only; one dominoc environment is one installation
`, told(found))
}

func TestTheNodesOfAnotherInstallationAreRefused(t *testing.T) {
	files := []terraform.File{
		encode(t, "cluster.tfstate", decode(t, "a-base", "cluster")),
		encode(t, "nodes.tfstate", decode(t, "b-existing", "nodes")),
		{Name: "infra.tfvars", Text: []byte("deploy_id = \"tfthree\"\n")},
	}
	_, found := terraform.Read(files)
	require.Equal(t, `nodes.tfstate: error: belongs to installation "tfbrought", but cluster.tfstate, infra.tfvars to "tfthree" [terraform-mixed]
  name the files of one installation only; one dominoc environment is one installation
`, told(found))
}

func TestAStateOfTwoInstallationsIsRefused(t *testing.T) {
	state := decode(t, "a-base", "cluster")
	other := decode(t, "c-pools", "cluster")
	for _, r := range objects(other["resources"]) {
		r["module"] = "module.other"
	}
	state["resources"] = append(state["resources"].([]any), other["resources"].([]any)...)
	_, found := terraform.Read([]terraform.File{encode(t, "all.tfstate", state)})
	require.Equal(t, `all.tfstate: error: has things of two installations, "tfpools" and "tfthree" [terraform-mixed]
  give a state of one: terraform state pull, then terraform state mv -state=FILE -state-out=OTHER for the modules of the other one
`, told(found))
}

func TestAnOlderCopyOfAStateIsRefused(t *testing.T) {
	older := decode(t, "a-base", "cluster")
	for _, r := range objects(older["resources"]) {
		if r["type"] == "aws_eks_cluster" {
			objects(r["instances"])[0]["attributes"].(object)["version"] = "1.34"
		}
	}
	cluster := encode(t, "cluster.tfstate", decode(t, "a-base", "cluster"))
	older["serial"] = 45
	_, found := terraform.Read([]terraform.File{cluster, encode(t, "old.tfstate", older)})
	require.Equal(t, `old.tfstate: error: 1 address is in "cluster.tfstate" with another content, such as "module.eks.aws_eks_cluster.this" [terraform-conflict]
  leave out "old.tfstate", which is the older state: serial 45, the other has 46
`, told(found))

	twice, found := terraform.Read([]terraform.File{cluster, {Name: "copy.tfstate", Text: cluster.Text}})
	require.Empty(t, found, "the same content twice is no mistake")
	require.Len(t, twice.Of(true, "aws_eks_cluster"), 1)
}

func TestACopyThatIsOutOfDateIsToldOf(t *testing.T) {
	infra := decode(t, "a-base", "infra")
	value := infra["outputs"].(object)["infra"].(object)["value"].(object)
	value["tags"] = object{"team": "other"}
	value["bastion"] = object{"public_ip": "hunter2"}
	got, found := terraform.Read([]terraform.File{
		encode(t, "infra.tfstate", infra),
		encode(t, "cluster.tfstate", decode(t, "a-base", "cluster")),
		encode(t, "nodes.tfstate", decode(t, "a-base", "nodes")),
	})
	require.Equal(t, `cluster.tfstate: warning: has another copy of the output "infra" of infra.tfstate: bastion, tags differ [terraform-stale]
  one of them is out of date: refresh infra, then cluster, then nodes (./tf.sh infra refresh), and name the new states
nodes.tfstate: warning: has another copy of the output "infra" of infra.tfstate: bastion, tags differ [terraform-stale]
  one of them is out of date: refresh infra, then cluster, then nodes (./tf.sh infra refresh), and name the new states
`, told(found))
	require.Equal(t, "other", got.Output("infra", "tags", "team"), "the state that made an output has the last word")
}

func TestOneEmptyStateIsNoHarm(t *testing.T) {
	_, found := terraform.Read([]terraform.File{
		encode(t, "infra.tfstate", decode(t, "a-base", "infra")),
		{Name: "nodes.tfstate", Text: []byte(`{"version": 4, "resources": []}`)},
	})
	require.Equal(t, 0, found.Errors())
	require.Equal(t, 1, found.Warnings())
}

// What releases of the modules before v3.49 called their resources is found by type, or by
// type and name, wherever it is.
func TestOldAddressesAreFound(t *testing.T) {
	for address, c := range map[string]struct{ module, kind, name, index string }{
		"aws_eks_addon.this[\"coredns\"]":                                {"", "aws_eks_addon", "this", `"coredns"`},
		"module.eks.aws_eks_addon.vpc_cni":                               {"module.eks", "aws_eks_addon", "vpc_cni", "null"},
		"module.domino.module.storage.aws_efs_mount_target.eks[2]":       {"module.domino.module.storage", "aws_efs_mount_target", "eks", "2"},
		"module.eks.aws_security_group_rule.shared_storage":              {"module.eks", "aws_security_group_rule", "shared_storage", "null"},
		"module.storage.aws_s3_bucket.blobs":                             {"module.storage", "aws_s3_bucket", "blobs", "null"},
		"module.storage.aws_s3_bucket.flyte_data[0]":                     {"module.storage", "aws_s3_bucket", "flyte_data", "0"},
		"module.eks.module.network.aws_subnet.private[\"10.0.32.0/19\"]": {"module.eks.module.network", "aws_subnet", "private", `"10.0.32.0/19"`},
		"module.irsa_external_dns[0].aws_iam_role.external_dns[0]":       {"module.irsa_external_dns[0]", "aws_iam_role", "external_dns", "0"},
	} {
		text := fmt.Sprintf(`{"version": 4, "resources": [{"module": %q, "mode": "managed", "type": %q, "name": %q, "instances": [{"index_key": %s, "attributes": {"id": "x"}}]}]}`, c.module, c.kind, c.name, c.index)
		got, found := terraform.Read([]terraform.File{{Name: "x.tfstate", Text: []byte(text)}})
		require.Empty(t, found)
		require.Len(t, got.Of(true, c.kind, c.name), 1)
		require.Equal(t, address, got.Of(true, c.kind)[0].Address)
		require.Equal(t, "x", got.Of(true, c.kind)[0].Text("id"))
	}
}

func TestFilesOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"infra.tfstate", "infra.tfstate.backup", "infra.tfvars", "nodes.tfvars.json", ".hidden.tfstate", "main.tf", "expect.json", "show.json",
		"terraform/cluster.tfstate", ".terraform/terraform.tfstate", "old/cluster.tfstate",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		text := "{}"
		if name == "show.json" {
			text = `{"format_version":"1.0"}`
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	names := func(paths ...string) []string {
		files, found := terraform.Files(paths...)
		require.Empty(t, found)
		var all []string
		for _, f := range files {
			name, err := filepath.Rel(dir, f.Name)
			require.NoError(t, err)
			all = append(all, filepath.ToSlash(name))
		}
		return all
	}
	require.Equal(t, []string{"infra.tfstate", "infra.tfvars", "nodes.tfvars.json", "show.json", "terraform/cluster.tfstate"}, names(dir))
	require.Equal(t, []string{"expect.json", "old/cluster.tfstate"}, names(filepath.Join(dir, "old", "cluster.tfstate"), filepath.Join(dir, "old"), filepath.Join(dir, "expect.json")))
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.tfstate")
	require.NoError(t, os.WriteFile(large, nil, 0o600))
	require.NoError(t, os.Truncate(large, terraform.MaxBytes+1))
	variables := filepath.Join(dir, "large.tfvars")
	require.NoError(t, os.WriteFile(variables, make([]byte, terraform.MaxVariableBytes+1), 0o600))
	files, found := terraform.Files(filepath.Join(dir, "none"), dir)
	require.Empty(t, files)
	require.Equal(t, strings.ReplaceAll(`DIR/large.tfstate: error: has 131072 KiB; a file of this kind may have 131072 KiB [file-too-large]
DIR/large.tfvars: error: has 64 KiB; a file of this kind may have 64 KiB [file-too-large]
DIR/none: error: cannot be read: no such file or directory [unreadable-file]
`, "DIR", filepath.ToSlash(dir)), strings.ReplaceAll(told(found), "\n  \n", "\n"))
}

// large returns a state of some MiB with the resources of real ones, again and again.
func large(t testing.TB, megabytes int) terraform.File {
	t.Helper()
	text, err := os.ReadFile("testdata/c-pools/nodes.tfstate")
	require.NoError(t, err)
	var state struct {
		Version   int              `json:"version"`
		Resources []map[string]any `json:"resources"`
	}
	require.NoError(t, json.Unmarshal(text, &state))
	once := state.Resources
	state.Resources = nil
	for n := range megabytes << 20 / len(text) {
		for _, r := range once {
			if r["type"] != "terraform_remote_state" {
				again := map[string]any{}
				for key, value := range r {
					again[key] = value
				}
				again["module"] = fmt.Sprintf("module.m%d", n)
				state.Resources = append(state.Resources, again)
			}
		}
	}
	text, err = json.MarshalIndent(state, "", "  ")
	require.NoError(t, err)
	return terraform.File{Name: "large.tfstate", Text: text}
}

func TestALargeStateNeedsAFewTimesItsSize(t *testing.T) {
	file := large(t, 16)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, found := terraform.Read([]terraform.File{file})
	runtime.ReadMemStats(&after)
	require.Empty(t, found)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8*len(file.Text)), "of %d bytes", len(file.Text))
}

func BenchmarkReadAnInstallation(b *testing.B) {
	files, _ := terraform.Files("testdata/a-base")
	for b.Loop() {
		terraform.Read(files)
	}
}

func BenchmarkReadALargeState(b *testing.B) {
	file := large(b, 30)
	b.SetBytes(int64(len(file.Text)))
	for b.Loop() {
		terraform.Read([]terraform.File{file})
	}
}

// A state that is valid JSON but has other types than Terraform writes is read as far as
// it goes.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"version":4,"serial":"x","lineage":1,"outputs":[],"resources":[1,{"instances":{}},{"mode":1,"type":[],"name":{},"module":2,"instances":[3,{"index_key":{},"attributes":[],"sensitive_attributes":5,"deposed":true}]}]}`,
		`{"version":4,"outputs":{"infra":{"value":[1]},"eks":5},"resources":[{"mode":"managed","type":"aws_eks_cluster","name":"a","instances":[{"index_key":"a\"${b}","attributes":{"name":5,"vpc_config":[[]]},"sensitive_attributes":[[],[5],[{"type":"get_attr","value":5}]]}]}]}`,
		`{"format_version":"1.0","values":{"outputs":{"infra":{"sensitive":5,"value":{}}},"root_module":{"resources":[{"address":5,"values":5,"sensitive_values":{"a":[true]}}],"child_modules":[5,{"child_modules":{}}]}}}`,
		`{"version":4,"resources":[{"mode":"data","type":"terraform_remote_state","name":"infra","instances":[{"attributes":{"outputs":{"value":{"infra":5},"type":1}}}]}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		installation, _ := terraform.Read([]terraform.File{{Name: "a.tfstate", Text: text}, {Name: "b.tfvars.json", Text: text}})
		installation.Unknown()
		for _, r := range installation.Resources {
			r.At("vpc_config", "subnet_ids")
		}
	})
}
