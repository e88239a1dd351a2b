package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// visit parses every Go file that is not a test and calls f for each node; f
// reports by the position it is given.
func visit(t *testing.T, within string, f func(ast.Node, func(format string, args ...any))) {
	t.Helper()
	visited := 0
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.path(), within) {
			continue
		}
		for _, file := range p.files() {
			visited++
			files := token.NewFileSet()
			parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(parsed, func(n ast.Node) bool {
				f(n, func(format string, args ...any) {
					t.Errorf("%s: "+format, append([]any{files.Position(n.Pos())}, args...)...)
				})
				return true
			})
		}
	}
	require.NotZero(t, visited, "no Go file below %q", within)
}

// An init function runs in every command, in an order that nobody reads.
func TestNoPackageHasAnInitFunction(t *testing.T) {
	visit(t, "", func(n ast.Node, report func(string, ...any)) {
		if f, ok := n.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			report("init function; construct what it sets up")
		}
	})
}

// A partition that stands in the code is wrong in GovCloud and in China.
func TestNoTextHoldsAPartition(t *testing.T) {
	visit(t, "", func(n ast.Node, report func(string, ...any)) {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && strings.Contains(text.Value, "arn:aws") {
			report("%s names a partition; take it from the plan", text.Value)
		}
	})
}

// impure are functions whose answer is not in the sources.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until"},
	"os":   {"Getenv", "LookupEnv", "Environ", "Getwd", "Hostname", "Getpid"},
	"rand": {"Int", "IntN", "Intn", "Read", "Shuffle", "Perm", "Text"},
}

// The same sources give the same bytes on every machine, on every day.
func TestTheCompilerAsksNeitherClockNorMachine(t *testing.T) {
	for _, core := range []string{"schema", "compositions"} {
		visit(t, core, func(n ast.Node, report func(string, ...any)) {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			from, ok := selector.X.(*ast.Ident)
			if !ok {
				return
			}
			for _, name := range impure[from.Name] {
				if selector.Sel.Name == name {
					report("%s.%s: the core is a function of its sources", from.Name, name)
				}
			}
		})
	}
}
