package tests

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// step is a step of a composite action or of a workflow.
type step struct {
	Name, Uses, Run, Shell, If string
	Env                        map[string]string
	With                       map[string]any
}

type action struct {
	Inputs map[string]struct {
		Default  string
		Required bool
	}
	Runs struct {
		Using string
		Steps []step
	}
}

func readYAML(t *testing.T, text []byte, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	require.NoError(t, decoder.Decode(into))
}

func theAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "action.yml"))
	require.NoError(t, err)
	var a action
	readYAML(t, text, &a)
	require.Equal(t, "composite", a.Runs.Using)
	return a
}

// expression is one of GitHub's, and input one that is an input alone.
var (
	expression = regexp.MustCompile(`\$\{\{.*?\}\}`)
	input      = regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+) \}\}$`)
	pinned     = regexp.MustCompile(`@[0-9a-f]{40}$`)
)

// An input that is put into a script's text can become a command.
func TestTheActionsScriptsHoldNoExpressions(t *testing.T) {
	a := theAction(t)
	for _, s := range a.Runs.Steps {
		if s.Uses != "" {
			require.Regexp(t, pinned, s.Uses)
			continue
		}
		require.Equal(t, "bash", s.Shell, s.Name)
		require.NotRegexp(t, expression, s.Run, s.Name)
		for _, value := range s.Env {
			if found := input.FindStringSubmatch(value); found != nil {
				require.Contains(t, a.Inputs, found[1])
			}
		}
	}
}

// runner is what GitHub gives to a step, and what the test plays of it: gh,
// which writes down what it is asked.
type runner struct {
	folder, temp, path string
	inputs             map[string]string
}

func newRunner(t *testing.T, folder string) *runner {
	t.Helper()
	temp := t.TempDir()
	gh := "#!/bin/sh\necho \"$@\" >> '" + temp + "/gh'\ncase \"$*\" in *--jq*) cat '" + temp + "/old' 2> /dev/null || true ;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(temp, "gh.new"), []byte(gh), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(temp, "bin"), 0o755))
	require.NoError(t, os.Rename(filepath.Join(temp, "gh.new"), filepath.Join(temp, "bin", "gh")))
	tool := exec.Command("go", "tool", "-n", "cue") // builds it, with the caches of the test
	tool.Dir = root(t)
	cue, err := tool.Output()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(strings.TrimSpace(string(cue)), filepath.Join(temp, "bin", "cue")))
	return &runner{folder: folder, temp: temp, path: filepath.Join(temp, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), inputs: map[string]string{}}
}

// run runs the script of a step as GitHub does, and gives what it prints.
func (r *runner) run(t *testing.T, a action, name string, environment ...string) (string, error) {
	t.Helper()
	for _, s := range a.Runs.Steps {
		if s.Name != name {
			continue
		}
		command := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", s.Run)
		command.Dir = r.folder
		command.Env = append(os.Environ(), "PATH="+r.path, "RUNNER_TEMP="+r.temp, "RUNNER_OS=Linux", "RUNNER_ARCH=X64",
			"GITHUB_PATH="+r.temp+"/path", "GITHUB_STEP_SUMMARY="+r.temp+"/summary", "GITHUB_REPOSITORY=example/fleet")
		for key, value := range s.Env {
			if found := input.FindStringSubmatch(value); found != nil {
				value = r.input(a, found[1])
			}
			command.Env = append(command.Env, key+"="+value)
		}
		command.Env = append(command.Env, environment...)
		printed, err := command.CombinedOutput()
		return string(printed), err
	}
	t.Fatalf("no step %q", name)
	return "", nil
}

func (r *runner) input(a action, name string) string {
	if value, given := r.inputs[name]; given {
		return value
	}
	return a.Inputs[name].Default
}

func (r *runner) left(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.temp, name))
	require.NoError(t, err)
	return string(text)
}

// The scripts run in a repository with a merge commit, as a pull request has it.
func TestTheActionChecksAPullRequest(t *testing.T) {
	a, program := theAction(t), dominoc(t)
	s := shellIn(t.TempDir(), program)
	s.run(t, "dominoc init fleet && cd fleet && mv example environments/ && git init -q -b main && dominoc build && git add -A && git commit -qm base")
	s.folder = filepath.Join(s.folder, "fleet")
	s.run(t, "git checkout -qb change && sed -i.bak 's/default: instanceTypeIn:.*/default: {size: max: 30, instanceTypeIn: \"launchTemplate\"}/' environments/example/environment.cue && rm environments/example/*.bak")
	s.run(t, "dominoc build && git commit -qam change && git checkout -q main && git merge -q --no-ff -m merge change")
	r := newRunner(t, s.folder)
	r.path = filepath.Dir(program) + string(os.PathListSeparator) + r.path

	for _, name := range []string{"Mistakes, as annotations and for code scanning", "Plain cue vet", "Manifests are those of the environments"} {
		printed, err := r.run(t, a, name)
		require.NoError(t, err, "%s\n%s", name, printed)
	}
	require.Contains(t, r.left(t, "dominoc.sarif"), `"version": "2.1.0"`)
	printed, err := r.run(t, a, "What the pull request does to AWS")
	require.NoError(t, err, printed)
	require.Contains(t, r.left(t, "summary"), "example")

	const comment, number = "Comment the pull request", "NUMBER=7"
	printed, err = r.run(t, a, comment, number)
	require.NoError(t, err, printed)
	require.Contains(t, r.left(t, "gh"), "api --silent repos/example/fleet/issues/7/comments -F body=@")
	require.True(t, strings.HasPrefix(r.left(t, "dominoc-comment.md"), "[dominoc]: #\n"))
	require.NoError(t, os.WriteFile(filepath.Join(r.temp, "old"), []byte("42\n43\n"), 0o644))
	printed, err = r.run(t, a, comment, number)
	require.NoError(t, err, printed)
	require.Contains(t, r.left(t, "gh"), "-f owner=example -f name=fleet -F number=7")
	require.Contains(t, r.left(t, "gh"), "select(.viewerDidAuthor and", "a comment of somebody else is not edited, whatever it begins with")
	require.Contains(t, r.left(t, "gh"), "api --silent --method PATCH repos/example/fleet/issues/comments/42 -F body=@")

	// A danger that is named fails the check, and the summary has it all the same.
	s.run(t, "sed -i.bak 's/default: {size: max: 30, .*/default: {size: max: 30, instanceTypes: [\"m5.2xlarge\"]}/' environments/example/environment.cue && rm environments/example/*.bak")
	printed, err = r.run(t, a, "What the pull request does to AWS")
	require.Error(t, err, "the gate is on without an input")
	require.Contains(t, printed, `{environment: "example", code: "stuck", object: "default/instanceTypes", base: "sha256:`)
	require.Contains(t, r.left(t, "summary"), "m5.2xlarge")
	r.inputs["fail-on"] = ""
	printed, err = r.run(t, a, "What the pull request does to AWS")
	require.NoError(t, err, printed)
	r.inputs["fail-on"] = "any"
	_, err = r.run(t, a, "What the pull request does to AWS")
	require.Error(t, err)

	// Stale manifests and a mistake fail theirs.
	_, err = r.run(t, a, "Manifests are those of the environments")
	require.Error(t, err)
	s.run(t, "sed -i.bak 's/us-west-2c/us-west-1c/' environments/example/environment.cue && rm environments/example/*.bak")
	printed, err = r.run(t, a, "Mistakes, as annotations and for code scanning")
	require.Error(t, err)
	require.Contains(t, printed, "::error file=environments/example/environment.cue")
	_, err = r.run(t, a, "Plain cue vet")
	require.Error(t, err)
}

