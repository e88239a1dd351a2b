package tests

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

// shown are the documents whose commands are run.
var shown = []string{"README.md", "GETTING_STARTED.md", "OPERATING.md", "TERRAFORM.md"}

// Files of a document are written to a folder, its console blocks are run there
// with the dominoc of this tree, and what they print must be what the document
// says. UPDATE=1 rewrites the output, never the commands.
func TestDocumentsShowWhatTheirCommandsPrint(t *testing.T) {
	program := dominoc(t)
	for _, name := range shown {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(root(t), name)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			s, commands := shellIn(t.TempDir(), program), 0
			if name == "TERRAFORM.md" { // the reader's own states
				require.NoError(t, os.CopyFS(filepath.Join(s.folder, "terraform"), os.DirFS(filepath.Join(root(t), "cmd/dominoc/terraform/testdata/a-base"))))
			}
			got := fence.ReplaceAllStringFunc(string(data), func(block string) string {
				parts := fence.FindStringSubmatch(block)
				language, content := parts[1], parts[2]
				if language != "console" {
					write(t, s.folder, content)
					return block
				}
				commands++
				return fenced(language, s.console(t, content))
			})
			require.NotZero(t, commands)
			if goldenfile.Updating() {
				goldenfile.Write(t, file, []byte(got))
				return
			}
			require.Equal(t, string(data), got, "%s: run UPDATE=1 go test ./tests", name)
		})
	}
}

