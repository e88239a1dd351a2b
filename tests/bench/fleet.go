//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/tests/gomodule"
)

// mixed are the bodies of the environments of a fleet, in turns.
var mixed = []string{
	`	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	pools: {platform: {}, default: {}, "default-gpu": {}}
	storage: drivers: {ebs: "addon", efs: "installer"}
`,
	`	zones: ["us-west-2a"]
	controlPlaneZones: ["us-west-2a", "us-west-2b"]
	pools: {platform: {}, default: size: max: 8}
	storage: drivers: {ebs: "addon", efs: "installer"}
`,
	`	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	network: {cidr: "10.32.0.0/16", natGateways: "single"}
	pools: {platform: {}, default: {}, "default-gpu": {}, highmem: {instanceTypes: ["r6i.4xlarge"], size: max: 6}}
	storage: drivers: {ebs: "addon", efs: "installer"}
	tags: team: "research"
`,
}

// large is an environment with nearly all features.
const large = `	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	registry: ecr: enabled: true
	pools: {platform: {}, default: {}, "default-gpu": {}, highmem: {instanceTypes: ["r6i.4xlarge"], size: max: 6}}
	storage: drivers: {ebs: "addon", efs: "installer"}
`

// breakFleet gives all environments an invalid default, in one line.
func breakFleet(dir string) error {
	return write(dir, "environments/fleet.cue", "package environment\n\nenvironment: tags: team: 7\n")
}

// writeFleet makes a CUE module with the schema and n environments, which take
// turns in their shapes.
func writeFleet(dir string, n int, shapes ...string) error {
	if err := writeModule(dir); err != nil {
		return err
	}
	for _, f := range schema.Files() {
		if err := write(dir, f.Name, string(f.Content)); err != nil {
			return err
		}
	}
	if err := write(dir, "environments/quotas/quotas.cue", plenty()); err != nil {
		return err
	}
	for i := range n {
		name := fmt.Sprintf("env-%04d", i)
		if err := write(dir, "environments/"+name+"/environment.cue", environment(name, shapes[i%len(shapes)])); err != nil {
			return err
		}
	}
	return nil
}

// writeModule makes dir the CUE module that this repository is.
func writeModule(dir string) error {
	root, err := gomodule.Root()
	if err != nil {
		return err
	}
	const name = "cue.mod/module.cue"
	module, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return err
	}
	return write(dir, name, string(module))
}

// plenty states such high quotas that all environments fit into one account.
func plenty() string {
	var global, regional strings.Builder
	for _, q := range catalog.Quotas() {
		b := &regional
		if q.Scope == "account" || q.Scope == "role" {
			b = &global
		}
		fmt.Fprintf(b, "\t%q: 100000000\n", q.Code)
	}
	return fmt.Sprintf("package quotas\n\nimport %q\n\nquotas: v1alpha1.#Quotas & {\"123456789012\": {\nglobal: {\n%s}\nregions: \"us-west-2\": {\n%s}\n}}\n",
		schema.ImportPath, global.String(), regional.String())
}

func environment(name, shape string) string {
	return fmt.Sprintf(`package environment

import %q

environment: v1alpha1.#Environment & {
	name:    %q
	account: "123456789012"
	region:  "us-west-2"
	domain: fqdn: "%s.example.com"
	cluster: version: "1.35"
	provider: roleARN: %q
%s}
`, schema.ImportPath, name, name, check.OwnRole("aws", "123456789012", name), shape)
}

func write(dir, name, content string) error {
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(content), 0o644)
}
