// Package mends follows what the diagnostics of dominoc vet say is to be done:
// testdata/mended.txt has a mistake for each code and the same files when they were
// mended as schema/explain/codes.txt says, and vet reports the one and accepts the
// other. Which mends are no edit is in testdata/unmended.txt with the reason.
package mends

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/schema/explain"
)

// base is what an environment says that its entry does not; NAME is its name.
const base = `{
	name:    "NAME"
	account: "123456789012"
	region:  "us-west-2"
	zones: ["us-west-2a", "us-west-2b", "us-west-2c"]
	domain: fqdn: "NAME.example.com"
	cluster: {version: "1.35", inCluster: "none"}
	pools: {platform: {}, default: {}}
	storage: drivers: {ebs: "installer", efs: "installer"}
	provider: roleARN: "arn:aws:iam::123456789012:role/NAME-provider"
}`

// quotas are what the accounts have, where an entry does not say it.
const quotas = `package quotas

import "github.com/dominoc/dominoc/schema/v1alpha1"

quotas: v1alpha1.#Quotas & {"123456789012": regions: "us-west-2": {"L-1216C47A": 1024, "L-0263D0A3": 50}}
`

// adopted is the file of an environment that takes an installation over. It stands for a
// file whose text is "adopted".
const adopted = `package environment

environment: {
	network: vpc: {
		id: "vpc-0a1b2c3d4e5f60718", cidr: "10.0.0.0/16"
		subnets: private: {
			"us-west-2a": {id: "subnet-0aaaaaaaaaaaaaaa1", cidr: "10.0.0.0/18"}
			"us-west-2b": {id: "subnet-0aaaaaaaaaaaaaaa2", cidr: "10.0.64.0/18"}
			"us-west-2c": {id: "subnet-0aaaaaaaaaaaaaaa3", cidr: "10.0.128.0/18"}
		}
	}
	encryption: keyARN: "arn:aws:kms:us-west-2:123456789012:key/8f3b2c1d-4e5f-4a6b-9c7d-0e1f2a3b4c5d"
	storage: {
		datasets: existing: {fileSystemID: "fs-0a1b2c3d4e5f60718", accessPointID: "fsap-0a1b2c3d4e5f60718"}
		buckets: {data: name: "tf-blobs", registry: name: "tf-registry", logs: name: "tf-logs", backups: name: "tf-backups", monitoring: name: "tf-monitoring"}
		drivers: rights: "nodes"
	}
	adopted: {
		roles: {controlPlane: "arn:aws:iam::123456789012:role/tf-eks", nodes: "arn:aws:iam::123456789012:role/tf-eks-nodes"}
		securityGroups: {controlPlane: "sg-0a1b2c3d4e5f60718", nodes: "sg-0a1b2c3d4e5f60719"}
		pools: platform: {
			launchTemplate: "tf-platform"
			groups: {"us-west-2a": "platform-a", "us-west-2b": "platform-b", "us-west-2c": "platform-c"}
		}
	}
}
`

// date is a day on which the standard support of Kubernetes 1.33 ends soon.
const date = "2026-07-01"

// sample is the environment whose text begins an entry.
const sample = "prod-us"

// entry is a mistake, and the same files when it was mended. Files are by their path;
// what an environment says is below its name.
type entry struct {
	code        string
	bad, mended map[string]string
}

func TestEachMendOfVetMends(t *testing.T) {
	tried := map[string]bool{}
	for _, e := range entries(t) {
		tried[e.code] = true
		t.Run(e.code, func(t *testing.T) {
			_, said := vet(t, e.bad, nil)
			require.Contains(t, said, "["+e.code+"]", "vet does not report it")
			before := codes(said)
			code, said := vet(t, e.bad, e.mended)
			require.Equal(t, cli.Good, code, "what was mended is not accepted:\n%s", said)
			for _, other := range codes(said) {
				ofAccount := slices.Contains([]string{"quota-unknown", "quota-unused", "vpc-subnet-tags"}, other) // what the accounts have is no part of a mend
				require.True(t, other != e.code && (slices.Contains(before, other) || ofAccount), "what was mended has %s:\n%s", other, said)
			}
		})
	}
	reasons := unmended(t)
	for _, rule := range explain.Rules() {
		_, excepted := reasons[rule.Code]
		assert.True(t, tried[rule.Code] != excepted, "%s: mend it in testdata/mended.txt, or say in testdata/unmended.txt why it cannot be: %s", rule.Code, rule.Mend)
		delete(reasons, rule.Code)
	}
	assert.Empty(t, reasons, "there are no such codes")
}

