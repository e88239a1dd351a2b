// Package gomodule provides tests with parts of other Go modules: the folder of a module, for
// its CRDs, and programs that are built from one.
//
// Programs and files whose versions conflict with dominoc's are in nested modules below
// tests/; their go.mod pins them, their go.sum proves them. Only the go command fetches
// files, and only its caches keep them.
package gomodule

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Root returns the folder of the repository, as an absolute path. The working directory is in
// it, as in a test.
var Root = sync.OnceValues(func() (string, error) {
	return run(".", "list", "-m", "-f", "{{.Dir}}", "github.com/dominoc/dominoc")
})

// Dir returns the folder in the module cache of the module at path, in the version
// that the nested module requires; nested is a slash path below the root, "."
// for dominoc itself. The module is downloaded when it is not there.
func Dir(nested, path string) (string, error) {
	in, err := locate(nested)
	if err != nil {
		return "", err
	}
	found, err := download(in, path)
	return found.Dir, err
}

// Download is Dir for a module that no go.mod can require, because it has no package that can
// be built: path@version, checked against its hash as in go.sum.
func Download(pathVersion, sum string) (string, error) {
	found, err := download(os.TempDir(), pathVersion)
	if err == nil && found.Sum != sum {
		err = fmt.Errorf("%s has the hash %s, not %s", pathVersion, found.Sum, sum)
	}
	return found.Dir, err
}

// module is a module as go mod download shows it.
type module struct{ Dir, Sum, Error string }

func download(in, path string) (found module, err error) {
	out, err := run(in, "mod", "download", "-json", path)
	if err != nil {
		return module{}, err
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return module{}, fmt.Errorf("go mod download %s: %w", path, err)
	}
	if found.Error != "" {
		return module{}, fmt.Errorf("go mod download %s: %s", path, found.Error)
	}
	return found, nil
}

// Tool returns the path of a program that the nested module declares as a tool. It
// is built when the build cache lacks it; a lock keeps two test binaries from
// building the same program at once.
func Tool(nested, name string) (string, error) {
	in, err := locate(nested)
	if err != nil {
		return "", err
	}
	cache, err := run(in, "env", "GOCACHE")
	if err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(cache, "dominoc-tests-"+name+".lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	fmt.Fprintf(os.Stderr, "building %s in %s when it is new to this machine\n", name, nested)
	return run(in, "tool", "-n", name)
}

func locate(nested string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, filepath.FromSlash(nested)), nil
}

// run runs the go command in a folder and returns its trimmed output. It ignores the caller's
// flags, which are meant for the caller's module.
func run(dir string, args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
