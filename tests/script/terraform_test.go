package script

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dominoc/dominoc/tests/installation"
)

// states writes the states of an example of Domino's Terraform modules into a folder:
// states FOLDER EXAMPLE ZONES [one].
func states(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: states folder example zones [one]")
	}
	zones, err := strconv.Atoi(args[2])
	ts.Check(err)
	i := installation.Example(args[1], installation.Zones(zones))
	files := i.Files()
	if len(args) > 3 {
		files = i.Single()
	}
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o755))
	for _, f := range files {
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), filepath.Base(f.Name)), f.Text, 0o644))
	}
}
