package terraform_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// marker is planted where a secret may be.
const marker = "hunter2"

// object is a JSON object.
type object = map[string]any

// In the states of the three installations, every text that the reader need not keep
// becomes a secret, and every attribute of some resources is marked as sensitive.
func TestNoSecretLeavesTheReader(t *testing.T) {
	for _, set := range sets {
		for _, form := range []struct {
			name string
			of   func(object) object
		}{{"state file", func(state object) object { return state }}, {"terraform show -json", show}} {
			t.Run(set+", "+form.name, func(t *testing.T) {
				var files []terraform.File
				planted := 0
				for _, root := range []string{"infra", "cluster", "nodes"} {
					state := decode(t, set, root)
					planted += plant(state)
					files = append(files, encode(t, root+".tfstate", form.of(state)))
				}
				require.Greater(t, planted, 500)
				installation, found := terraform.Read(files)
				require.NotEmpty(t, installation.Resources)
				require.False(t, found.HasErrors(), "%v", found)
				requireNo(t, marker, *installation, found)
			})
		}
	}
}

// What the sets have in place of secrets is nowhere in what is read.
func TestNoPlaceholderOfASecretLeavesTheReader(t *testing.T) {
	for _, set := range sets {
		installation, _ := read(t, set)
		for _, secret := range []string{
			"not-a-real-key", "not a private key", "not a public key", "not a certificate", "bm90IGEgY2VydGlmaWNhdGU=",
			"contents taken out", "IyEvYmluL2Jhc2gK", "domino.pem", "./kubeconfig", "--role-arn",
		} {
			requireNo(t, secret, *installation)
		}
	}
}

func TestNoDiagnosticQuotesAFile(t *testing.T) {
	text := encode(t, "infra.tfstate", decode(t, "a-base", "infra")).Text
	text = []byte(strings.ReplaceAll(string(text), "tfthree", marker))
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		broken := slices.Clone(text[:random.IntN(len(text))])
		if at := random.IntN(len(broken) + 1); at < len(broken) {
			broken[at] = `"{}[]:,x0`[random.IntN(9)]
		}
		installation, found := terraform.Read([]terraform.File{{Name: "infra.tfstate", Text: broken}})
		require.True(t, found.HasErrors())
		requireNo(t, marker, *installation, found)
	}
	for _, text := range []string{
		`x = ` + marker, `x = ` + marker + `()`, `x = "${` + marker + `}"`, marker, marker + ` {}`, `x = "` + marker, `x = <<` + marker,
		`x = {` + marker + ` = ` + marker + `}`, marker + ` = 1` + "\n" + marker + ` = 2`, `deploy_id = "a" + "` + marker + `"`,
		`secret = "` + marker + `"`, `storage = {netapp = "` + marker + `"}`, `x = 5` + marker, `eks = {kubeconfig = {extra_args = "` + marker + `"}}`,
		`default_node_groups = {gpu = {bootstrap_extra_args = "` + marker + `"}}`, `x = [for a in "` + marker + `": a]`,
	} {
		installation, found := terraform.Read([]terraform.File{{Name: "a.tfvars", Text: []byte(text)}})
		for i := range installation.Variables {
			installation.Variables[i].Name = "" // that of a variable is no secret
		}
		requireNo(t, marker, *installation, found)
	}
}

// requireNo fails with what is around a secret, not with all that is read.
func requireNo(t *testing.T, secret string, all ...any) {
	t.Helper()
	text := fmt.Sprintf("%#v", all)
	if at := strings.Index(text, secret); at >= 0 {
		require.FailNow(t, "a secret is left", "%s", text[max(at-300, 0):min(at+100, len(text))])
	}
}

