// Package script runs the command line as a user does: each file in testdata is
// a folder with environments, the commands typed there, and what they print,
// word for word. UPDATE=1 rewrites what they print.
package script

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"cuelang.org/go/cmd/cue/cmd"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"dominoc":  func() { dominoc(nil) },
		"answered": func() { dominoc(struct{ io.Reader }{os.Stdin}) }, // with somebody to ask: standard input
		"cue":      func() { os.Exit(cmd.Main()) },                    // the real one
	})
}

// dominoc is the program, and says its exit code where a shell would show it.
func dominoc(in io.Reader) {
	code := cli.Run(context.Background(), os.Args[1:], cli.Streams{Out: os.Stdout, Err: os.Stderr, In: in})
	if code != cli.Good {
		fmt.Fprintf(os.Stderr, "exit status %d\n", code)
	}
	os.Exit(code)
}

func TestScripts(t *testing.T) {
	if goldenfile.Updating() {
		files, err := filepath.Glob("testdata/*.txtar")
		require.NoError(t, err)
		goldenfile.Guard(t, files)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       goldenfile.Updating(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"cluster":  startCluster,
			"registry": startRegistry,
			"pull":     pull,
			"states":   states,
		},
	})
}
