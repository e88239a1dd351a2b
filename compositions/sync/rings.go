package sync

import (
	"path"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// ringsFolder is the folder below the output with the sources of the rings.
const ringsFolder = "sync/rings"

// Pinned reports whether a ring has a revision of its own; without one it follows the
// branch.
func Pinned(ring v1alpha1.Ring) bool { return ring.Tag != "" || ring.Commit != "" }

// pinned returns the ring of a name that has a revision of its own, or nil.
func pinned(options v1alpha1.GitOps, name string) *v1alpha1.Ring {
	for _, ring := range options.Rings {
		if ring.Name == name && Pinned(ring) {
			return &ring
		}
	}
	return nil
}

func ringSource(ring v1alpha1.Ring) string { return rootName + "-ring-" + ring.Name }

// rings returns a source of each ring that has a revision, and their Kustomization. That
// waits for the platform of the same commit: no ring moves to another revision before the
// platform has the Compositions that are named there. Unlike the platform's, these objects
// are pruned, once no ring needs them.
func (f flux) rings() []Manifest {
	var out []Manifest
	for _, ring := range f.Rings {
		if !Pinned(ring) {
			continue
		}
		source := f.source()
		metadata, spec := source["metadata"].(Object), source["spec"].(Object)
		metadata["name"] = ringSource(ring)
		delete(metadata, "annotations")
		if ring.Tag != "" {
			spec["ref"] = Object{"tag": ring.Tag}
		} else {
			spec["ref"] = Object{"branch": f.Repository.Branch, "commit": ring.Commit}
		}
		out = append(out, Manifest{path.Join(ringsFolder, ring.Name+".yaml"), source})
	}
	if len(out) == 0 {
		return nil
	}
	k := f.kustomization(ringsName, f.folder("sync", "rings"), f.Flux.Timeouts.Platform, true)
	delete(k["metadata"].(Object), "annotations")
	k["spec"].(Object)["dependsOn"] = []any{Object{"name": platformName}}
	return append(out, Manifest{"sync/rings.yaml", k})
}
