package xr

import (
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/resource"
)

// patch is one patch of function-patch-and-transform.
type patch = map[string]any

// required makes a missing source stop the creation of the resource, so that a
// typo cannot be silent.
var required = map[string]any{"fromFieldPath": "Required"}

// copyPatch copies the value at a path of the composite to a field. Status
// paths are read from the function's environment (see environment.go).
func copyPatch(from, to string) patch {
	kind := "FromCompositeFieldPath"
	if fromStatus(from) {
		kind = "FromEnvironmentFieldPath"
	}
	return patch{"type": kind, "fromFieldPath": from, "toFieldPath": to, "policy": required}
}

// mergePatch copies all entries of a map beside those that are there.
func mergePatch(from, to string) patch {
	p := copyPatch(from, to)
	p["policy"] = map[string]any{"fromFieldPath": "Required", "toFieldPath": "MergeObjects"}
	return p
}

// combinePatch writes a text in which values of the composite stand.
func combinePatch(format string, from []string, to string) patch {
	kind := "CombineFromComposite"
	if slices.ContainsFunc(from, fromStatus) {
		kind = "CombineFromEnvironment"
	}
	variables := make([]any, len(from))
	for i, path := range from {
		variables[i] = map[string]any{"fromFieldPath": path}
	}
	return patch{"type": kind, "toFieldPath": to, "policy": required, "combine": map[string]any{
		"strategy": "string", "variables": variables, "string": map[string]any{"fmt": format},
	}}
}

// toBase64 is the transform of a text that AWS takes in base64.
var toBase64 = []any{map[string]any{"type": "string", "string": map[string]any{"type": "Convert", "convert": "ToBase64"}}}

func fromStatus(path string) bool { return strings.HasPrefix(path, "status.") }

// extraction takes the symbols out of one object.
type extraction struct {
	symbols *Symbols
	patches []patch
	path    []byte   // of the value that is looked at
	keys    []string // of the maps on the way to it, a stack
}

// extract takes the symbols out of a value, and collects a patch for each: maps
// and lists are left with what is constant. It tells whether anything is left that a
// base must hold.
func (e *extraction) extract(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return e.extractMap(v)
	case []any:
		return e.extractList(v)
	case string:
		return e.extractText(v)
	case float64:
		from := e.symbols.pathOf(v)
		if from == "" {
			return true
		}
		e.add(copyPatch(from, string(e.path)))
		return false
	}
	return true
}

func (e *extraction) extractMap(m map[string]any) bool {
	wasEmpty, above, first := len(m) == 0, len(e.path), len(e.keys)
	e.keys = slices.AppendSeq(e.keys, maps.Keys(m))
	last := len(e.keys)
	slices.Sort(e.keys[first:last])
	for i := first; i < last; i++ {
		if from, ok := cutSymbol(e.keys[i], mapSymbol); ok {
			e.add(mergePatch(from, string(e.path)))
		}
	}
	for i := first; i < last; i++ {
		key := e.keys[i]
		e.path = appendField(e.path, key)
		if strings.ContainsRune(key, opening) || !e.extract(m[key]) {
			delete(m, key)
		}
		e.path = e.path[:above]
	}
	e.keys = e.keys[:first]
	return len(m) > 0 || wasEmpty
}

// extractList keeps an empty element where a symbol was: patches address the
// elements of a list by index.
func (e *extraction) extractList(list []any) bool {
	if from, ok := wholeList(list); ok {
		e.add(copyPatch(from, string(e.path)))
		return false
	}
	above := len(e.path)
	for i, element := range list {
		e.path = appendIndex(e.path, i)
		if !e.extract(element) {
			list[i] = zero(element)
		}
		e.path = e.path[:above]
	}
	return true
}

func wholeList(list []any) (from string, ok bool) {
	if len(list) != 1 {
		return "", false
	}
	only, _ := list[0].(string)
	return cutSymbol(only, listSymbol)
}

func zero(element any) any {
	switch element.(type) {
	case string:
		return ""
	case float64:
		return 0
	}
	return map[string]any{}
}

func (e *extraction) extractText(text string) bool {
	if !strings.ContainsRune(text, opening) {
		return true
	}
	if plain, ok := resource.CutBase64(text); ok {
		first := len(e.patches)
		constant := e.extractText(plain)
		for _, p := range e.patches[first:] {
			p["transforms"] = toBase64
		}
		return constant
	}
	if from, ok := cutSymbol(text, textSymbol); ok {
		e.add(copyPatch(from, string(e.path)))
		return false
	}
	format, from := splitText(text)
	e.add(combinePatch(format, from, string(e.path)))
	return false
}

func (e *extraction) add(p patch) { e.patches = append(e.patches, p) }

// cutSymbol returns the path of a text that is nothing but one symbol.
func cutSymbol(text string, kind rune) (path string, ok bool) {
	rest, ok := strings.CutPrefix(text, string(opening)+string(kind))
	if !ok {
		return "", false
	}
	path, rest, _ = strings.Cut(rest, string(closing))
	return path, rest == ""
}

// splitText turns a text with symbols into a format and the paths of its
// variables. A literal percent sign is doubled.
func splitText(text string) (format string, from []string) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, string(opening)+string(textSymbol))
		out.WriteString(strings.ReplaceAll(before, "%", "%%"))
		if !found {
			return out.String(), from
		}
		path, after, _ := strings.Cut(rest, string(closing))
		out.WriteString("%s")
		from = append(from, path)
		text = after
	}
}
