package change

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
)

const environment = `package environment

environment: {
	name:    "NAME"
	account: "123456789012"
	region:  "us-west-2"
	deletion: "allow"
	zones: ["us-west-2a"]
	controlPlaneZones: ["us-west-2a", "us-west-2b"]
	domain: fqdn: "NAME.example.com"
	network: cidr: "10.RANGE.0.0/16"
	cluster: {version: "1.35", inCluster: "none"}
	pools: {platform: {}, default: size: max: 5}
	storage: drivers: {ebs: "installer", efs: "installer"}
}
`

// newRepository has two environments, committed.
func newRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "environments/dev/environment.cue", strings.NewReplacer("NAME", "dev", "RANGE", "16").Replace(environment))
	write(t, dir, "environments/prod/environment.cue", strings.NewReplacer("NAME", "prod", "RANGE", "32").Replace(environment))
	run(t, dir, "init", "--quiet", "--initial-branch=main")
	commit(t, dir)
	return dir
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

func commit(t *testing.T, dir string) {
	t.Helper()
	run(t, dir, "add", "--all", ".")
	run(t, dir, "commit", "--quiet", "--message=m")
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") {
			command.Env = append(command.Env, v)
		}
	}
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

// fates returns those of the environments that differ from a base.
func fates(t *testing.T, dir string, args ...string) map[string]diff.Fate {
	t.Helper()
	o := Options{Workspace: workspace.Open(workspace.Options{Root: dir}), Out: "rendered", Fails: func(diff.Danger) bool { return false }}
	b, patterns, err := o.Base(context.Background(), args)
	require.NoError(t, err)
	document, err := o.Compare(context.Background(), b, patterns)
	require.NoError(t, err)
	require.Empty(t, document.Wrong)
	all := map[string]diff.Fate{}
	for _, e := range document.Environments {
		all[e.Name] = e.Fate
	}
	return all
}

func rename(t *testing.T, dir, from, to string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, to)), 0o755))
	require.NoError(t, os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)))
}

// What the folders above the run are called has no say in what its fleet had.
func TestAFleetBelowAFolderCalledRenderedLosesAnEnvironment(t *testing.T) {
	dir := newRepository(t)
	rename(t, dir, "environments", "rendered/fleet/environments")
	fleet := filepath.Join(dir, "rendered", "fleet")
	require.NoError(t, os.Remove(filepath.Join(fleet, "environments", "dev", "environment.cue")))
	write(t, fleet, "environments/dev/environment.yaml", `
name: dev
account: "123456789012"
region: us-west-2
deletion: allow
zones: [us-west-2a]
controlPlaneZones: [us-west-2a, us-west-2b]
domain: {fqdn: dev.example.com}
network: {cidr: 10.16.0.0/16}
cluster: {version: "1.35", inCluster: none}
pools: {platform: {}, default: {size: {max: 5}}}
storage: {drivers: {ebs: installer, efs: installer}}
`)
	commit(t, dir)
	rename(t, fleet, "environments/dev", "environments/_dev")
	require.Equal(t, map[string]diff.Fate{"dev": diff.Removed}, fates(t, fleet))
}

// A hook is given variables of git's that change what its commands mean, and so may
// whoever calls dominoc.
func TestVariablesOfGitDoNotChangeWhatIsCompared(t *testing.T) {
	dir, other := newRepository(t), newRepository(t)
	rename(t, dir, "environments/dev", "environments/_dev")
	want := map[string]diff.Fate{"dev": diff.Removed}
	require.Equal(t, want, fates(t, dir))
	for name, value := range map[string]string{
		"GIT_LITERAL_PATHSPECS": "1", "GIT_GLOB_PATHSPECS": "1", "GIT_NOGLOB_PATHSPECS": "1", "GIT_ICASE_PATHSPECS": "1",
		"GIT_DIR": filepath.Join(other, ".git"), "GIT_WORK_TREE": other, "GIT_INDEX_FILE": filepath.Join(other, "none"),
		"GIT_EXTERNAL_DIFF": "false", "GIT_OBJECT_DIRECTORY": filepath.Join(other, ".git/objects"), "GIT_NAMESPACE": "x",
		"GIT_PREFIX": "environments/", "GIT_ATTR_SOURCE": "none", "GIT_COMMON_DIR": filepath.Join(other, ".git"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			require.Equal(t, want, fates(t, dir))
		})
	}
}

// What is in a commit is compared, whatever attributes or replaced objects make of
// it when it is checked out or archived.
func TestAttributesAndReplacedObjectsDoNotChangeWhatIsCompared(t *testing.T) {
	dir := newRepository(t)
	write(t, dir, ".gitattributes", "environments/dev export-ignore\n*.cue export-subst -diff\n")
	commit(t, dir)
	honest := run(t, dir, "rev-parse", "HEAD")
	rename(t, dir, "environments/dev", "environments/_dev")
	require.Equal(t, map[string]diff.Fate{"dev": diff.Removed}, fates(t, dir, honest))

	run(t, dir, "add", "--all", ".")
	run(t, dir, "commit", "--quiet", "--message=without")
	run(t, dir, "replace", honest, "HEAD")
	require.Equal(t, map[string]diff.Fate{"dev": diff.Removed}, fates(t, dir, honest))
}

func TestAnEnvironmentInAnotherFolderIsTheSame(t *testing.T) {
	dir := newRepository(t)
	rename(t, dir, "environments/dev", "environments/team/dev")
	o := Options{Workspace: workspace.Open(workspace.Options{Root: dir}), Out: "rendered", Fails: func(diff.Danger) bool { return false }}
	b, _, err := o.Base(context.Background(), nil)
	require.NoError(t, err)
	document, err := o.Compare(context.Background(), b, nil)
	require.NoError(t, err)
	require.Len(t, document.Environments, 1)
	require.Empty(t, document.Environments[0].Changes)
	require.Equal(t, []string{"moved from environments/dev to environments/team/dev"}, document.Environments[0].Notes)
}

// A run in a folder of the repository may name environments above it.
func TestAnEnvironmentAboveTheRootIsComparedWithTheBase(t *testing.T) {
	dir := newRepository(t)
	write(t, dir, "team/README", "")
	write(t, dir, "environments/dev/environment.cue", strings.NewReplacer("NAME", "dev", "RANGE", "48").Replace(environment))
	require.Equal(t, map[string]diff.Fate{"dev": diff.Changed}, fates(t, filepath.Join(dir, "team"), "HEAD", "../environments/dev", "../environments/prod"))
}

func TestASparseCheckoutAndASubmoduleAreRefusedWithWhatToDo(t *testing.T) {
	dir := newRepository(t)
	run(t, dir, "sparse-checkout", "set", "--no-cone", "/environments/prod/")
	_, err := compare(dir)
	require.ErrorContains(t, err, "a sparse checkout leaves out environments/dev/environment.cue: add its folder by git sparse-checkout add")
	var mended *workspace.Mistake
	require.ErrorAs(t, err, &mended)

	dir = newRepository(t)
	run(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", newRepository(t), "environments/team")
	commit(t, dir)
	_, err = compare(dir)
	require.ErrorContains(t, err, "environments/team is a submodule, whose files at the base are in another repository")
}

func compare(dir string) (int, error) {
	o := Options{Workspace: workspace.Open(workspace.Options{Root: dir}), Out: "rendered", Fails: func(diff.Danger) bool { return false }}
	b, _, err := o.Base(context.Background(), nil)
	if err != nil {
		return 0, err
	}
	document, err := o.Compare(context.Background(), b, nil)
	return len(document.Environments), err
}
