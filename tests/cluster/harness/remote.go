package harness

import (
	"fmt"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Remote is a bare Git repository that is served over HTTP on the loopback
// address, for clones and pushes.
type Remote struct {
	URL    string
	server *httptest.Server
}

// NewRemote makes the repository in a folder.
func NewRemote(folder string) (*Remote, error) {
	const name = "fleet.git"
	bare := filepath.Join(folder, name)
	if _, err := Git(folder, "init", "--quiet", "--bare", "--initial-branch=main", bare); err != nil {
		return nil, err
	}
	if _, err := Git(bare, "config", "http.receivepack", "true"); err != nil {
		return nil, err
	}
	programs, err := Git(folder, "--exec-path")
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(&cgi.Handler{
		Path: filepath.Join(programs, "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + folder, "GIT_HTTP_EXPORT_ALL=1"},
	})
	return &Remote{URL: server.URL + "/" + name, server: server}, nil
}

// Close stops serving.
func (r *Remote) Close() { r.server.Close() }

// Git runs git in a folder, without the user's configuration, and returns its trimmed
// output.
func Git(folder string, args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=dominoc", "GIT_AUTHOR_EMAIL=dominoc@example.com",
		"GIT_COMMITTER_NAME=dominoc", "GIT_COMMITTER_EMAIL=dominoc@example.com")
	out, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
