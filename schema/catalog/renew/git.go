package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
)

// repositories are public Git repositories below a URL or a folder.
type repositories struct{ base string }

// tree is some paths of a repository as of one commit.
type tree struct {
	fs.FS
	repository   string
	commit, date string // the first 12 digits, and YYYY-MM-DD
	folder       string
}

func (t tree) remove() { _ = os.RemoveAll(t.folder) }

// read clones the paths of the newest commit of a branch; of the default one for "".
// The caller removes the tree.
func (r repositories) read(repository, branch string, paths ...string) (tree, error) {
	folder, err := os.MkdirTemp("", "dominoc-renew-")
	if err != nil {
		return tree{}, err
	}
	t := tree{FS: os.DirFS(folder), repository: repository, folder: folder}
	clone := []string{"clone", "--quiet", "--depth=1", "--filter=blob:none", "--no-checkout"}
	if branch != "" {
		clone = append(clone, "--branch="+branch)
	}
	sparse := []string{"-C", folder, "sparse-checkout", "set", "--no-cone"}
	for _, path := range paths {
		sparse = append(sparse, "/"+path)
	}
	for _, args := range [][]string{
		append(clone, "--", r.url(repository), folder),
		sparse,
		{"-C", folder, "checkout", "--quiet"},
	} {
		if _, err := git(args...); err != nil {
			t.remove()
			return tree{}, err
		}
	}
	of, err := git("-C", folder, "log", "-1", "--format=%H %cs")
	if err != nil {
		t.remove()
		return tree{}, err
	}
	t.commit, t.date = of[:12], strings.TrimSpace(of[41:])
	return t, nil
}

// decode reads a JSON file of the tree.
func decode(files fs.FS, name string, into any) error {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// refs returns the names of tags or branches ("tags", "heads") that fit a pattern of git.
func (r repositories) refs(repository, kind, pattern string) ([]string, error) {
	out, err := git("ls-remote", "--refs", "--"+kind, r.url(repository), pattern)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(out) {
		_, ref, _ := strings.Cut(strings.TrimSpace(line), "\t")
		names = append(names, strings.TrimPrefix(ref, "refs/"+kind+"/"))
	}
	return names, nil
}

// url has a scheme for a folder too, so that git clones it as it would another's.
func (r repositories) url(repository string) string {
	if strings.HasPrefix(r.base, "/") {
		return "file://" + r.base + "/" + repository
	}
	return r.base + "/" + repository
}

func git(args ...string) (string, error) {
	command := exec.Command("git", args...)
	command.Env = append(command.Environ(), "GIT_TERMINAL_PROMPT=0")
	var out, told bytes.Buffer
	command.Stdout, command.Stderr = &out, &told
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(told.String()))
	}
	return out.String(), nil
}
