package diag

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func at(file string, line, column int) Pos { return Pos{File: file, Line: line, Column: column} }

func TestSortedIsByPlaceAndOnce(t *testing.T) {
	a := Diagnostic{Severity: Error, Code: "a", Pos: at("a.cue", 2, 1), Message: "x"}
	b := Diagnostic{Severity: Error, Code: "b", Pos: at("a.cue", 2, 1), Message: "w"}
	c := Diagnostic{Severity: Warning, Code: "a", Pos: at("a.cue", 10, 1), Message: "x"}
	d := Diagnostic{Severity: Error, Code: "a", Pos: at("b.cue", 1, 1), Message: "x"}
	none := Diagnostic{Severity: Error, Code: "z", Message: "x"}
	l := List{d, c, b, a, none, a, d}
	require.Empty(t, cmp.Diff(List{none, a, b, c, d}, l.Sorted()))
	require.Equal(t, d, l[0], "the list itself is left alone")
}

func TestCounts(t *testing.T) {
	l := List{{Severity: Error}, {Severity: Warning}, {Severity: Warning}}
	require.Equal(t, 1, l.Errors())
	require.Equal(t, 2, l.Warnings())
	require.True(t, l.HasErrors())
	require.False(t, l[1:].HasErrors())
	require.False(t, List(nil).HasErrors())
}

func TestPosString(t *testing.T) {
	require.Equal(t, "a/b.cue:3:7", at("a/b.cue", 3, 7).String())
	require.Equal(t, "a/b.cue:3", at("a/b.cue", 3, 0).String())
	require.Equal(t, "a/b.cue", at("a/b.cue", 0, 0).String())
	require.Equal(t, "", Pos{}.String())
	require.False(t, Pos{Line: 1}.IsValid())
}

func TestPathStringIsAsCUEWritesIt(t *testing.T) {
	for want, p := range map[string]Path{
		"":                       {},
		"pools.default.size.min": {"pools", "default", "size", "min"},
		`pools."default-gpu"`:    {"pools", "default-gpu"},
		"network.peers[0].cidr":  Path{"network", "peers"}.Index(0).Child("cidr"),
		`tags."2024"`:            {"tags", "2024"},
		`tags."a.b/c"`:           {"tags", "a.b/c"},
		`tags."say \"x\""`:       {"tags", `say "x"`},
		"cluster.admins[12]":     Path{"cluster", "admins"}.Index(12),
		`pools."1a"`:             {"pools", "1a"},
		"$a._b":                  {"$a", "_b"},
	} {
		require.Equal(t, want, p.String())
	}
}

func TestChildLeavesThePathAlone(t *testing.T) {
	p := append(make(Path, 0, 8), "a")
	b, c := p.Child("b"), p.Child("c")
	require.Equal(t, "a.b", b.String())
	require.Equal(t, "a.c", c.String())
}

func TestOnlyAnIndexIsOne(t *testing.T) {
	i, ok := IndexOf(Path{"zones"}.Index(7)[1])
	require.True(t, ok)
	require.Equal(t, 7, i)
	for _, name := range []string{"7", "", "[7]", "a", "\xff", "\xffa"} {
		_, ok := IndexOf(name)
		require.False(t, ok, name)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"name", "region", "zones", "natGateways", "cidr", "podCIDR", "s3"}
	for name, want := range map[string]string{
		"regoin": "region", "Region": "region", "zone": "zones", "natGateway": "natGateways", "natgateways": "natGateways",
		"nmae": "name", "cird": "cidr", "podCidr": "podCIDR", "s4": "s3",
		"nta": "", "elephant": "", "": "", "region": "",
	} {
		require.Equal(t, want, Nearest(name, names), name)
	}
	require.Equal(t, "", Nearest(string(make([]byte, 1<<20)), names), "a long name costs nothing")
}

func TestTextNamesThePathOnce(t *testing.T) {
	require.Equal(t, "a.b: is bad", Diagnostic{Path: "a.b", Message: "is bad"}.Text())
	require.Equal(t, "a.b: is bad", Diagnostic{Path: "a.b", Message: "a.b: is bad"}.Text())
	require.Equal(t, "is bad", Diagnostic{Message: "is bad"}.Text())
}

func TestAPathIsReadAsItIsWritten(t *testing.T) {
	for _, p := range []Path{nil, {"a"}, {"pools", "default-gpu", "size"}, {"", "x"}, {"a", ""}, {"7", "a b", `q"uote`, "d.ot", "[0]"}, Path{"a"}.Index(0).Child("b").Index(12), Path{}.Index(3)} {
		got, ok := ParsePath(p.String())
		require.True(t, ok, p.String())
		require.Equal(t, len(p), len(got))
		require.Equal(t, p.String(), got.String())
	}
	got, ok := ParsePath("pools.default-gpu.*")
	require.True(t, ok)
	require.Equal(t, Path{"pools", "default-gpu", "*"}, got)
	for _, text := range []string{".", "a.", ".a", "a..b", "a[", "a[]", "a[-1]", "a[x]", "a[0]b", "a b", "7", `"a`, "'a'", "`a`", "must be x"} {
		_, ok := ParsePath(text)
		require.False(t, ok, text)
	}
}
