package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// correction replaces a text in a file of a module by that of a later version, for a program
// whose pinned version lacks something that the tests need.
type correction struct {
	module, file string
	old, new     string
}

// changed writes a go.mod next to a program's executable, in which copies of the corrected or
// narrowed modules replace those that the nested module pins, and returns its path. The
// copies have the same path for every version of the program, so that unchanged packages
// are built once.
func (m modules) changed(p program, path string) (modfile string, err error) {
	contents := map[string][]byte{}
	if p.narrowed {
		if contents, err = m.narrowed(p); err != nil {
			return "", err
		}
	}
	if err := m.correct(p, contents); err != nil {
		return "", err
	}
	folder := m.folder(p.nested)
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return "", err
	}
	for _, module := range p.changes() {
		copied := filepath.Join(m.cache, p.name+".modules", filepath.FromSlash(module))
		if err := m.copied(p, module, copied, contents); err != nil {
			return "", err
		}
		text = fmt.Appendf(withoutReplace(text, module), "\nreplace %s => %s\n", module, copied)
	}
	if err := os.WriteFile(path+".sum", sums, 0o644); err != nil {
		return "", err
	}
	return path + ".mod", os.WriteFile(path+".mod", text, 0o644)
}

// changes returns the modules of a program that are changed before it is built.
func (p program) changes() []string {
	var changed []string
	for _, c := range p.corrections {
		changed = append(changed, c.module)
	}
	if p.narrowed {
		changed = append(changed, providerModule, terraformModule)
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}

// correct adds the files of the corrections to the changed ones.
func (m modules) correct(p program, contents map[string][]byte) error {
	for _, c := range p.corrections {
		dir, err := m.dir(p.nested, c.module)
		if err != nil {
			return err
		}
		file := filepath.Join(dir, filepath.FromSlash(c.file))
		text, changed := contents[file] // by an earlier correction
		if !changed {
			if text, err = os.ReadFile(file); err != nil {
				return err
			}
		}
		if n := strings.Count(string(text), c.old); n != 1 {
			return fmt.Errorf("%s of %s has the text to correct %d times: %s", c.file, c.module, n, c.old)
		}
		contents[file] = []byte(strings.Replace(string(text), c.old, c.new, 1))
	}
	return nil
}

// copied makes a copy of a module with other contents of some files, by their paths in the
// module's folder; nil omits a file.
func (m modules) copied(p program, module, to string, contents map[string][]byte) error {
	dir, err := m.dir(p.nested, module)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		return err
	}
	for file, content := range contents {
		name, below := strings.CutPrefix(file, dir+string(filepath.Separator))
		if !below {
			continue
		}
		if err := os.Remove(filepath.Join(to, name)); err != nil {
			return err
		}
		if content == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// withoutReplace returns a go.mod without the replacement of a module.
func withoutReplace(text []byte, module string) []byte {
	var kept strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "replace "+module+" ") {
			kept.WriteString(line)
		}
	}
	return []byte(kept.String())
}
