package load_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/source"
)

const secret = "root:$6$secret:19000:0:99999:7:::\n"

// outsider is a repository beside a folder that is none of its business.
type outsider struct {
	t             *testing.T
	root, outside string
}

func newOutsider(t *testing.T) outsider {
	t.Helper()
	base := t.TempDir()
	o := outsider{t, filepath.Join(base, "fleet"), filepath.Join(base, "outside")}
	o.put("cue.mod/module.cue", "module: \"example.com/fleet@v0\"\nlanguage: version: \"v0.13.0\"\n")
	o.put("environments/prod/environment.yaml", "name: prod\n")
	o.put("../outside/shadow", secret)
	o.put("../outside/shadow.cue", "package environment\n\n"+secret)
	for _, pkg := range []string{"policy", "gitops", "quotas", "shared"} {
		o.put("../outside/"+pkg+"/"+pkg+".cue", "package "+pkg+"\n\n"+secret)
	}
	o.put("../outside/module/module.cue", "module: \"root.secret/x@v0\"\n")
	o.put("../outside/prod/environment.yaml", secret)
	return o
}

func (o outsider) put(name, content string) {
	o.t.Helper()
	file := filepath.Join(o.root, name)
	require.NoError(o.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(o.t, os.WriteFile(file, []byte(content), 0o644))
}

func (o outsider) link(to, name string) {
	o.t.Helper()
	file := filepath.Join(o.root, name)
	require.NoError(o.t, os.RemoveAll(file))
	require.NoError(o.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(o.t, os.Symlink(to, file))
}

// read is all that is said when everything of the repository is read.
func (o outsider) read(patterns ...string) string {
	o.t.Helper()
	var found diag.List
	said := make(chan string, 1)
	go func() {
		l := load.New(o.root)
		folders, err := source.Open(o.root).Find(patterns)
		for _, r := range l.All(folders, 1) {
			found = append(found, r.Diagnostics...)
		}
		for _, d := range found {
			found = append(found, diag.Diagnostic{Message: string(l.Text(d.Pos.File))})
		}
		_, more := l.Policy(filepath.Join(o.root, "environments", "policy"))
		found = append(found, more...)
		_, more = l.GitOps(filepath.Join(o.root, "environments", "gitops"))
		found = append(found, more...)
		_, more = l.Quotas(filepath.Join(o.root, "environments", "quotas"))
		found = append(append(found, more...), l.Vendored()...)
		text := ""
		if err != nil {
			text = err.Error() + "\n"
		}
		for _, d := range found {
			text += d.Pos.String() + ": " + d.Text() + " " + d.Hint + " [" + d.Code + "]\n"
		}
		said <- text
	}()
	select {
	case text := <-said:
		return text
	case <-time.After(20 * time.Second):
		require.Fail(o.t, "reading hangs")
		return ""
	}
}

func TestNothingOutsideOfTheRepositoryIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		make func(outsider)
		want string
	}{
		"the file of an environment": {func(o outsider) { o.link("../../../outside/shadow", "environments/prod/environment.yaml") }, "environments/prod/environment.yaml: "},
		"an absolute link":           {func(o outsider) { o.link(filepath.Join(o.outside, "shadow"), "environments/prod/environment.yaml") }, "environments/prod/environment.yaml: "},
		"a folder of an environment": {func(o outsider) { o.link("../../outside/prod", "environments/prod") }, "leads out of the repository"},
		"a folder in the middle":     {func(o outsider) { o.link("../outside", "environments") }, "leads out of the repository"},
		"a link to a link": {func(o outsider) {
			o.link("hop", "environments/prod/environment.yaml")
			o.link("../../../outside/shadow", "environments/prod/hop")
		}, "environments/prod/environment.yaml: "},
		"shared values":       {func(o outsider) { o.link("../../outside/shadow.cue", "environments/defaults.cue") }, "environments/defaults.cue: "},
		"a file beside":       {func(o outsider) { o.link("../../../outside/shadow.cue", "environments/prod/more.cue") }, "environments/prod/more.cue: "},
		"the policy's folder": {func(o outsider) { o.link("../../outside/policy", "environments/policy") }, "environments/policy: "},
		"the policy's file":   {func(o outsider) { o.link("../../../outside/policy/policy.cue", "environments/policy/policy.cue") }, "environments/policy/policy.cue: "},
		"gitops":              {func(o outsider) { o.link("../../../outside/gitops/gitops.cue", "environments/gitops/gitops.cue") }, "environments/gitops/gitops.cue: "},
		"quotas":              {func(o outsider) { o.link("../../outside/quotas", "environments/quotas") }, "environments/quotas: "},
		"an imported package": {func(o outsider) {
			o.put("environments/defaults.cue", "package environment\n\nimport \"example.com/fleet/shared\"\n\nenvironment: tags: shared.tags\n")
			o.link("../outside/shared", "shared")
		}, "environments/defaults.cue:3:8: "},
		"a file of an imported package": {func(o outsider) {
			o.put("environments/defaults.cue", "package environment\n\nimport \"example.com/fleet/shared\"\n\nenvironment: tags: shared.tags\n")
			o.link("../../outside/shared/shared.cue", "shared/shared.cue")
		}, "environments/defaults.cue:3:8: "},
		"the copy of the schema": {func(o outsider) {
			o.link("../outside/shared", "schema/v1alpha1")
			o.link("../../../../outside", "cue.mod/pkg/github.com/dominoc")
		}, "leads out of the repository"},
		"a process's files": {func(o outsider) { o.link("/proc/self/environ", "environments/prod/environment.yaml") }, "environments/prod/environment.yaml: "},
		"a device":          {func(o outsider) { o.link("/dev/zero", "environments/prod/environment.yaml") }, "environments/prod/environment.yaml: "},
		"a terminal":        {func(o outsider) { o.link("/dev/stdin", "environments/defaults.cue") }, "environments/defaults.cue: "},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutsider(t)
			c.make(o)
			said := o.read("environments/...") + o.read("environments/prod") + o.read("environments/p*")
			require.Contains(t, said, c.want)
			require.Contains(t, said, "out of the repository")
			require.NotContains(t, said, "secret")
		})
	}
}

