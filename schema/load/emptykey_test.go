package load_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

const complete = `package environment

environment: {
	name:    "prod-us"
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "domino.example.com"
	cluster: version: "1.35"
	pools: {platform: {}, default: {}}
}
`

// An empty name can be written by mistake, and is not the group around it. Those of ids
// and accept are for plan and check, which look for what they name.
func TestAnEmptyNameIsRefusedAtItsPlace(t *testing.T) {
	for name, c := range map[string]string{
		"the environment": `environment: "": 1`,
		"a group":         `environment: network: "": 1`,
		"tags":            `environment: tags: "": "x"`,
		"pools":           `environment: pools: "": {}`,
		"labels":          `environment: pools: default: labels: "": "x"`,
		"addons":          `environment: cluster: addons: "": {}`,
		"buckets":         `environment: storage: buckets: "": {}`,
		"a subnet":        `environment: network: vpc: {id: "vpc-0a1b2c3d", cidr: "10.0.0.0/16", subnets: private: "": {id: "subnet-0a1b2c3d", cidr: "10.0.0.0/20"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(root, "environment.cue"), []byte(complete), 0o644))
			require.NoError(t, os.WriteFile(filepath.Join(root, "more.cue"), []byte("package environment\n\n"+c+"\n"), 0o644))
			folders, err := source.Open(root).Find([]string{"."})
			require.NoError(t, err)
			r := load.New(root).One(folders[0])
			text := said(r.Diagnostics)
			t.Log(r.Environment != nil, text)
			require.True(t, strings.HasPrefix(text, "more.cue:3:"), text)
		})
	}
}
