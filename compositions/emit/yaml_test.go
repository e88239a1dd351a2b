package emit

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	yaml3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/goldenfile"
)

func TestYAMLReadsAsAReviewerExpects(t *testing.T) {
	object := map[string]any{
		"kind": "Thing", "apiVersion": "example.org/v1", "data": map[string]any{"b": int64(2), "a": 1.5},
		"spec": map[string]any{
			"version": "1.35", "cidr": "10.0.0.0/16", "off": "off", "account": "123456789012", "empty": "",
			"policy": "{\n  \"Version\": \"2012-10-17\"\n}", "inline": `{"a": "b"}`, "args": []any{"--debug", "-v=2", "-"},
			"lists": []any{[]any{"a", "b"}, map[string]any{"x": []any{map[string]any{"y": nil, "z": true}}}, []any{}, map[string]any{}},
			"note":  "key: value", "url": "https://example.org/#x", "hash": "a #b",
		},
		"metadata": map[string]any{
			"annotations": map[string]any{"k": "v"}, "name": "n", "namespace": "ns", "creationTimestamp": nil,
			"finalizers": []any{"f"}, "labels": map[string]any{"l": "true"},
		},
		"status": map[string]any{"ready": true},
	}
	got, err := YAML(object, map[string]any{"apiVersion": "v1", "kind": "Namespace"})
	require.NoError(t, err)
	golden(t, "testdata/object.yaml", got)
}

// golden compares got with a committed file, or rewrites the file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if goldenfile.Updating() {
		goldenfile.Write(t, name, got)
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestTypedValuesGoThroughJSON(t *testing.T) {
	type typed struct {
		Name  string            `json:"name"`
		Tags  map[string]string `json:"tags,omitempty"`
		Count int32             `json:"count"`
		Big   uint64            `json:"big"`
	}
	got, err := YAML(map[string]any{"list": []any{typed{"x", map[string]string{"a": "1"}, 3, math.MaxUint64}}})
	require.NoError(t, err)
	require.Equal(t, "list:\n- big: 18446744073709551615\n  count: 3\n  name: x\n  tags:\n    a: \"1\"\n", string(got))
}

// A runner of GitHub workflows takes a line of its log for a command when it begins
// with ::, behind blanks too, or has ##[ anywhere. Manifests are printed there.
func TestNoTextIsACommandForARunner(t *testing.T) {
	for _, text := range []string{
		"##[stop-commands]x", "a ##[error]b", "[a\n##[add-mask]e", "a\n::error::b\n", "::error::a\n", "a\n   ::stop-commands::x", "'##[", "\"##[\\", "###[a", "##\\[",
	} {
		object := map[string]any{"a": map[string]any{"b": text, text: []any{text, map[string]any{text: text}}}}
		printed, err := YAML(object)
		require.NoError(t, err)
		require.NotContains(t, string(printed), "##[")
		for line := range strings.Lines(string(printed)) {
			require.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), "%q", line)
		}
		requireSurvives(t, object)
	}
}

type (
	word  string
	named map[string]any
)

func TestTypedCollectionsReadAsTheirJSON(t *testing.T) {
	for _, v := range []any{
		[]string{"a", "1"}, []string{}, []string(nil),
		map[string]string{"b": "yes", "a": ""}, map[string]string{}, map[string]string(nil),
		[]map[string]any{{"a": int32(3)}, nil, {}}, []map[string]any(nil),
		map[string]any(nil), []any(nil), []int64{1}, map[string]int{"a": 1}, int32(-1), uint8(1), uint64(7), float32(0.1),
		named{"a": word("b")}, []named{{}, nil}, map[word]word{"x": "1"}, word("yes"), map[int]string{1: "a"},
		[]byte("text"), time.Second, time.Unix(0, 0).UTC(), map[string]time.Time{"t": time.Unix(1, 0).UTC()}, new(word),
		netip.MustParseAddr("10.0.0.1"), map[netip.Addr]string{netip.MustParseAddr("10.0.0.1"): "a"}, json.RawMessage(`{"a":1}`),
	} {
		requireSurvives(t, v)
		requireSurvives(t, map[string]any{"k": v, "l": []any{v, v}, "metadata": v})
	}
}

func TestANumberWithoutYAMLIsAnError(t *testing.T) {
	for _, v := range []any{math.NaN(), math.Inf(1), json.Number("x"), func() {}} {
		_, err := YAML(map[string]any{"a": []any{v}})
		require.Error(t, err, "%v", v)
	}
}

