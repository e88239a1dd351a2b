package harness

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// program is a command of a Go module that one of the nested modules pins.
type program struct {
	name   string
	nested string // folder of the nested module, below the repository
	module string // the module of the command
	pkg    string
	flags  string // for the linker; %s stands for the module's version

	corrections []correction
	narrowed    bool // to what the Compositions use
}

// The programs that a test may kill.
const (
	APIServer  = "kube-apiserver"
	Crossplane = "crossplane"
	Function   = "function-patch-and-transform"
	Provider   = "provider-aws"
)

var (
	etcd = program{
		name: "etcd", nested: "tests/cluster/etcd",
		module: "go.etcd.io/etcd/server/v3", pkg: "go.etcd.io/etcd/server/v3",
	}
	apiserver         = kubernetes(APIServer)
	controllerManager = kubernetes("kube-controller-manager")
	crossplane        = program{
		name: Crossplane, nested: "tests/cluster/crossplane",
		module: "github.com/crossplane/crossplane/v2", pkg: "github.com/crossplane/crossplane/v2/cmd/crossplane",
		flags: "-X github.com/crossplane/crossplane-runtime/v2/pkg/version.version=%s", // what packages ask for
	}
	function = program{
		name: Function, nested: "tests/function/patchandtransform",
		module: "github.com/crossplane-contrib/function-patch-and-transform",
		pkg:    "github.com/crossplane-contrib/function-patch-and-transform",
	}
)

func kubernetes(name string) program {
	return program{
		name: name, nested: "tests/cluster/kubernetes",
		module: "k8s.io/kubernetes", pkg: "k8s.io/kubernetes/cmd/" + name,
		flags: "-X k8s.io/component-base/version.gitVersion=%s",
	}
}

// modules provides the programs and files that the nested modules pin. Programs are kept in
// the user's cache folder, under a name that derives from all inputs of their build.
type modules struct {
	root  string // of the repository
	cache string
}

func newModules() (modules, error) {
	root, err := goCommand(".", "list", "-m", "-f", "{{.Dir}}", "github.com/dominoc/dominoc/tests/cluster")
	if err != nil {
		return modules{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return modules{}, err
	}
	m := modules{root: filepath.Dir(filepath.Dir(root)), cache: filepath.Join(cache, "dominoc-cluster")}
	return m, os.MkdirAll(m.cache, 0o755)
}

// build returns the path of the program's executable, and builds it if the cache does not
// have it. A lock keeps two test binaries from building the same program at once.
func (m modules) build(p program) (string, error) {
	path, err := m.path(p)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(m.cache, "lock-"+p.name)).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, m.compile(p, path)
}

func (m modules) compile(p program, path string) error {
	fmt.Fprintf(os.Stderr, "building %s: minutes when it is new to this machine\n", p.name)
	dir := m.folder(p.nested)
	args := []string{"build", "-o", path + ".new"}
	if p.flags != "" {
		version, err := goCommand(dir, "list", "-m", "-f", "{{.Version}}", p.module)
		if err != nil {
			return err
		}
		args = append(args, "-ldflags", strings.ReplaceAll(p.flags, "%s", version))
	}
	if len(p.changes()) > 0 {
		modfile, err := m.changed(p, path)
		if err != nil {
			return err
		}
		args = append(args, "-modfile", modfile)
	}
	if _, err := goCommand(dir, append(args, p.pkg)...); err != nil {
		return err
	}
	return os.Rename(path+".new", path) // only a whole program has the name
}

// path returns the path of a program in the cache.
func (m modules) path(p program) (string, error) {
	key, err := m.key(p)
	return filepath.Join(m.cache, p.name+"-"+key), err
}

// key returns the name of a program. It derives from the versions that the nested module pins,
// the corrections and omissions, the linker's flags, and the compiler.
func (m modules) key(p program) (string, error) {
	hash := sha256.New()
	for _, file := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(m.folder(p.nested), file))
		if err != nil {
			return "", err
		}
		hash.Write(data)
	}
	compiler, err := goCommand(m.folder(p.nested), "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return "", err
	}
	fmt.Fprintln(hash, p.pkg, p.flags, p.corrections, compiler)
	if p.narrowed {
		groups, err := m.loweredGroups()
		if err != nil {
			return "", err
		}
		fmt.Fprintln(hash, slices.Sorted(maps.Keys(groups)))
	}
	return fmt.Sprintf("%x", hash.Sum(nil)[:6]), nil
}

// dir returns the folder of a module, or of its replacement, as the nested module pins it.
func (m modules) dir(nested, module string) (string, error) {
	out, err := goCommand(m.folder(nested), "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	found := struct{ Dir, Error string }{}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return "", fmt.Errorf("go mod download %s: %w", module, err)
	}
	if found.Error != "" {
		return "", fmt.Errorf("go mod download %s: %s", module, found.Error)
	}
	return found.Dir, nil
}

func (m modules) folder(nested string) string {
	return filepath.Join(m.root, filepath.FromSlash(nested))
}

// goCommand runs the go command in a folder and returns its trimmed output. It ignores the
// caller's flags, which are meant for the caller's module.
func goCommand(dir string, args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