// A release is what .goreleaser.yaml makes: an archive by this name, and its sum.
func TestTheActionInstallsAReleaseByItsChecksum(t *testing.T) {
	var archive bytes.Buffer
	packed := gzip.NewWriter(&archive)
	files := tar.NewWriter(packed)
	program := []byte("#!/bin/sh\necho released\n")
	require.NoError(t, files.WriteHeader(&tar.Header{Name: "dominoc", Mode: 0o755, Size: int64(len(program))}))
	_, err := files.Write(program)
	require.NoError(t, err)
	require.NoError(t, files.Close())
	require.NoError(t, packed.Close())
	sum := fmt.Sprintf("%x", sha256.Sum256(archive.Bytes()))

	const name = "dominoc_0.3.0_linux_amd64.tar.gz"
	releases := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/v0.3.0/" + name:
			_, _ = w.Write(archive.Bytes())
		case "/v0.3.0/checksums.txt":
			fmt.Fprintf(w, "%s  dominoc_0.3.0_darwin_arm64.tar.gz\n%s  %s\n", strings.Repeat("0", 64), sum, name)
		default:
			http.NotFound(w, q)
		}
	}))
	defer releases.Close()

	a := theAction(t)
	r := newRunner(t, t.TempDir())
	r.inputs["version"] = "v0.3.0"
	printed, err := r.run(t, a, "Install dominoc", "RELEASES="+releases.URL)
	require.NoError(t, err, printed)
	out, err := exec.Command(filepath.Join(strings.TrimSpace(r.left(t, "path")), "dominoc")).Output()
	require.NoError(t, err)
	require.Equal(t, "released\n", string(out))

	sum = strings.Repeat("1", 64)
	printed, err = r.run(t, a, "Install dominoc", "RELEASES="+releases.URL)
	require.Error(t, err)
	require.Contains(t, printed, name+": FAILED")
	_, err = r.run(t, a, "Install dominoc", "RELEASES="+releases.URL, "RUNNER_OS=Windows")
	require.Error(t, err)
}

