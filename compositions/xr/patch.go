package xr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// patch is one patch of function-patch-and-transform.
type patch map[string]any

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

func fromStatus(path string) bool { return strings.HasPrefix(path, "status.") }

// extraction takes the symbols out of one object.
type extraction struct {
	symbols *Symbols
	patches []patch
}

// extract returns what is constant in a value, and collects a patch for each
// symbol. The boolean tells whether anything is left that a base must hold.
func (e *extraction) extract(value any, path string) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return e.extractMap(v, path)
	case []any:
		return e.extractList(v, path)
	case string:
		return e.extractText(v, path)
	case float64:
		return e.extractNumber(v, path)
	}
	return value, true
}

func (e *extraction) extractMap(m map[string]any, path string) (any, bool) {
	base := map[string]any{}
	keys := slices.Sorted(maps.Keys(m))
	for _, key := range keys {
		if from, ok := cutSymbol(key, mapSymbol); ok {
			e.patches = append(e.patches, mergePatch(from, path))
		}
	}
	for _, key := range keys {
		if strings.ContainsRune(key, opening) {
			continue
		}
		if field, constant := e.extract(m[key], join(path, key)); constant {
			base[key] = field
		}
	}
	return base, len(base) > 0 || len(m) == 0
}

// extractList keeps an empty element where a symbol was: patches address the
// elements of a list by index.
func (e *extraction) extractList(list []any, path string) (any, bool) {
	if from, ok := wholeList(list); ok {
		e.patches = append(e.patches, copyPatch(from, path))
		return nil, false
	}
	base := make([]any, len(list))
	for i, element := range list {
		constant, ok := e.extract(element, fmt.Sprintf("%s[%d]", path, i))
		if !ok {
			constant = zero(element)
		}
		base[i] = constant
	}
	return base, true
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

func (e *extraction) extractText(text, path string) (any, bool) {
	if from, ok := cutSymbol(text, textSymbol); ok {
		e.patches = append(e.patches, copyPatch(from, path))
		return nil, false
	}
	format, from := splitText(text)
	if len(from) == 0 {
		return text, true
	}
	e.patches = append(e.patches, combinePatch(format, from, path))
	return nil, false
}

func (e *extraction) extractNumber(number float64, path string) (any, bool) {
	if from := e.symbols.pathOf(number); from != "" {
		e.patches = append(e.patches, copyPatch(from, path))
		return nil, false
	}
	return number, true
}

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
