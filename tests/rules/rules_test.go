// Package rules_test is the catalogue of the schema's rules: a file for each
// topic of testdata/bad, in it one environment after the other with a single
// mistake and, on the offending line, what a person is told. Each goes through
// the real cue vet, since whoever has no dominoc must be refused as well, and
// through dominoc, which must say the same on that very line.
package rules_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cuelang.org/go/cmd/cue/cmd"
	cueerrors "cuelang.org/go/cue/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.." // of the module

func TestCueVetRefusesEachSingleMistake(t *testing.T) {
	catalogue := chunks(t, "bad")
	fleet := write(t, catalogue)
	seen := map[string]bool{}
	for _, c := range catalogue {
		t.Run(c.name, func(t *testing.T) {
			require.NotEmpty(t, c.expected, "a bad environment says what is wrong with it")
			output := vet(t, fleet, "./environments/"+c.name)
			require.NotEmpty(t, output, "cue vet accepts it")
			requireSays(t, c, output)
			for _, position := range schemaPosition.FindAllString(output, -1) {
				seen[position] = true
			}
		})
	}
	for _, call := range errorCalls(t, "rules*.cue") {
		assert.True(t, seen[call], "no environment of the catalogue provokes the message at %s", call)
	}
}

func TestCueVetAcceptsGoodEnvironments(t *testing.T) {
	catalogue := chunks(t, "good")
	fleet := write(t, catalogue)
	require.Empty(t, vet(t, fleet, "./environments/..."))
}

func TestCueVetAcceptsTheSampleFleet(t *testing.T) {
	fleet := write(t, nil)
	require.NoError(t, os.CopyFS(filepath.Join(fleet, "environments"), os.DirFS(filepath.Join(root, "environments"))))
	require.Empty(t, vet(t, fleet, "./environments/..."))
}

func TestCueVetReadsYAML(t *testing.T) {
	fleet := write(t, nil)
	for _, test := range []struct{ name, text, want string }{
		{"a complete file", sampleYAML, ""},
		{"two zones", strings.ReplaceAll(sampleYAML, ", us-west-2c", ""), "zones: 2 zones; allowed are 1 or 3"},
		{"an unknown field", sampleYAML + "zone: 1\n", "zone: field not allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(filepath.Join(fleet, "environment.yaml"), []byte(test.text), 0o644))
			output := vet(t, fleet, "./schema/v1alpha1", "environment.yaml", "-d", "#Environment")
			require.Equal(t, test.want == "", output == "", output)
			require.Contains(t, output, test.want)
		})
	}
}

const sampleYAML = `name: prod-us
account: "123456789012"
region: us-west-2
zones: [us-west-2a, us-west-2b, us-west-2c]
domain: {fqdn: domino.example.com}
cluster: {version: "1.35"}
pools: {platform: {}, default: {}, default-gpu: {}}
`

// The schema is no environment, so nothing may be wrong with it by itself.
func TestTheSchemaItselfIsGood(t *testing.T) {
	require.Empty(t, vet(t, write(t, nil), "./schema/..."))
}

// requireSays wants each expected message, and of the rules no other.
func requireSays(t *testing.T, c chunk, output string) {
	t.Helper()
	require.NotRegexp(t, "invalid interpolation|error in call|circular|incomplete", output, "a rule stumbles over the mistake")
	messages := strings.Split(output, "\n")
	for _, want := range c.expected {
		require.True(t, contains(messages, want), "no %q in:\n%s", want.text, output)
	}
	for _, message := range messages {
		if ofRule.MatchString(message) {
			require.True(t, expects(c, message), "unexpected message:\n%s", message)
		}
	}
}

var (
	ofRule         = regexp.MustCompile(`^environment\.#rules\."([a-z0-9-]+)"\.\d+: `)
	schemaPosition = regexp.MustCompile(`[a-z_]+\.cue:\d+:\d+`)
)

func contains(messages []string, want expectation) bool {
	for _, m := range messages {
		if want.matches(m) {
			return true
		}
	}
	return false
}

func expects(c chunk, message string) bool {
	for _, want := range c.expected {
		if want.matches(message) {
			return true
		}
	}
	return false
}

func (e expectation) matches(message string) bool {
	rule := ofRule.FindStringSubmatch(message)
	if e.code != "" && (rule == nil || rule[1] != e.code) {
		return false
	}
	return strings.Contains(message, e.text)
}

// write makes a module of the schema and the environments of a catalogue.
func write(t *testing.T, catalogue []chunk) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "cue.mod"), os.DirFS(filepath.Join(root, "cue.mod"))))
	schema, err := filepath.Glob(filepath.Join(root, "schema/v1alpha1/*.cue"))
	require.NoError(t, err)
	for _, file := range schema {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		put(t, filepath.Join(dir, "schema/v1alpha1", filepath.Base(file)), string(content))
	}
	for _, c := range catalogue {
		put(t, filepath.Join(dir, "environments", c.name, "environment.cue"), c.environment(t))
	}
	return dir
}

func put(t *testing.T, file, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

// vet is what cue vet -c prints; empty when it accepts.
func vet(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	t.Chdir(dir)
	command, err := cmd.New(append([]string{"vet", "-c"}, arguments...))
	require.NoError(t, err)
	var output bytes.Buffer
	command.SetOut(&output)
	command.SetErr(&output)
	if err := command.Run(context.Background()); err != nil && !errors.Is(err, cmd.ErrPrintedError) {
		cueerrors.Print(&output, err, &cueerrors.Config{Cwd: dir, ToSlash: true})
	}
	return output.String()
}
