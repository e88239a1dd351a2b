package harness

import (
	"encoding/json"
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

// overlay writes the corrected files of a program beside its executable, and what
// tells the go command of them.
func (m modules) overlay(p program, path string) (string, error) {
	replace := map[string]string{}
	for i, c := range p.corrections {
		dir, err := m.dir(p.nested, c.module)
		if err != nil {
			return "", err
		}
		original, corrected := filepath.Join(dir, filepath.FromSlash(c.file)), fmt.Sprintf("%s.%d.go", path, i)
		if err := c.write(original, corrected); err != nil {
			return "", err
		}
		replace[original] = corrected
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := path + ".overlay.json"
	return overlay, os.WriteFile(overlay, data, 0o644)
}

func (c correction) write(original, corrected string) error {
	text, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	if n := strings.Count(string(text), c.old); n != 1 {
		return fmt.Errorf("%s has the text to correct %d times: %s", original, n, c.old)
	}
	return os.WriteFile(corrected, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o644)
}
