package tests

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"
)

// Files of the README are written to a folder, its console blocks are run there
// with the dominoc of this tree, and what they print must be what the README
// says. UPDATE=1 rewrites the output, never the commands.
func TestReadmeShowsWhatItsCommandsPrint(t *testing.T) {
	file := filepath.Join(root(t), "README.md")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	folder, commands := t.TempDir(), 0
	got := fence.ReplaceAllStringFunc(string(data), func(block string) string {
		parts := fence.FindStringSubmatch(block)
		language, content := parts[1], parts[2]
		if language != "console" {
			write(t, folder, content)
			return block
		}
		commands++
		return fenced(language, console(t, folder, content))
	})
	require.NotZero(t, commands)
	if updating {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	require.Equal(t, string(data), got, "README.md: run UPDATE=1 go test ./tests")
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

// console runs the commands of a block, and puts under each what it prints.
func console(t *testing.T, folder, content string) string {
	t.Helper()
	path := filepath.Dir(dominoc(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	var out strings.Builder
	for line := range strings.Lines(content) {
		text, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue // what the command before printed
		}
		command := exec.Command("bash", "-c", text)
		command.Dir = folder
		command.Env = append(os.Environ(), "PATH="+path)
		printed, err := command.CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 { // 1: there are mistakes
			require.NoError(t, err, "%s%s", line, printed)
		}
		out.WriteString(line)
		out.Write(printed)
	}
	return out.String()
}

// mentioned is a command of dominoc in running text.
var mentioned = regexp.MustCompile("`dominoc ([^`]+)`")

// Exit code 2 would mean that there is no such command, field or environment.
func TestEveryCommandThatTheReadmeMentionsExists(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	require.NoError(t, err)
	commands := mentioned.FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, commands)
	program, out := dominoc(t), t.TempDir()
	images := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer images.Close()
	for _, found := range commands {
		args := strings.Fields(strings.ReplaceAll(found[1], "registry.example.com", images.Listener.Addr().String()))
		switch args[0] {
		case "build":
			args = append(args, "--out", out)
		case "package":
			args = append(args, "--out", filepath.Join(out, "dominoc.xpkg"))
		}
		command := exec.Command(program, append([]string{"-C", root(t)}, args...)...)
		printed, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", found[0], printed)
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
	_, block, ok := strings.Cut(string(readme), "```sh\n")
	require.True(t, ok)
	block, _, _ = strings.Cut(block, "```")
	for line := range strings.Lines(block) {
		command, _, _ := strings.Cut(line, "#")
		require.Contains(t, string(script), strings.TrimSpace(command))
	}
}

// link is a link within the repository.
var link = regexp.MustCompile(`\]\(([^):#]+)\)`)

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	for _, document := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} {
		data, err := os.ReadFile(filepath.Join(root(t), document))
		require.NoError(t, err)
		for _, found := range link.FindAllStringSubmatch(string(data), -1) {
			require.FileExists(t, filepath.Join(root(t), filepath.FromSlash(found[1])), document)
		}
	}
}
