package output

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/emit"
	syncing "github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// A Revision is what a ring's environments are applied from: files of an earlier output by
// their path below its folder.
type Revision struct {
	Name  string // for the reader: a tag or commit
	Files map[string][]byte
}

// InRing returns the environments of a ring, sorted by name.
func (o *Output) InRing(ring string) []string {
	var names []string
	for _, e := range o.synced() {
		if e.Ring == ring {
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Needs reports whether a file of an earlier output is read to pin environments to it.
func Needs(file string, environments []string) bool {
	return path.Dir(file) == compositionFolder || slices.ContainsFunc(environments, func(name string) bool {
		return file == CompositeOf(name) || file == namespaceOf(name)
	})
}

// CompositeOf returns the file of an environment's DominoEnvironment, below the output.
func CompositeOf(environment string) string {
	return path.Join("environments", environment, CompositeFile)
}

func namespaceOf(environment string) string {
	return path.Join(syncing.EnvironmentFolder(environment), syncing.NamespaceFile)
}

// Pin has environments applied from a revision: the platform gets the Compositions that
// they name there, with what these compose, and the namespaces keep what they list and
// permit there. It returns the environments that the revision does not have. The error is
// of a revision that is no complete output of a build.
func (o *Output) Pin(environments []string, r Revision) (absent []string, err error) {
	if o.pinned == nil {
		o.pinned = map[string]syncing.Environment{}
	}
	for _, name := range environments {
		composite, err := r.Object(CompositeOf(name))
		if err != nil {
			return nil, err
		}
		if composite == nil {
			absent = append(absent, name)
			continue
		}
		namespace, err := r.Object(namespaceOf(name))
		if err != nil {
			return nil, err
		}
		if namespace != nil {
			o.pinned[name] = syncing.FromNamespace(namespace)
		}
		if err := o.need(CompositeOf(name), composite, r); err != nil {
			return nil, err
		}
	}
	o.sort()
	return absent, nil
}

// need adds the Compositions that an object of a revision names.
func (o *Output) need(by string, object map[string]any, r Revision) error {
	for _, name := range syncing.Named(object) {
		if slices.ContainsFunc(o.compositions, func(c composition) bool { return c.Name == name }) {
			continue // and so are those that it names
		}
		file := compositionFile(name)
		needed, err := r.Object(file)
		if err != nil {
			return err
		}
		if needed == nil {
			return fmt.Errorf("%s names Composition %q, which %s does not have", by, name, compositionFolder)
		}
		o.compositions = append(o.compositions, composition{
			Composition: compositions.Composition{Name: name, Object: needed, Kinds: bootstrap.KindsIn(needed)}, text: r.Files[file],
		})
		if err := o.need(file, needed, r); err != nil {
			return err
		}
	}
	return nil
}

// Object returns the object in a file of a revision; nil if there is no such file.
func (r Revision) Object(file string) (map[string]any, error) {
	text, there := r.Files[file]
	if !there {
		return nil, nil
	}
	objects, err := emit.Objects(text)
	if err != nil || len(objects) != 1 {
		return nil, fmt.Errorf("%s has %d objects: %w", file, len(objects), err)
	}
	return objects[0], nil
}

// SpecOf returns the spec of a DominoEnvironment; nil if it has another shape.
func SpecOf(composite map[string]any) *v1alpha1.EnvironmentSpec {
	data, err := json.Marshal(composite["spec"])
	if err != nil {
		return nil
	}
	var spec v1alpha1.EnvironmentSpec
	if json.Unmarshal(data, &spec) != nil {
		return nil
	}
	return &spec
}
