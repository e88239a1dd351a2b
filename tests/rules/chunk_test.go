package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"github.com/stretchr/testify/require"
)

// A chunk is what an environment of the catalogue says beyond the base: one
// mistake in bad/, none in good/. Chunks of a file are separated by ---.
//
//	// error(CODE): TEXT   the rule and a part of its message, on the line that is wrong
//	// error: TEXT         the same for what the shape refuses
//	// with: NAME          completes the environment by that part of the base as well
//	// without: PATH       leaves a path of the base out
//
// A comment that has a line to itself stands for an error on no line of the chunk.
type chunk struct {
	name     string // file and number, such as zones-2
	text     string
	with     []string
	without  []string
	expected []expectation
}

type expectation struct {
	line int // within the environment's file, 0 for none
	code string
	text string
}

// Lines of a base, by path; the first of a chunk that defines the path wins.
var bases = map[string][]string{
	"": {
		`name: "prod-us"`,
		`account: "123456789012"`,
		`region: "us-west-2"`,
		`zones: ["us-west-2a", "us-west-2b", "us-west-2c"]`,
		`domain: fqdn: "domino.example.com"`,
		`cluster: version: "1.35"`,
		`pools: platform: {}`,
		`pools: default: {}`,
	},
	"vpc": {
		`network: vpc: id: "vpc-0a1b2c3d4e5f60718"`,
		`network: vpc: cidr: "10.1.0.0/16"`,
		`network: vpc: subnets: private: "us-west-2a": id: "subnet-0aaaaaaaaaaaaaaa1"`,
		`network: vpc: subnets: private: "us-west-2a": cidr: "10.1.0.0/19"`,
		`network: vpc: subnets: private: "us-west-2b": id: "subnet-0aaaaaaaaaaaaaaa2"`,
		`network: vpc: subnets: private: "us-west-2b": cidr: "10.1.32.0/19"`,
		`network: vpc: subnets: private: "us-west-2c": id: "subnet-0aaaaaaaaaaaaaaa3"`,
		`network: vpc: subnets: private: "us-west-2c": cidr: "10.1.64.0/19"`,
	},
	"adopted": {
		`encryption: keyARN: "arn:aws:kms:us-west-2:123456789012:key/8f3b2c1d-4e5f-4a6b-9c7d-0e1f2a3b4c5d"`,
		`storage: datasets: existing: fileSystemID: "fs-0a1b2c3d4e5f60718"`,
		`storage: datasets: existing: accessPointID: "fsap-0a1b2c3d4e5f60718"`,
		`storage: buckets: data: name: "prod-us-blobs"`,
		`storage: buckets: registry: name: "prod-us-registry"`,
		`storage: buckets: logs: name: "prod-us-logs"`,
		`storage: buckets: backups: name: "prod-us-backups"`,
		`storage: buckets: monitoring: name: "prod-us-monitoring"`,
		`storage: drivers: ebs: "installer"`,
		`storage: drivers: efs: "installer"`,
		`storage: drivers: rights: "nodes"`,
		`adopted: roles: controlPlane: "arn:aws:iam::123456789012:role/prod-us-eks"`,
		`adopted: roles: nodes: "arn:aws:iam::123456789012:role/prod-us-eks-nodes"`,
		`adopted: securityGroups: controlPlane: "sg-0a1b2c3d4e5f60718"`,
		`adopted: securityGroups: nodes: "sg-0a1b2c3d4e5f60719"`,
		`adopted: pools: platform: launchTemplate: "prod-us-platform"`,
		`adopted: pools: platform: groups: "us-west-2a": "platform-a"`,
		`adopted: pools: platform: groups: "us-west-2b": "platform-b"`,
		`adopted: pools: platform: groups: "us-west-2c": "platform-c"`,
	},
}

// The lines above a chunk in an environment's file.
const header = `package environment

import "github.com/dominoc/dominoc/schema/v1alpha1"

environment: v1alpha1.#Environment & {
`

// chunks reads the catalogue of a folder below testdata.
func chunks(t *testing.T, folder string) []chunk {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []chunk
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		topic := strings.TrimSuffix(filepath.Base(file), ".txt")
		for i, text := range strings.Split(string(content), "---\n") {
			all = append(all, read(topic+"-"+strconv.Itoa(i+1), text))
		}
	}
	return all
}

var comment = regexp.MustCompile(`^(.*?)// (error(?:\(([a-z0-9-]+)\))?|with|without): (.*)$`)

func read(name, text string) chunk {
	c := chunk{name: name, text: text}
	for i, line := range strings.Split(text, "\n") {
		match := comment.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		switch match[2] {
		case "with":
			c.with = strings.Split(match[4], ", ")
		case "without":
			c.without = strings.Split(match[4], ", ")
		default:
			at := strings.Count(header, "\n") + i + 1
			if strings.TrimSpace(match[1]) == "" {
				at = 0
			}
			c.expected = append(c.expected, expectation{at, match[3], match[4]})
		}
	}
	return c
}

// environment is the chunk's whole file.
func (c chunk) environment(t *testing.T) string {
	t.Helper()
	defined := paths(t, c.text)
	for _, p := range c.without {
		defined[p] = true
	}
	var rest strings.Builder
	for _, base := range append([]string{""}, c.with...) {
		for _, line := range bases[base] {
			if !covers(defined, line) {
				rest.WriteString("\t" + line + "\n")
			}
		}
	}
	return header + c.text + rest.String() + "}\n"
}

// covers tells whether a line of the base is about something that is defined.
func covers(defined map[string]bool, line string) bool {
	labels := strings.Split(line, ": ")
	for i := range labels {
		p := strings.Join(labels[:i], ".")
		if defined[p] {
			return true
		}
	}
	return false
}

// paths are those of all fields of a text that are no structs.
func paths(t *testing.T, text string) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile("", text)
	require.NoError(t, err)
	found := map[string]bool{}
	collect(file.Decls, "", found)
	return found
}

func collect(decls []ast.Decl, above string, found map[string]bool) {
	for _, d := range decls {
		field, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		p := above + label(field)
		if inner, ok := field.Value.(*ast.StructLit); ok {
			collect(inner.Elts, p+".", found)
			continue
		}
		found[p] = true
	}
}

// label is written as the base writes it: quoted only where it must be.
func label(f *ast.Field) string {
	name, _, _ := ast.LabelName(f.Label)
	if ast.StringLabelNeedsQuoting(name) {
		return literal.String.Quote(name)
	}
	return name
}
