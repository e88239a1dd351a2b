// Package argocd asks Argo CD's own packages what they would do with the output of
// dominoc: sets filled in, validation, health, syncs and deletions step by step.
// There is no server: the program in tests/argocd answers as Argo CD's controllers
// do. TestArgoCD in tests/cluster runs the controllers themselves.
package argocd

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// Object is a Kubernetes object as JSON has it.
type Object = map[string]any

// The deliveries that are asked about: what environments/gitops says of each.
const (
	plain      = "argocd"
	withPlugin = "argocd with the plugin"
)

var options = map[string]string{
	plain:      ``,
	withPlugin: `argocd: plugin: {image: "registry.example.com/dominoc:v1", path: "."}`,
}

// environments are those of the sample fleet that are delivered: one that may go
// with its data, and one under protection.
var environments = []string{"dev", "prod-us"}

// outputs are the folders that dominoc writes for each delivery.
var outputs = sync.OnceValues(func() (map[string]string, error) {
	root, err := harness.Repository()
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for delivery, more := range options {
		if all[delivery], err = build(root, more); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// TestMain removes what the tests built.
func TestMain(m *testing.M) {
	code := m.Run()
	if all, err := outputs(); err == nil {
		for _, out := range all {
			os.RemoveAll(filepath.Dir(out))
		}
	}
	os.Exit(code)
}

// build compiles a fleet of the environments and gives its output folder.
func build(root, more string) (string, error) {
	folder, err := os.MkdirTemp("", "argocd")
	if err != nil {
		return "", err
	}
	for _, name := range append([]string{"defaults.cue"}, environments...) {
		from, to := filepath.Join(root, "environments", name), filepath.Join(folder, "environments", name)
		if err := copied(from, to); err != nil {
			return "", err
		}
	}
	if err := copied(filepath.Join(root, "cue.mod"), filepath.Join(folder, "cue.mod")); err != nil {
		return "", err
	}
	gitops := filepath.Join(folder, "environments", "gitops")
	if err := os.MkdirAll(gitops, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(gitops, "gitops.cue"), []byte(`package gitops

gitops: {
	tool: "argocd"
	repository: {url: "https://github.com/example/fleet", branch: "main", path: "rendered"}
	provider: roleARN: "arn:aws:iam::112233445566:role/dominoc-management"
	`+more+`
}
`), 0o644); err != nil {
		return "", err
	}
	dominoc, err := harness.NewDominoc("", folder)
	if err != nil {
		return "", err
	}
	out := filepath.Join(folder, "rendered")
	return out, dominoc.Build(out)
}

func copied(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, content, 0o644))
}

// manifests are the objects below sync/ of a delivery, by path.
func manifests(t *testing.T, delivery string) map[string]Object {
	t.Helper()
	out := output(t, delivery)
	all := map[string]Object{}
	require.NoError(t, filepath.WalkDir(filepath.Join(out, "sync"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "kustomization.yaml" {
			return err
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		object := Object{}
		require.NoError(t, yaml.UnmarshalStrict(content, &object), path)
		name, err := filepath.Rel(out, path)
		all[filepath.ToSlash(name)] = object
		return err
	}))
	require.NotEmpty(t, all)
	return all
}

// compiled are the objects in a folder of the output.
func compiled(t *testing.T, folder string) []Object {
	t.Helper()
	found, err := harness.Manifests(filepath.Join(output(t, plain), folder))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func output(t *testing.T, delivery string) string {
	t.Helper()
	all, err := outputs()
	require.NoError(t, err)
	require.Contains(t, all, delivery)
	return all[delivery]
}

// at is the value at a path of names in an object, nil when it is not there.
func at(object any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		fields, _ := object.(map[string]any)
		object = fields[name]
	}
	return object
}

var answers = sync.OnceValues(harness.ArgoCDAnswers)

// asked is what Argo CD's own packages answer, or say against it.
func asked(t *testing.T, what string, question, answer any) error {
	t.Helper()
	program, err := answers()
	require.NoError(t, err)
	text, err := json.Marshal(question)
	require.NoError(t, err)
	var said bytes.Buffer
	command := exec.Command(program, what)
	command.Stdin, command.Stderr = bytes.NewReader(text), &said
	out, err := command.Output()
	if err != nil {
		return errors.New(said.String())
	}
	return json.Unmarshal(out, answer)
}

func ask(t *testing.T, what string, question, answer any) {
	t.Helper()
	require.NoError(t, asked(t, what, question, answer))
}
