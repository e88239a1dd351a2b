package diff

import (
	"slices"

	"github.com/dominoc/dominoc/schema/diag"
)

// from are the fields of an environment that a component is made from, the most specific
// first.
var from = map[string][]string{
	"network":   {"network", "zones", "controlPlaneZones", "cluster"},
	"identity":  {"encryption", "registry", "cluster"},
	"security":  {"cluster", "network"},
	"cluster":   {"cluster", "controlPlaneZones", "encryption", "network"},
	"addons":    {"cluster", "storage"},
	"storage":   {"storage", "encryption", "zones"},
	"endpoints": {"network", "zones"},
	"registry":  {"registry", "encryption"},
	"domain":    {"domain"},

	inClusterComponent: {"cluster", "storage"},
	providerComponent:  {"provider", "domain"},
}

// Blame returns the field that most likely causes a danger: an edited one if there are
// edits, else the first field of its component.
func Blame(d Danger, edits []Edit) diag.Path {
	candidates := blamed(d)
	for _, field := range candidates {
		if i := slices.IndexFunc(edits, func(e Edit) bool { return below(e.Path, field) }); i >= 0 {
			return edits[i].Path
		}
	}
	switch {
	case len(edits) > 0:
		return edits[0].Path
	case len(candidates) > 0:
		return candidates[0]
	}
	return diag.Path{}
}

func blamed(d Danger) []diag.Path {
	if d.Code == environmentMoved || d.Code == protectionRemoved && d.Subject == "deletion" {
		return []diag.Path{{d.Subject}}
	}
	if pool := poolOf(d.Component); pool != "" {
		return []diag.Path{{"pools", pool}, {"zones"}, {"cluster", "version"}, {"pools"}}
	}
	var all []diag.Path
	for _, name := range from[d.Component] {
		all = append(all, diag.Path{name})
	}
	return all
}

func below(path, field diag.Path) bool {
	return len(path) >= len(field) && slices.Equal(path[:len(field)], field)
}