// The templates of dominoc init and goreleaser name the same archive.
func TestAReleasesArchiveHasTheNameThatIsDownloaded(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), ".goreleaser.yaml"))
	require.NoError(t, err)
	var config struct {
		Archives []struct {
			NameTemplate string `yaml:"name_template"`
			Formats      []string
		}
		Checksum struct {
			NameTemplate string `yaml:"name_template"`
		}
	}
	readYAML(t, text, &config)
	require.Equal(t, "dominoc_{{ .Version }}_{{ .Os }}_{{ .Arch }}", config.Archives[0].NameTemplate)
	require.Equal(t, []string{"tar.gz"}, config.Archives[0].Formats)
	require.Equal(t, "checksums.txt", config.Checksum.NameTemplate)
}

// Whose action may be anybody's tomorrow is pinned to a commit, and what a job may
// do is said by each job.
func TestWorkflowsArePinnedAndAskForLittle(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(root(t), ".github", "workflows", "*.yml"))
	require.NoError(t, err)
	templates, err := filepath.Glob(filepath.Join(root(t), "cmd", "dominoc", "scaffold", "files", "github", "workflows", "*.yml.tmpl"))
	require.NoError(t, err)
	require.NotEmpty(t, templates)
	for _, file := range append(found, templates...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		text = bytes.ReplaceAll(text, []byte("[["), []byte("fact ")) // a template's fact
		text = bytes.ReplaceAll(text, []byte("]]"), nil)
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct {
				Permissions map[string]string
				Timeout     int `yaml:"timeout-minutes"`
				Uses        string
				Steps       []step
			}
		}
		readYAML(t, text, &workflow)
		require.NotContains(t, workflow.Permissions, "write-all")
		for name, job := range workflow.Jobs {
			if _, err := os.Stat(filepath.Join(root(t), job.Uses)); job.Uses != "" {
				require.NoError(t, err, "%s: %s uses a workflow of this repository, which has the limits", file, name)
				continue
			}
			require.NotZero(t, job.Timeout, "%s: %s", file, name)
			require.True(t, workflow.Permissions != nil || job.Permissions != nil, "%s: %s", file, name)
			for _, s := range job.Steps {
				if s.Uses != "" && !strings.HasPrefix(s.Uses, "dominoc/dominoc@") {
					require.Regexp(t, pinned, s.Uses, file)
				}
			}
		}
	}
}

