package sync

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// ListingName is the file in each synced folder that lists what is applied.
const ListingName = "kustomization.yaml"

// Listings returns the kustomization.yaml of each synced folder among paths, which are
// those of manifests below the output, in the order in which they must be applied. Flux,
// Argo CD and kubectl apply -k apply the listed files: without such a list, Flux and
// Argo CD apply every manifest in the folder.
func Listings(paths []string) []Manifest {
	lists := listed(paths)
	out := make([]Manifest, 0, len(lists))
	for _, folder := range slices.Sorted(maps.Keys(lists)) {
		resources := make([]any, len(lists[folder]))
		for i, entry := range lists[folder] {
			resources[i] = entry
		}
		out = append(out, Manifest{path.Join(folder, ListingName), Object{
			"apiVersion": "kustomize.config.k8s.io/v1beta1",
			"kind":       "Kustomization",
			"resources":  resources,
		}})
	}
	return out
}

// Applied returns the paths that a sync of a folder of the output applies, in their
// order. For a folder that is not synced as such, for example environments or
// platform/packages, it returns all manifests below it.
func Applied(folder string, paths []string) []string {
	entries, synced := listed(paths)[folder]
	var out []string
	for _, p := range paths {
		rest, below := strings.CutPrefix(p, folder+"/")
		switch {
		case folder == ".":
			rest, below = p, strings.Contains(p, "/")
		case below && synced:
			below = slices.ContainsFunc(entries, func(e string) bool { return rest == e || strings.HasPrefix(rest, e+"/") })
		}
		if below && path.Ext(p) == ".yaml" && path.Base(p) != ListingName {
			out = append(out, p)
		}
	}
	return out
}

// listed returns the entries of each synced folder: files, and folders that have their
// own list.
func listed(paths []string) map[string][]string {
	of, known := map[string][]string{}, map[string]bool{}
	add := func(folder, entry string) {
		if name := path.Join(folder, entry); !known[name] {
			of[folder], known[name] = append(of[folder], entry), true
		}
	}
	argoCD := slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(p, "sync/argocd/") })
	for _, p := range paths {
		folder := syncedFolder(p)
		if folder == "" || path.Base(p) == ListingName {
			continue
		}
		add(folder, strings.TrimPrefix(p, folder+"/"))
		if name, ok := strings.CutPrefix(folder, "sync/"); ok && strings.HasPrefix(name, "environments/") && !argoCD {
			add("sync", name) // with Argo CD each has an Application of its own
		}
	}
	return of
}

// syncedFolder returns the folder of a path that is applied as a whole, or "".
func syncedFolder(name string) string {
	parts := strings.Split(name, "/")
	depth := map[string]int{"crossplane": 1, "platform": 1, "sync": 1, "environments": 2, "in-cluster": 3}[parts[0]]
	if parts[0] == "sync" && len(parts) > 2 {
		depth = map[string]int{"environments": 3, "argocd": 2, "rings": 2}[parts[1]]
	}
	if depth == 0 || len(parts) <= depth {
		return ""
	}
	return strings.Join(parts[:depth], "/")
}
