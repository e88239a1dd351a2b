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

// corrected copies the modules that are corrected beside a program's executable,
// with the corrections in them, and gives a go.mod that puts them in the place of
// those that the nested module pins.
func (m modules) corrected(p program, path string) (modfile string, err error) {
	folder := m.folder(p.nested)
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return "", err
	}
	for i, c := range p.corrections {
		copied := fmt.Sprintf("%s.module-%d", path, i)
		if err := c.apply(m, p.nested, copied); err != nil {
			return "", err
		}
		text = fmt.Appendf(text, "\nreplace %s => %s\n", c.module, copied)
	}
	if err := os.WriteFile(path+".sum", sums, 0o644); err != nil {
		return "", err
	}
	return path + ".mod", os.WriteFile(path+".mod", text, 0o644)
}

// apply copies the module into a folder and corrects it there.
func (c correction) apply(m modules, nested, copied string) error {
	dir, err := m.dir(nested, c.module)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(copied); err != nil {
		return err
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		return err
	}
	file := filepath.Join(copied, filepath.FromSlash(c.file))
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if n := strings.Count(string(text), c.old); n != 1 {
		return fmt.Errorf("%s of %s has the text to correct %d times: %s", c.file, c.module, n, c.old)
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o644)
}