// tricky are texts that a careless writer loses.
var tricky = []string{
	"", " ", "a ", " a", "~", "null", "Null", "yes", "No", "on", "OFF", "y", "n", "true", "FALSE", "<<", "=", "-", "--", "---", "--- a", "...",
	"0", "-1", "+1", "1.5", ".5", "5.", "1e3", "1E+3", "1_000", "0x1F", "0o17", "017", "08", "0b11", "1:30", "12:30:45", ".inf", "-.INF", ".nan", ".",
	"2024-01-02", "2024-1-2", "2024-01-02T03:04:05Z", "2001-12-14 21:59:43.10 -5", "1.2.3", "10.0.0.0/16", "1m", "123abc", "1e", "0x", "0xg",
	"a: b", "a:", ":a", "a:b", "a #b", "a#b", "#a", "%a", "@a", "`a", "&a", "*a", "!a", "|", ">", "?", "? a", "[a", "]", "{a}", "{{ .x }}", ",",
	"'", "\"", "it's", `say "x"`, `back\slash`, "tab\there", "\ttab", "bell\a", "nul\x00", "del\x7f", "\r\n", "a\rb",
	"a\nb", "a\nb\n", "a\n\nb", "a\nb\n\n", "\na", " a\nb", "a\n b", "a \nb", "a\n", "\n", "\n\n", "a\n\tb", "a\n# b\n", "--- \na", "a\n---\nb\n", "%x\ny\n",
	"é", "日本\n語", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd", "😀", "-a", "--a", "-1a", "- a", "+a", "_1", "1_", "_",
	strings.Repeat("k", 2000), strings.Repeat("word ", 300) + "x",
}

func TestTrickyTextsSurvive(t *testing.T) {
	for _, s := range tricky {
		requireSurvives(t, s)
		requireSurvives(t, map[string]any{"k": s, "l": []any{s, []any{s}}, "m": map[string]any{s: s}})
		requireSurvives(t, []any{map[string]any{s: map[string]any{s: []any{s}}}})
	}
}

func TestRandomValuesSurvive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		requireSurvives(t, randomValue(r, 5))
	}
}

func FuzzYAML(f *testing.F) {
	for _, s := range tricky {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "\ufffd"), strings.ToValidUTF8(b, "\ufffd")
		requireSurvives(t, map[string]any{a: b, "x": []any{a, map[string]any{b: a}}})
	})
}

// requireSurvives wants both readers to give back what JSON says of v.
func requireSurvives(t *testing.T, v any) {
	t.Helper()
	text, err := YAML(v)
	require.NoError(t, err)
	data, err := json.Marshal(v)
	require.NoError(t, err)
	var want, got, got3 any
	require.NoError(t, json.Unmarshal(data, &want))
	require.NoError(t, sigs.Unmarshal(text, &got), "%q", text)
	require.Empty(t, cmp.Diff(want, got), "sigs.k8s.io/yaml reads %q", text)
	require.NoError(t, yaml3.Unmarshal(text, &got3), "%q", text)
	data3, err := json.Marshal(got3)
	require.NoError(t, err, "%q", text)
	var back any
	require.NoError(t, json.Unmarshal(data3, &back))
	require.Empty(t, cmp.Diff(want, back), "go.yaml.in/yaml/v3 reads %q", text)
}

func randomValue(r *rand.Rand, depth int) any {
	n := 10
	if depth == 0 {
		n = 7
	}
	switch r.IntN(n) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return int64(r.Uint64()) >> r.IntN(64)
	case 3:
		return math.Ldexp(r.Float64()-0.5, r.IntN(200)-100)
	case 4:
		return tricky[r.IntN(len(tricky))]
	case 5, 6:
		return randomText(r)
	case 7:
		s := make([]any, r.IntN(4))
		for i := range s {
			s[i] = randomValue(r, depth-1)
		}
		return s
	}
	m := map[string]any{}
	for range r.IntN(5) {
		m[randomText(r)] = randomValue(r, depth-1)
	}
	return m
}

func randomText(r *rand.Rand) string {
	const alphabet = "ab01 :-#.\n\t'\"\\_,[]{}&*!|>%@`~<=+eExy/é日\u2028"
	set := []rune(alphabet)
	b := make([]rune, r.IntN(8))
	for i := range b {
		b[i] = set[r.IntN(len(set))]
	}
	return string(b)
}

func benchmarkObject() map[string]any {
	resources := make([]any, 60)
	for i := range resources {
		resources[i] = map[string]any{
			"name": fmt.Sprintf("subnet-%d", i),
			"base": map[string]any{
				"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "Subnet",
				"metadata": map[string]any{"name": fmt.Sprintf("prod-us-subnet-%d", i), "labels": map[string]any{"a": "b"}},
				"spec":     map[string]any{"forProvider": map[string]any{"cidrBlock": "10.0.0.0/16", "region": "us-west-2", "mapPublicIpOnLaunch": false, "count": int64(i)}},
			},
			"patches": []any{map[string]any{"type": "FromCompositeFieldPath", "fromFieldPath": "spec.region", "toFieldPath": "spec.forProvider.region"}},
		}
	}
	return map[string]any{"apiVersion": "v1", "kind": "Composition", "metadata": map[string]any{"name": "x"}, "spec": map[string]any{"resources": resources}}
}

func BenchmarkYAML(b *testing.B) {
	v := benchmarkObject()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := YAML(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSigsYAML(b *testing.B) {
	v := benchmarkObject()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sigs.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}