func TestWhatIsNoFileIsNotRead(t *testing.T) {
	for name, make := range map[string]func(t *testing.T, file string){
		"a pipe": func(t *testing.T, file string) { require.NoError(t, syscall.Mkfifo(file, 0o644)) },
		"a socket": func(t *testing.T, file string) {
			t.Chdir(filepath.Dir(file)) // the name of a socket may not be long
			l, err := net.Listen("unix", filepath.Base(file))
			require.NoError(t, err)
			t.Cleanup(func() { l.Close() })
		},
	} {
		for _, file := range []string{"environments/prod/environment.yaml", "environments/prod/more.cue", "environments/defaults.cue", "environments/policy/policy.cue", "environments/gitops/gitops.cue", "environments/quotas/quotas.cue"} {
			t.Run(name+" for "+file, func(t *testing.T) {
				o := newOutsider(t)
				full := filepath.Join(o.root, file)
				require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
				os.Remove(full)
				make(t, full)
				require.Contains(t, o.read("environments/..."), file+": not a regular file  [unreadable-file]")
			})
		}
	}
}

func TestALinkWithinTheRepositoryIsFollowed(t *testing.T) {
	o := newOutsider(t)
	o.put("values/shared.cue", "package environment\n\nenvironment: nmae: \"x\"\n")
	o.link("../values/shared.cue", "environments/defaults.cue")
	require.Contains(t, o.read("environments/..."), "environments/defaults.cue:3:14: nmae: there is no such field")
}

// A worktree of Git begins where .git is, though the module lies deeper.
func TestTheRepositoryIsTheWorkingTree(t *testing.T) {
	o := newOutsider(t)
	require.NoError(t, os.Mkdir(filepath.Join(filepath.Dir(o.root), ".git"), 0o755))
	o.put("../outside/shadow.cue", "package environment\n\nenvironment: nmae: \"x\"\n")
	o.link("../../outside/shadow.cue", "environments/defaults.cue")
	require.Contains(t, o.read("environments/..."), "environments/defaults.cue:3:14: nmae: there is no such field")
}

func TestARepositoryBehindALinkedFolderIsRead(t *testing.T) {
	o := newOutsider(t)
	want := o.read("environments/...")
	require.True(t, strings.Contains(want, "missing"), want)
	linked := filepath.Join(t.TempDir(), "linked")
	require.NoError(t, os.Symlink(o.root, linked))
	o.root = linked
	require.Equal(t, want, o.read("environments/..."))
	require.Equal(t, want, o.read("environments/prod"))
	require.Equal(t, want, o.read("prod"))
}

// What the caller names outside of the run's repository has a repository of its own.
func TestAnEnvironmentElsewhereIsRead(t *testing.T) {
	o, other := newOutsider(t), newOutsider(t)
	elsewhere := filepath.Join(other.root, "environments", "prod")
	require.Contains(t, o.read(elsewhere), "missing")
	other.link("../../../outside/shadow", "environments/prod/environment.yaml")
	said := o.read(elsewhere)
	require.Contains(t, said, "[outside-repository]")
	require.NotContains(t, said, "secret")
}
