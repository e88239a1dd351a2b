package change

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/composed"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/output"
)

// manifests is the output of a build that was read back.
type manifests struct {
	sides  map[string]*side
	shared diff.Shared
}

// readManifests reads the output of a build in a folder.
func readManifests(folder string) (m manifests, err error) {
	files, err := manifestsIn(folder)
	if err != nil {
		return m, err
	}
	if m.sides, err = readSides(files); err != nil {
		return m, err
	}
	m.shared, err = readShared(files)
	return m, err
}

// rendered compares with the manifests in a folder.
func (o Options) rendered(ctx context.Context, folder string, patterns []string) (Pairs, error) {
	before, err := readManifests(folder)
	if err != nil {
		return Pairs{}, fmt.Errorf("%s: %w", folder, err)
	}
	found, err := o.against(ctx, before.sides, before.shared, patterns)
	found.policy = policyOf(o.newTree(o.Workspace.Root, nil), nil, len(patterns) > 0)
	found.Wrong = append(found.Wrong, found.policy.wrong...)
	return found, err
}

// against compares the environments that the patterns name with their states before.
// Without patterns it includes environments that are no longer in the files, and what
// environments have in common; shared is nil if that is not known.
func (o Options) against(ctx context.Context, before map[string]*side, shared diff.Shared, patterns []string) (Pairs, error) {
	selected, err := o.Workspace.Find(patterns)
	if err != nil {
		return Pairs{}, err
	}
	root, err := filepath.Abs(o.Workspace.Root)
	if err != nil {
		return Pairs{}, err
	}
	now := o.newTree(root, nil)
	after, err := now.compile(ctx, selected.Folders)
	if err != nil {
		return Pairs{}, err
	}
	s := sides{before: before, broken: after.broken}
	if s.after, err = after.states(); err != nil {
		return Pairs{}, err
	}
	if len(patterns) > 0 {
		maps.DeleteFunc(before, func(name string, _ *side) bool { return s.after[name] == nil })
	}
	found := Pairs{All: slices.DeleteFunc(s.paired(), Pair.unchanged), Wrong: after.wrong}
	if shared != nil && len(patterns) == 0 {
		found.Shared, err = now.against(ctx, shared, after)
		found.Wrong = append(found.Wrong, found.Shared.wrong...)
	}
	return found, err
}

// against returns what the tree's environments have in common before and after.
func (t *tree) against(ctx context.Context, before diff.Shared, after *compiled) (Shared, error) {
	_, wrong := t.Delivery()
	s := Shared{Before: before, wrong: errorsOf(wrong)}
	if s.wrong.HasErrors() || len(after.broken) > 0 {
		return s, nil
	}
	var err error
	if s.After, s.wrong, err = t.pinnedShared(ctx, output.Of(after.fleet, t.DeliveryValues())); err != nil || s.wrong.HasErrors() {
		return s, err
	}
	s.compared, s.running = true, func(name string) bool { return after.sides[name] != nil }
	return s, nil
}

// unchanged reports whether nothing changes. Which files were edited is not known here.
func (p Pair) unchanged() bool {
	r := diff.Compare(p.States())
	return len(r.Changes)+len(r.Dangers) == 0 && r.Fate == diff.Changed
}

// manifestsIn returns the manifests in a folder, by path below it.
func manifestsIn(folder string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) {
			return err
		}
		if !e.Type().IsRegular() { // dominoc writes no link, and reading a pipe would block
			return fmt.Errorf("%s: not a regular file", name)
		}
		below, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(below)], err = os.ReadFile(name)
		return err
	})
	return files, err
}

// composing marks the kinds from which an environment is read. Most files have none of
// them, and parsing takes time.
var composing = []string{"kind: DominoEnvironment", "kind: Composition\n", "kind: ProviderConfig"}

// readSides returns the environments of the manifests in files, by name.
func readSides(files map[string][]byte) (map[string]*side, error) {
	var objects []map[string]any
	inCluster := map[string][]diff.Resource{}
	for name, content := range ordered.All(files) {
		of, file := inClusterFile(name)
		if of == "" && !slices.ContainsFunc(composing, func(text string) bool { return bytes.Contains(content, []byte(text)) }) {
			continue
		}
		found, err := emit.Objects(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if of == "" {
			objects = append(objects, found...)
			continue
		}
		for _, object := range found {
			inCluster[of] = append(inCluster[of], diff.InCluster(file, object))
		}
	}
	environments, err := composed.Environments(objects)
	if err != nil {
		return nil, err
	}
	configs := map[string][]diff.Resource{} // by namespace
	for _, object := range objects {
		if object["kind"] == "ProviderConfig" {
			configs[namespaceOf(object)] = append(configs[namespaceOf(object)], diff.ProviderConfig(object))
		}
	}
	all := map[string]*side{}
	for _, e := range environments {
		state := &diff.Environment{Name: e.Name, Spec: output.SpecOf(e.Composite)}
		for _, r := range e.Resources {
			state.Resources = append(state.Resources, diff.Resource{Component: r.Component, Key: r.Key, Object: r.Object})
		}
		state.Resources = append(state.Resources, configs[namespaceOf(e.Composite)]...)
		state.Resources = append(state.Resources, inCluster[e.Name]...)
		all[e.Name] = &side{state: state}
	}
	return all, nil
}

// inClusterFile splits in-cluster/prod/flux/calico.yaml into the environment and
// the file below its folder. It is empty for a kustomization.yaml, which lists the files
// beside it and is no object.
func inClusterFile(name string) (environment, file string) {
	rest, ok := strings.CutPrefix(name, "in-cluster/")
	if !ok || path.Base(rest) == "kustomization.yaml" {
		return "", ""
	}
	environment, file, _ = strings.Cut(rest, "/")
	return environment, file
}

func namespaceOf(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	namespace, _ := metadata["namespace"].(string)
	return namespace
}

// readShared returns the manifests in files that belong to no environment.
func readShared(files map[string][]byte) (diff.Shared, error) {
	shared := diff.Shared{}
	for name, content := range ordered.All(files) {
		if !diff.IsShared(name) {
			continue
		}
		objects, err := emit.Objects(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, object := range objects {
			shared = append(shared, diff.Manifest{Path: name, Object: object})
		}
	}
	return shared, nil
}
