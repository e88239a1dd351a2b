package harness

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Dominoc is the compiler, as a program.
type Dominoc struct {
	program string
	root    string // the folder that it works in; environments/ is below
}

// NewDominoc returns the compiler at work in a folder. program is its executable,
// built from the repository when empty; root is the repository when empty.
func NewDominoc(program, root string) (*Dominoc, error) {
	m, err := newModules()
	if err != nil {
		return nil, err
	}
	if root == "" {
		root = m.root
	}
	if program != "" {
		return &Dominoc{program: program, root: root}, nil
	}
	checkout := sha256.Sum256([]byte(m.root)) // two checkouts may test at once
	program = filepath.Join(m.cache, fmt.Sprintf("dominoc-%x", checkout[:6]))
	_, err = goCommand(m.root, "build", "-o", program, "./cmd/dominoc")
	return &Dominoc{program: program, root: root}, err
}

// Repository returns the folder of the repository.
func Repository() (string, error) {
	m, err := newModules()
	return m.root, err
}

// Build compiles the fleet into a folder.
func (d *Dominoc) Build(out string) error {
	_, err := d.run("build", "--out", out)
	return err
}

// Push pushes to a registry and returns the reference with its digest.
func (d *Dominoc) Push(reference string, args ...string) (string, error) {
	out, err := d.run(append([]string{"push", reference}, args...)...)
	return strings.TrimSpace(string(out)), err
}

// Render returns the managed resources and composite resources of an environment.
func (d *Dominoc) Render(name string) ([]Object, error) {
	out, err := d.run("render", "--xrs", name)
	if err != nil {
		return nil, err
	}
	return documents(out)
}

// Run runs a command that may report problems, and returns its exit code.
func (d *Dominoc) Run(args ...string) (stdout, stderr string, code int, err error) {
	command := exec.Command(d.program, args...)
	command.Dir = d.root
	var out, said strings.Builder
	command.Stdout, command.Stderr = &out, &said
	err = command.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	return out.String(), said.String(), code, err
}

func (d *Dominoc) run(args ...string) ([]byte, error) {
	command := exec.Command(d.program, args...)
	command.Dir = d.root
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil, fmt.Errorf("dominoc %v: %w\n%s", args, err, exit.Stderr)
	}
	return out, err
}

// CrossplaneArguments returns Crossplane's arguments, from the values of its Helm chart in
// the output.
func CrossplaneArguments(out string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(out, "crossplane-values.yaml"))
	if err != nil {
		return nil, err
	}
	values := struct {
		Args []string `json:"args"`
	}{}
	if err := yaml.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	if len(values.Args) == 0 {
		return nil, errors.New("crossplane-values.yaml has no arguments")
	}
	return values.Args, nil
}

// Manifests reads all manifests below a folder, in the order of their paths. A
// kustomization.yaml is for a tool, not for the API server.
func Manifests(folder string) ([]Object, error) {
	var all []Object
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" || entry.Name() == "kustomization.yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		objects, err := documents(data)
		all = append(all, objects...)
		return err
	})
	return all, err
}

// Split returns the objects of some kinds, and the others.
func Split(objects []Object, kinds ...string) (of, others []Object) {
	for _, object := range objects {
		if slices.Contains(kinds, object["kind"].(string)) {
			of = append(of, object)
		} else {
			others = append(others, object)
		}
	}
	return of, others
}

func documents(data []byte) ([]Object, error) {
	var objects []Object
	for _, document := range split(data) {
		object := Object{}
		if err := yaml.UnmarshalStrict(document, &object); err != nil {
			return nil, err
		}
		if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects, nil
}
