package source

import (
	"strings"
	"testing"

	"cuelang.org/go/cue/parser"
	"github.com/stretchr/testify/require"
)

// The short way to the package's name gives no other answer than the parser.
func TestAPlainClauseIsWhatTheParserFinds(t *testing.T) {
	for text, plain := range map[string]bool{
		"package environment\n":                           true,
		"package environment":                             true,
		"\n// of the fleet\n\npackage environment // x\n": true,
		"package environment, environment: {}":            true,
		"package environment\n\nimport \"x\"\n":           true,
		"package é\n":                                     true,
		"package environment\n\n@if(prod)\n":              false,
		"@if(prod)\n\npackage environment\n":              false,
		"package environment {":                           false,
		"package environment\n\n\x00":                     false,
		"package environment\n\n\"":                       false,
		"package _\n":                                     false,
		"package #Environment\n":                          false,
		"package _environment\n":                          false,
		"package \"environment\"\n":                       false,
		"package\n":                                       false,
		"package: environment\n":                          false,
		"packages environment\n":                          false,
		"environment: {}\n":                               false,
		"":                                                false,
		strings.Repeat("// x\n", 1000) + "package environment\n": true,
	} {
		stated := plainClause([]byte(text))
		require.Equal(t, plain, stated != "", text)
		parsed, err := parser.ParseFile("x.cue", text, parser.PackageClauseOnly)
		if plain {
			require.NoError(t, err, text)
			require.Equal(t, parsed.PackageName(), stated, text)
		}
		name, gotErr := packageOf("x.cue", []byte(text))
		require.Equal(t, err, gotErr, text)
		if err == nil {
			require.Equal(t, parsed.PackageName(), name, text)
		}
	}
}

func FuzzPlainClause(f *testing.F) {
	f.Add([]byte("// x\npackage environment\n\nimport \"x\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if stated := plainClause(text); stated != "" {
			parsed, err := parser.ParseFile("x.cue", text, parser.PackageClauseOnly)
			require.NoError(t, err)
			require.Equal(t, parsed.PackageName(), stated)
		}
	})
}
