package rules_test

import (
	"path/filepath"
	"strconv"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"github.com/stretchr/testify/require"
)

// errorCalls are the positions of error(…) in files of the schema, as cue vet
// prints them: each is a message that somebody can get, and none may be dead.
func errorCalls(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "schema/v1alpha1", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []string
	for _, name := range files {
		file, err := parser.ParseFile(filepath.Base(name), source(t, name))
		require.NoError(t, err)
		ast.Walk(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isError(call) {
				p := call.Pos().Position()
				all = append(all, p.Filename+":"+strconv.Itoa(p.Line)+":"+strconv.Itoa(p.Column))
			}
			return true
		}, nil)
	}
	return all
}

func isError(call *ast.CallExpr) bool {
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "error"
}
