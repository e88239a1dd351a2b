package terraform

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// walked returns a value as the walk through its text finds it.
func walked(r raw) any {
	switch {
	case r.is('{'):
		all := map[string]any{}
		for name, field := range r.fields() {
			all[name] = walked(field)
		}
		return all
	case r.is('['):
		all := []any{}
		for element := range r.elements() {
			all = append(all, walked(element))
		}
		return all
	}
	return r.value()
}

func requireSame(t *testing.T, text []byte) {
	t.Helper()
	var want any
	require.NoError(t, json.Unmarshal(text, &want))
	require.Empty(t, cmp.Diff(want, walked(raw(text))))
}

func TestTheWalkFindsWhatPackageJSONFinds(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.tfstate")
	require.NoError(t, err)
	require.Len(t, files, 9)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		requireSame(t, text)
	}
}

func FuzzTheWalkFindsWhatPackageJSONFinds(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, `[ ]`, `{ }`, `""`, `null`, `true`, `-1.5e3`, `[1,2 , 3]`, `{"a":1,"b":[{}],"c":{"d":null}}`, "{\n\t\"a\" : \"\\\"\" ,\r\n \"b\\u0041\": \"\\\\\" }",
		`["\\\"]", "[", "{\"a\":1}", "\\"]`, `{"a":"}","b":"]","":{"":""}}`, `[[[[]]],[],{}]`, `"é\u00e9\ud800"`, `[1e400]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want any
		if utf8.Valid(text) && json.Unmarshal(text, &want) == nil {
			var trimmed json.RawMessage
			require.NoError(t, json.Unmarshal(text, &trimmed))
			requireSame(t, trimmed)
		}
	})
}
