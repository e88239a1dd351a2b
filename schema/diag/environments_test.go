package diag

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestASharedLineIsToldOnceWithItsEnvironments(t *testing.T) {
	var l List
	for i := range 1000 {
		name := fmt.Sprintf("env-%04d", i)
		l = append(l, List{{Severity: Error, Code: "invalid-value", Pos: at("environments/fleet.cue", 3, 1), Message: "is wrong"}}.In(name)...)
	}
	sorted := l.Sorted()
	require.Len(t, sorted, 1)
	require.Len(t, sorted[0].Environments, 1000)
	require.Empty(t, cmp.Diff(sorted, sorted.Sorted()), "to sort again changes nothing")
	require.Len(t, l[0].Environments, 1, "the list itself is left alone")
	for _, f := range Formats() {
		var out bytes.Buffer
		require.NoError(t, Print(&out, l, f, Options{}))
		require.Equal(t, 1, strings.Count(out.String(), "is wrong"), f)
		if f != JSON {
			require.Contains(t, out.String(), "in 1000 environments: env-0000, env-0001, env-0002 and 997 more", f)
		}
	}
}

func TestWhatManySayAlikeIsToldOnceToAPerson(t *testing.T) {
	alike := func(n int) (l List) {
		for i := range n {
			name := fmt.Sprintf("env-%04d", i)
			l = append(l, List{{Severity: Error, Code: "missing-field", Pos: at(name+"/environment.cue", 5, 1), Path: "cluster", Message: "missing"}}.In(name)...)
		}
		return append(l, Diagnostic{Severity: Error, Code: "drift", Pos: at("rendered/a", 0, 0), Message: "missing"}, Diagnostic{Severity: Error, Code: "drift", Pos: at("rendered/b", 0, 0), Message: "missing"})
	}
	for n, told := range map[int]int{many - 1: many - 1, many: 1, 1000: 1} {
		var text, program bytes.Buffer
		require.NoError(t, Print(&text, alike(n), Text, Options{}))
		require.Equal(t, told+2, strings.Count(text.String(), "missing ["), n)
		require.NoError(t, Print(&program, alike(n), GitHub, Options{}))
		require.Equal(t, n+2, strings.Count(program.String(), "::error "), "each file has its annotation")
	}
	require.Equal(t, "12 errors in 12 files", Summary(alike(10)), "the sum counts all of them")
}

func TestWhere(t *testing.T) {
	for want, names := range map[string][]string{
		"":                                      {"a"},
		"in 2 environments: a and b":            {"a", "b"},
		"in 4 environments: a, b, c and d":      {"a", "b", "c", "d"},
		"in 5 environments: a, b, c and 2 more": {"a", "b", "c", "d", "e"},
	} {
		require.Equal(t, want, Diagnostic{Environments: names}.where())
	}
}
