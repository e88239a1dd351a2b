package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// correction is a text in a file of a module and what stands there in a later
// version, for a program whose pinned version lacks what the tests need.
type correction struct {
	module, file string
	old, new     string
}

// changed writes a go.mod beside a program's executable that puts copies of the
// modules that are corrected or narrowed in the place of those that the nested
// module pins, and gives its path. The copies have the same place for every version
// of the program, so that what did not change in them is built once.
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

// changes returns the modules that a program is not built with as they are.
func (p program) changes() []string {
	var changed []string
	for _, c := range p.corrections {
		changed = append(changed, c.module)
	}
	if p.narrowed {
		changed = append(changed, providerModule, terraformModule)
	}
	return changed
}

// correct adds the files of the corrections to those that read otherwise.
func (m modules) correct(p program, contents map[string][]byte) error {
	for _, c := range p.corrections {
		dir, err := m.dir(p.nested, c.module)
		if err != nil {
			return err
		}
		file := filepath.Join(dir, filepath.FromSlash(c.file))
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if n := strings.Count(string(text), c.old); n != 1 {
			return fmt.Errorf("%s of %s has the text to correct %d times: %s", c.file, c.module, n, c.old)
		}
		contents[file] = []byte(strings.Replace(string(text), c.old, c.new, 1))
	}
	return nil
}

// copied makes a copy of a module in which some files, by their paths in the
// module's folder, read otherwise; nil leaves a file out.
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

// withoutReplace gives a go.mod without what it puts in a module's place.
func withoutReplace(text []byte, module string) []byte {
	var kept strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "replace "+module+" ") {
			kept.WriteString(line)
		}
	}
	return []byte(kept.String())
}
