package xr

import "maps"

// Composite makes an XR that is pinned to a Composition.
func Composite(kind Kind, name, composition string, spec map[string]any) map[string]any {
	pinned := map[string]any{"crossplane": map[string]any{"compositionRef": map[string]any{"name": composition}}}
	maps.Copy(pinned, spec)
	return map[string]any{
		"apiVersion": APIVersion,
		"kind":       kind.Name,
		"metadata":   map[string]any{"name": name},
		"spec":       pinned,
	}
}
