package change

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/compositions/composed"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// rendered compares with the manifests in a folder.
func (o Options) rendered(ctx context.Context, folder string, patterns []string) (Pairs, error) {
	before, err := renderedSides(folder)
	if err != nil {
		return Pairs{}, fmt.Errorf("%s: %w", folder, err)
	}
	return o.against(ctx, before, patterns)
}

// against compares all environments that the patterns name with what there was of
// them. Without patterns those that are no longer in the files count too.
func (o Options) against(ctx context.Context, before map[string]*side, patterns []string) (Pairs, error) {
	folders, err := o.folders(patterns)
	if err != nil {
		return Pairs{}, err
	}
	after, err := compile(ctx, o.Root, folders)
	if err != nil {
		return Pairs{}, err
	}
	if len(patterns) > 0 {
		for name := range before {
			if after.all[name] == nil {
				delete(before, name)
			}
		}
	}
	return Pairs{All: differing(paired(before, after.all)), Wrong: after.wrong}, nil
}

// differing leaves out the pairs in which nothing changes. Which files were edited
// is not known here.
func differing(all []Pair) []Pair {
	var out []Pair
	for _, p := range all {
		r := diff.Compare(stateOf(p.before), stateOf(p.after))
		if len(r.Changes) > 0 || r.Fate != diff.Changed {
			out = append(out, p)
		}
	}
	return out
}

// renderedSides are the environments of the manifests in a folder, by name.
func renderedSides(folder string) (map[string]*side, error) {
	var objects []map[string]any
	err := filepath.WalkDir(folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !manifest(name) {
			return err
		}
		if !e.Type().IsRegular() { // dominoc writes no link, and a pipe would be waited for
			return fmt.Errorf("%s: not a regular file", name)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		found, err := composite(name, content)
		objects = append(objects, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return readSides(objects)
}

func manifest(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// composite are the objects of a file, when there may be an environment or a
// Composition among them. Most files have none, and reading takes time.
func composite(name string, content []byte) ([]map[string]any, error) {
	if !bytes.Contains(content, []byte("kind: DominoEnvironment")) && !bytes.Contains(content, []byte("kind: Composition\n")) {
		return nil, nil
	}
	objects, err := emit.Objects(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return objects, nil
}

// readSides are the environments among objects, by name.
func readSides(objects []map[string]any) (map[string]*side, error) {
	environments, err := composed.Environments(objects)
	if err != nil {
		return nil, err
	}
	all := map[string]*side{}
	for _, e := range environments {
		state := &diff.Environment{Name: e.Name, Spec: specOf(e.Composite)}
		for _, r := range e.Resources {
			state.Resources = append(state.Resources, diff.Resource(r))
		}
		all[e.Name] = &side{state: state}
	}
	return all, nil
}

// specOf is the spec of a DominoEnvironment, nil when it is of another shape.
func specOf(environment map[string]any) *v1alpha1.EnvironmentSpec {
	data, err := json.Marshal(environment["spec"])
	if err != nil {
		return nil
	}
	var spec v1alpha1.EnvironmentSpec
	if json.Unmarshal(data, &spec) != nil {
		return nil
	}
	return &spec
}