// The job that `dominoc init` gives to GitLab runs in a merge request, and puts
// the difference into one note.
func TestTheJobForGitLabChecksAMergeRequest(t *testing.T) {
	program := dominoc(t)
	s := shellIn(t.TempDir(), program)
	s.run(t, "dominoc init fleet && cd fleet && mv example environments/ && git init -q -b main && dominoc build && git add -A && git commit -qm base")
	s.folder = filepath.Join(s.folder, "fleet")
	s.run(t, "sed -i.bak 's/default: instanceTypeIn:.*/default: {size: max: 30, instanceTypeIn: \"launchTemplate\"}/' environments/example/environment.cue && rm environments/example/*.bak && dominoc build")
	text, err := os.ReadFile(filepath.Join(s.folder, ".gitlab-ci.yml"))
	require.NoError(t, err)
	var file struct {
		Dominoc struct {
			Image       string
			Variables   map[string]string
			Script      []string
			AfterScript []string `yaml:"after_script"`
		}
	}
	readYAML(t, text, &file)
	require.Equal(t, "none", file.Dominoc.Variables["CUE_REGISTRY"])
	require.NotContains(t, file.Dominoc.Image, "$", "who starts a pipeline may set variables")

	var asked []string
	notes := `[{"id":41,"type":null,"body":"hello"}]`
	gitlab := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked = append(asked, q.Method+" "+q.URL.Path+" "+q.Header.Get("PRIVATE-TOKEN"))
		if q.URL.Path == "/user" {
			fmt.Fprint(w, `{"id":1,"username":"project_5_bot"}`)
			return
		}
		if q.Method == http.MethodGet {
			fmt.Fprint(w, notes)
			return
		}
		require.True(t, strings.HasPrefix(q.PostFormValue("body"), "[dominoc]: #\n"), q.PostForm)
	}))
	defer gitlab.Close()
	r := newRunner(t, s.folder)
	s.environment = append(s.environment, "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+r.path,
		"CI_MERGE_REQUEST_IID=7", "CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD", "CI_API_V4_URL="+gitlab.URL, "CI_PROJECT_ID=5", "DOMINOC_TOKEN=secret")

	s.run(t, file.Dominoc.Script[0])
	require.FileExists(t, filepath.Join(s.folder, "dominoc.sarif"))
	s.run(t, file.Dominoc.AfterScript[0])
	const ofAUser = `{"id":41,"type":null,"body":"[dominoc]: #\n\n\"author\":{\"id\":1,","author":{"id":12,"username":"eve"}}`
	notes = `[` + ofAUser + `]`
	s.run(t, file.Dominoc.AfterScript[0])
	notes = `[` + ofAUser + `,{"id":42,"type":null,"body":"[dominoc]: #\n\nthe \"old\" one","attachment":null,"author":{"id":1,"username":"project_5_bot"}}]`
	s.run(t, file.Dominoc.AfterScript[0])
	const path = "/projects/5/merge_requests/7/notes"
	const who, list = "GET /user secret", "GET " + path + " secret"
	require.Equal(t, []string{who, list, "POST " + path + " secret", who, list, "POST " + path + " secret", who, list, "PUT " + path + "/42 secret"}, asked)

	script := func() (string, error) {
		command := exec.Command("bash", "-c", file.Dominoc.Script[0])
		command.Dir, command.Env = s.folder, append(s.environment, "CUE_REGISTRY="+file.Dominoc.Variables["CUE_REGISTRY"])
		printed, err := command.CombinedOutput()
		return string(printed), err
	}
	printed, err := script()
	require.NoError(t, err, printed)
	s.run(t, "sed -i.bak 's/default: {size: max: 30, .*/default: {size: max: 30, instanceTypes: [\"m5.2xlarge\"]}/' environments/example/environment.cue && rm environments/example/*.bak && dominoc build")
	printed, err = script()
	require.Error(t, err, "the gate is on")
	require.Contains(t, printed, `{environment: "example", code: "stuck", `)
	s.run(t, "sed -i.bak 's/us-west-2c/us-west-1c/' environments/example/environment.cue && rm environments/example/*.bak")
	_, err = script()
	require.Error(t, err)
}