// fence is a fenced block: its language and its content.
var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```\n")

// named is the first line of a block that is a file.
var named = regexp.MustCompile(`^(?://|#) (environments/\S+)\n`)

func write(t *testing.T, folder, content string) {
	t.Helper()
	name := named.FindStringSubmatch(content)
	if name == nil {
		return
	}
	file := filepath.Join(folder, filepath.FromSlash(name[1]))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

// shell is where a document's commands are typed.
type shell struct {
	folder      string
	environment []string
}

func shellIn(folder, program string) *shell {
	return &shell{folder, append(os.Environ(),
		"PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+folder, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=dominoc", "GIT_AUTHOR_EMAIL=dominoc@example.com",
		"GIT_COMMITTER_NAME=dominoc", "GIT_COMMITTER_EMAIL=dominoc@example.com",
	)}
}

// console runs the commands of a block, and puts under each what it prints. A
// command goes on in the next line after a backslash; cd stays for what follows.
func (s *shell) console(t *testing.T, content string) string {
	t.Helper()
	var out, command strings.Builder
	for line := range strings.Lines(content) {
		text, begins := strings.CutPrefix(line, "$ ")
		if !begins && command.Len() == 0 {
			continue // what the command before printed
		}
		command.WriteString(text)
		out.WriteString(line)
		if !strings.HasSuffix(line, "\\\n") {
			out.WriteString(s.run(t, strings.TrimSpace(command.String())))
			command.Reset()
		}
	}
	return out.String()
}

func (s *shell) run(t *testing.T, text string) string {
	t.Helper()
	if to, ok := strings.CutPrefix(text, "cd "); ok {
		s.folder = filepath.Join(s.folder, to)
		return ""
	}
	command := exec.Command("bash", "-c", text)
	command.Dir, command.Env = s.folder, s.environment
	printed, err := command.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 { // 1: there are mistakes
		require.NoError(t, err, "%s\n%s", text, printed)
	}
	return string(printed)
}

// mentioned is a command of dominoc in running text.
var mentioned = regexp.MustCompile("`dominoc ([^`]+)`")

// Exit code 2 would mean that there is no such command, field or environment.
// Those that read a management cluster get as far as asking for it.
func TestEveryCommandThatTheReadmeMentionsExists(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	commands := mentioned.FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, commands)
	program, out := dominoc(t), t.TempDir()
	images := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer images.Close()
	nowhere := []string{"--kubeconfig", filepath.Join(out, "kubeconfig")}
	also := map[string][]string{ // what writes does so elsewhere, and there is no cluster here
		"build":   {"--out", out},
		"diff":    {"HEAD"},
		"gc":      append([]string{"--out", out}, nowhere...),
		"status":  nowhere,
		"outputs": nowhere,
		"ids":     nowhere,
		"sizes":   nowhere,
		"promote": {"-C", ringed(t), "--to", "v1"},
		"package": {"--out", filepath.Join(out, "dominoc.xpkg")},
		"init":    {filepath.Join(out, "fleet")},
		"new":     {"prod-eu", "-C", filepath.Join(out, "fleet"), "--account=123456789012", "--region=eu-central-1", "--zones=eu-central-1a,eu-central-1b,eu-central-1c", "--fqdn=domino.example.eu", "--kubernetes=1.35"},
	}
	for _, found := range commands {
		args := strings.Fields(strings.ReplaceAll(found[1], "registry.example.com", images.Listener.Addr().String()))
		args = append(args, also[args[0]]...)
		command := exec.Command(program, append([]string{"-C", root(t)}, args...)...)
		printed, err := command.CombinedOutput()
		if slices.Contains(also[args[0]], "--kubeconfig") {
			require.Equal(t, 3, command.ProcessState.ExitCode(), "%s\n%s", found[0], printed)
			require.Contains(t, string(printed), "kubeconfig", found[0])
			continue
		}
		require.NoError(t, err, "%s\n%s", found[0], printed)
	}
}

// ringed returns a repository with a ring and a tag.
func ringed(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "environments", "gitops"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "environments", "gitops", "gitops.cue"), []byte(`package gitops

gitops: {tool: "flux", repository: url: "https://git.example.com/fleet", rings: [{name: "staging"}]}
`), 0o644))
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "--all"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "fleet"}, {"tag", "v1"},
	} {
		printed, err := exec.Command("git", append([]string{"-C", folder}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", printed)
	}
	return folder
}

// The flags are parsed before the help is printed, so a command that is not there,
// or has no such flag, is exit code 2.
func TestEveryCommandThatTheGuidesMentionExists(t *testing.T) {
	program := dominoc(t)
	for _, name := range []string{"GETTING_STARTED.md", "OPERATING.md", "TERRAFORM.md"} {
		guide, err := os.ReadFile(filepath.Join(root(t), name))
		require.NoError(t, err)
		commands := mentioned.FindAllStringSubmatch(string(guide), -1)
		require.NotEmpty(t, commands, name)
		for _, found := range commands {
			printed, err := exec.Command(program, append(strings.Fields(found[1]), "--help")...).CombinedOutput()
			require.NoError(t, err, "%s: %s\n%s", name, found[0], printed)
		}
	}
}

// dominoc builds this tree's dominoc.
func dominoc(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dominoc")
	command := exec.Command("go", "build", "-o", program, "./cmd/dominoc")
	command.Dir = root(t)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

// The two commands for a newcomer are what CI runs.
func TestReadmesFirstCommandsAreRunByCI(t *testing.T) {
	script, err := os.ReadFile(filepath.Join(root(t), ".ci", "run"))
	require.NoError(t, err)
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	commands := 0
	for _, block := range fence.FindAllStringSubmatch(string(readme), -1) {
		if block[1] != "sh" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			command, _, _ := strings.Cut(line, "#")
			require.Contains(t, string(script), strings.TrimSpace(command))
			commands++
		}
	}
	require.Equal(t, 3, commands)
}

// remark is the comment that the README shows, up to what names the commit that it
// was compared with.
var remark = regexp.MustCompile(`(?s)<!-- comment -->\n.*?<!-- /comment -->`)

// The comment is what dominoc diff prints when the lines that the README shows
// before it are changed in the sample fleet.
func TestReadmeShowsTheCommentOfAPullRequest(t *testing.T) {
	file := filepath.Join(root(t), "README.md")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	s := shellIn(t.TempDir(), dominoc(t))
	for _, folder := range []string{"environments", "schema", "cue.mod"} { // the sample fleet imports this module's schema
		require.NoError(t, os.CopyFS(filepath.Join(s.folder, folder), os.DirFS(filepath.Join(root(t), folder))))
	}
	s.run(t, "git init -q && git add -A && git commit -qm base")
	edit(t, filepath.Join(s.folder, "environments", "prod-us", "environment.cue"), string(data))
	printed, _, ok := strings.Cut(s.run(t, "dominoc diff HEAD --format markdown"), "\n<sub>compared with")
	require.True(t, ok, printed)
	got := remark.ReplaceAllLiteralString(string(data), "<!-- comment -->\n"+printed+"<!-- /comment -->")
	require.Contains(t, got, printed)
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
		return
	}
	require.Equal(t, string(data), got, "run UPDATE=1 go test ./tests")
}

// edit changes a file as the document's first block of a difference says, where each
// line that goes is followed by the one that comes.
func edit(t *testing.T, file, document string) {
	t.Helper()
	_, block, ok := strings.Cut(document, "```diff\n")
	require.True(t, ok)
	block, _, _ = strings.Cut(block, "```")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(block), "\n")
	require.Zero(t, len(lines)%2, block)
	for i := 0; i < len(lines); i += 2 {
		before, after := strings.TrimPrefix(lines[i], "-"), strings.TrimPrefix(lines[i+1], "+")
		require.Equal(t, 1, strings.Count(string(content), before+"\n"), before)
		content = []byte(strings.Replace(string(content), before+"\n", after+"\n", 1))
	}
	require.NoError(t, os.WriteFile(file, content, 0o644))
}

// link is a link within the repository.
var link = regexp.MustCompile(`\]\(([^):#]+)\)`)

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	for _, document := range []string{"README.md", "GETTING_STARTED.md", "OPERATING.md", "TERRAFORM.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "DIAGNOSTICS.md"} {
		data, err := os.ReadFile(filepath.Join(root(t), document))
		require.NoError(t, err)
		for _, found := range link.FindAllStringSubmatch(string(data), -1) {
			require.FileExists(t, filepath.Join(root(t), filepath.FromSlash(found[1])), document)
		}
	}
}