// plant makes secrets of a state, and returns how many.
func plant(state object) int {
	planted := 0
	secrets := func(value any) any {
		return each(value, func(string) string { planted++; return marker })
	}
	for n, r := range objects(state["resources"]) {
		kind, _ := r["type"].(string)
		managed := r["mode"] == "managed"
		for _, i := range objects(r["instances"]) {
			attributes, _ := i["attributes"].(object)
			for name, value := range attributes {
				if !terraform.Keeps(managed, kind, name) {
					attributes[name] = secrets(value)
				}
			}
			attributes["password"] = marker
			if n%3 == 0 && !named(kind) {
				var marks []any
				for name, value := range attributes {
					if attributes[name] = secrets(value); kind != "terraform_remote_state" {
						marks = append(marks, []any{object{"type": "get_attr", "value": name}, object{"type": "index", "value": object{"value": 0, "type": "number"}}})
					}
				}
				i["sensitive_attributes"] = marks
			}
		}
	}
	outputs := state["outputs"].(object)
	for name, output := range outputs {
		value := output.(object)["value"].(object)
		switch name {
		case "infra":
			value["vpn_connections"] = object{"office": object{"preshared_key": marker}}
			value["bastion"] = object{"public_ip": marker}
			value["ssh_key"].(object)["path"] = marker
			value["eks"].(object)["kubeconfig"] = object{"extra_args": marker}
			value["default_node_groups"].(object)["compute"].(object)["bootstrap_extra_args"] = marker
			value["storage"].(object)["netapp"] = object{"svm": object{"creds": marker}}
		case "eks":
			value["kubeconfig"] = secrets(value["kubeconfig"])
			value["k8s_pre_setup_sh_file"] = marker
			value["cluster"].(object)["specs"].(object)["certificate_authority"] = []any{object{"data": marker}}
		default:
			output.(object)["value"] = secrets(output.(object)["value"])
		}
	}
	outputs["copy_of_eks"] = object{"value": marker, "sensitive": true}
	if eks, ok := outputs["eks"].(object); ok && planted%2 == 0 {
		eks["sensitive"], eks["value"] = true, secrets(eks["value"])
	}
	return planted
}

// named are the kinds whose names tell installations apart.
func named(kind string) bool {
	return slices.Contains([]string{"aws_eks_cluster", "aws_eks_node_group", "aws_eks_addon"}, kind)
}

// each replaces every text in a value.
func each(value any, of func(string) string) any {
	switch value := value.(type) {
	case string:
		return of(value)
	case object:
		for name, inner := range value {
			value[name] = each(inner, of)
		}
	case []any:
		for i, inner := range value {
			value[i] = each(inner, of)
		}
	}
	return value
}

// show makes of a state file what terraform show -json prints of it.
func show(state object) object {
	modules := map[string]object{}
	for _, r := range objects(state["resources"]) {
		path, _ := r["module"].(string)
		if modules[path] == nil {
			modules[path] = object{"address": path, "resources": []any{}}
		}
		for _, i := range objects(r["instances"]) {
			one := object{"mode": r["mode"], "type": r["type"], "name": r["name"], "values": i["attributes"], "sensitive_values": mask(i["sensitive_attributes"])}
			kind := r["type"].(string)
			if r["mode"] == "data" {
				kind = "data." + kind
			}
			address := strings.TrimPrefix(path+"."+kind+"."+r["name"].(string), ".")
			switch key := i["index_key"].(type) {
			case string:
				one["index"], address = key, fmt.Sprintf("%s[%q]", address, key)
			case float64:
				one["index"], address = key, fmt.Sprintf("%s[%v]", address, key)
			}
			one["address"] = address
			if kind == "data.terraform_remote_state" {
				values := maps.Clone(i["attributes"].(object))
				if outputs, ok := values["outputs"].(object); ok {
					values["outputs"] = outputs["value"]
				}
				one["values"] = values
			}
			modules[path]["resources"] = append(modules[path]["resources"].([]any), one)
		}
	}
	root := object{}
	if own := modules[""]; own != nil {
		root["resources"] = own["resources"]
	}
	var children []any
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		if path != "" {
			children = append(children, object{"address": path, "child_modules": []any{modules[path]}})
		}
	}
	root["child_modules"] = children
	return object{"format_version": "1.0", "terraform_version": "1.11.4", "values": object{"outputs": state["outputs"], "root_module": root}}
}

// mask makes of sensitive_attributes what show -json prints.
func mask(marks any) object {
	out := object{}
	list, _ := marks.([]any)
	for _, path := range list {
		steps := path.([]any)
		name, _ := steps[0].(object)["value"].(string)
		out[name] = true
		if len(steps) > 1 {
			out[name] = []any{object{"at": true}}
		}
	}
	return out
}

func objects(list any) []object {
	var all []object
	values, _ := list.([]any)
	for _, v := range values {
		all = append(all, v.(object))
	}
	return all
}

func decode(t *testing.T, set, root string) object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", set, root+".tfstate"))
	require.NoError(t, err)
	state := object{}
	require.NoError(t, json.Unmarshal(text, &state))
	return state
}

func encode(t *testing.T, name string, state object) terraform.File {
	t.Helper()
	text, err := json.MarshalIndent(state, "", " ")
	require.NoError(t, err)
	return terraform.File{Name: name, Text: text}
}
