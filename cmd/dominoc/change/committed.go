package change

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/git"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/load"
)

// committed takes, of environments whose manifests were committed beside them and
// are not what this dominoc makes of the files, the manifests: they are what is
// in the cluster. names are the environments, those that do not compile among
// them.
func (o Options) committed(ctx context.Context, h *history, before sides, names []string) (map[string]string, error) {
	out := o.Out
	if !filepath.IsAbs(out) {
		out = filepath.Join(h.root, filepath.FromSlash(out))
	}
	out = h.rel(out)
	notes := map[string]string{}
	if strings.HasPrefix(out, "..") {
		return notes, nil // outside of the repository nothing is committed
	}
	there, err := h.repository.In(ctx, h.commit, []string{out})
	if err != nil {
		return nil, err
	}
	if !has(there, out+"/"+load.Manifest) {
		return notes, nil
	}
	content, err := h.manifests(ctx, out, names)
	if err != nil {
		return nil, err
	}
	same, err := o.unchanged(before, content)
	if err != nil {
		return nil, err
	}
	for name := range content {
		if same[name] {
			delete(content, name)
		}
	}
	if len(content) == 0 {
		return notes, nil
	}
	objects, err := h.objects(ctx, out, content)
	if err != nil {
		return nil, err
	}
	sides, err := readSides(objects)
	if err != nil {
		return nil, fmt.Errorf("the manifests in %s at %s: %w", out, h.commit, err)
	}
	for name, s := range sides {
		if !alters(before.all[name], s) {
			continue
		}
		notes[name] = fmt.Sprintf("at the base, %s/environments/%s is not what this dominoc makes of its files: compared with what was committed", out, name)
		if compiled := before.all[name]; compiled != nil {
			s.file, s.at, s.name, s.dir = compiled.file, compiled.at, compiled.name, compiled.dir
		}
		before.all[name] = s
	}
	return notes, nil
}

// alters says that two readings of an environment differ in any resource.
func alters(compiled, committed *side) bool {
	return compiled == nil || len(diff.Compare(committed.state, compiled.state).Changes) > 0
}

func has(entries []git.Entry, name string) bool {
	for _, e := range entries {
		if e.Path == name {
			return true
		}
	}
	return false
}

// manifests is the file of each environment's DominoEnvironment below an output
// folder of the commit, by the environment's name.
func (h *history) manifests(ctx context.Context, out string, names []string) (map[string][]byte, error) {
	var folders []string
	for _, name := range names {
		folders = append(folders, out+"/environments/"+name)
	}
	entries, err := h.repository.In(ctx, h.commit, folders)
	if err != nil {
		return nil, err
	}
	var wanted []git.Entry
	for _, e := range entries {
		if path.Base(e.Path) == compositions.CompositeFile {
			wanted = append(wanted, e)
		}
	}
	content := map[string][]byte{}
	err = h.repository.Read(ctx, wanted, func(e git.Entry, text []byte) error {
		content[path.Base(path.Dir(e.Path))] = text
		return nil
	})
	if err != nil {
		return nil, err
	}
	return content, nil
}

// unchanged are the environments whose committed file is byte for byte what this
// dominoc writes. It names the Compositions by their content, so that all else is
// equal too, and need not be read.
func (o Options) unchanged(before sides, content map[string][]byte) (map[string]bool, error) {
	var inputs []compositions.Input
	for name := range content {
		if s := before.all[name]; s != nil {
			inputs = append(inputs, compositions.Input{Environment: s.file, At: s.at})
		}
	}
	fleet, _, err := compositions.Compile(inputs)
	if err != nil {
		return nil, fmt.Errorf("a bug of dominoc: %w", err)
	}
	same := map[string]bool{}
	for _, in := range inputs {
		made, err := fleet.Composite(in.Environment.Name)
		if err != nil {
			return nil, err
		}
		same[in.Environment.Name] = bytes.Equal(made, content[in.Environment.Name])
	}
	return same, nil
}

// objects are the environments that were committed, and all Compositions beside
// them.
func (h *history) objects(ctx context.Context, out string, content map[string][]byte) ([]map[string]any, error) {
	entries, err := h.repository.In(ctx, h.commit, []string{out + "/platform/compositions"})
	if err != nil {
		return nil, err
	}
	var objects []map[string]any
	read := func(name string, text []byte) error {
		found, err := composite(name, text)
		objects = append(objects, found...)
		return err
	}
	for name, text := range content {
		if err := read(name, text); err != nil {
			return nil, err
		}
	}
	err = h.repository.Read(ctx, entries, func(e git.Entry, text []byte) error { return read(e.Path, text) })
	if err != nil {
		return nil, err
	}
	return objects, nil
}