var codeAtEnd = regexp.MustCompile(`(?m)(?:error|warning): .*\[([a-z0-9-]+)\]$`)

// codes are those of the diagnostics that vet printed.
func codes(said string) []string {
	var all []string
	for _, match := range codeAtEnd.FindAllStringSubmatch(said, -1) {
		all = append(all, match[1])
	}
	return all
}

// entries reads the table.
func entries(t *testing.T) []entry {
	t.Helper()
	var all []entry
	for _, text := range strings.Split(read(t, "testdata/mended.txt"), "\n## ")[1:] {
		code, rest, _ := strings.Cut(text, "\n")
		bad, mended, found := strings.Cut(rest, "\n=>\n")
		require.True(t, found, code)
		e := entry{code, sections(bad), sections(mended)}
		if _, given := e.bad[sample]; !given {
			e.bad[sample] = ""
		}
		all = append(all, e)
	}
	return all
}

// sections are the parts of one side by their names.
func sections(text string) map[string]string {
	all := map[string]string{}
	name, lines := sample, strings.Builder{}
	flush := func() {
		if name != sample || strings.TrimSpace(lines.String()) != "" {
			all[name] = lines.String()
		}
		lines.Reset()
	}
	for line := range strings.Lines(text + "\n") {
		if next, begins := strings.CutPrefix(line, "@ "); begins {
			flush()
			name = strings.TrimSpace(next)
			continue
		}
		lines.WriteString(line)
	}
	flush()
	return all
}

// unmended are the codes that are not tried, and why.
func unmended(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.Lines(read(t, "testdata/unmended.txt")) {
		if code, reason, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
			all[code] = reason
		}
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(content)
}

// vet is what dominoc vet says of the files of a side, over which those of another
// are laid.
func vet(t *testing.T, files, over map[string]string) (int, string) {
	t.Helper()
	dir := t.TempDir()
	laid := map[string][]string{"environments/quotas/quotas.cue": {quotas}}
	for _, side := range []map[string]string{files, over} {
		for name, text := range side {
			laid[name] = append(laid[name], text)
		}
	}
	for name, texts := range laid {
		if !strings.Contains(name, "/") {
			put(t, dir, "environments/"+name+"/environment.cue", environment(t, name, texts))
		}
	}
	for name, texts := range laid {
		if strings.Contains(name, "/") {
			put(t, dir, name, texts[len(texts)-1])
		}
	}
	var out bytes.Buffer
	code := cli.Run(context.Background(), []string{"vet", "-C", dir, "--date", date}, cli.Streams{Out: &out, Err: &out})
	return code, out.String()
}

// put writes a file; "-" removes it.
func put(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, name)
	switch strings.TrimSpace(content) {
	case "-":
		require.NoError(t, os.RemoveAll(file))
		return
	case "adopted":
		content = adopted
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

// environment is the file of an environment: the base, over which texts are laid.
func environment(t *testing.T, name string, texts []string) string {
	t.Helper()
	tree := parse(t, strings.ReplaceAll(base, "NAME", name))
	for _, text := range texts {
		lay(tree, parse(t, "{"+text+"}"))
	}
	data, err := json.Marshal(tree)
	require.NoError(t, err)
	return "package environment\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\nenvironment: v1alpha1.#Environment & " + string(data) + "\n"
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	value := cuecontext.New().CompileString(text)
	require.NoError(t, value.Validate(cue.Concrete(true)), text)
	data, err := value.MarshalJSON()
	require.NoError(t, err)
	var tree map[string]any
	require.NoError(t, json.Unmarshal(data, &tree))
	return tree
}

// lay lays a tree over another: fields of objects one by one, null takes away.
func lay(tree, over map[string]any) {
	for name, value := range over {
		inner, isObject := value.(map[string]any)
		below, both := tree[name].(map[string]any)
		switch {
		case value == nil:
			delete(tree, name)
		case isObject && both:
			lay(below, inner)
		case isObject:
			below = map[string]any{}
			lay(below, inner)
			tree[name] = below
		default:
			tree[name] = value
		}
	}
}

// What dominoc explain says of a rule of the fleet's own is a rule that runs.
func TestTheExampleOfAHouseRuleRuns(t *testing.T) {
	rule, ok := explain.RuleOf("policy-a-rule", nil)
	require.True(t, ok)
	code, said := vet(t, map[string]string{"dev": "", "environments/policy/policy.cue": "package policy\n\n" + rule.Example + "\n"}, nil)
	require.Equal(t, cli.Problems, code)
	require.Equal(t, []string{"policy-a-rule"}, codes(said))
}
